/**
 * What an account at CoinSwitch can choose, because sources conflict.
 *
 * Certain: the method, the decoded path and the epoch are signed, the body is not; the epoch is mandatory.
 * Inferred: that an epoch older than about 60 s is refused. The errors page says so; the authentication page says "a few
 * seconds"; the table of API surfaces says that the HFT surface does not check at all.
 * Unknown: the unit by which the HFT surface reads the epoch. The documentation and all newer clients send milliseconds;
 * one older official sample sends seconds.
 */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import type { Result } from '../../errors.ts'
import type { JsonObject } from '../../history/canonical-json.ts'

/** How long a signature is taken to work after it was sent, in s: the 60 s of the errors page and 5 s for clocks. */
export const assumedLifeSeconds = 65

const entries = {
  epochUnit: v.optional(v.picklist(['milliseconds', 'seconds']), 'milliseconds'),
  /** Up to a day; a longer one delays only the word that an unknown outcome was not applied. */
  signatureLifeSeconds: v.optional(integer(5, 86_400), assumedLifeSeconds),
}

/** The settings, strictly. */
export const coinSwitchSettingsSchema = v.strictObject(entries)

const ownSchema = v.object(entries)

/** The settings of an account at CoinSwitch. */
export type CoinSwitchSettings = v.InferOutput<typeof ownSchema>

/** Reads the settings out of an account's. Fails with `input.badField`. */
export const coinSwitchSettings = (settings: JsonObject): Result<CoinSwitchSettings> =>
  check(ownSchema, settings, 'account.settings')

/** The epoch of a time in Unix ms. */
export const epochOf = (stampMs: number, unit: CoinSwitchSettings['epochUnit']): string =>
  unit === 'seconds' ? String(Math.floor(stampMs / 1000)) : String(stampMs)
