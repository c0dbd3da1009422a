/** What an account at Bybit can choose. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import type { Result } from '../../errors.ts'
import type { JsonObject } from '../../history/canonical-json.ts'
import { categories } from '../v5/request.ts'

/** Bybit's two names of its mainnet (Bybit V5 docs, guide). Regional hosts are not served. */
export const bybitHosts = ['api.bybit.com', 'api.bytick.com'] as const

/** For how long Bybit takes a request after its time stamp, in ms, unless told (Bybit V5 docs, guide). */
export const defaultRecvWindowMs = 5000

const entries = {
  host: v.optional(v.picklist(bybitHosts), 'api.bybit.com'),
  /** The markets of the account: quoted in USDT or USDC, or inverse. */
  category: v.optional(v.picklist(categories), 'linear'),
  recvWindowMs: v.optional(integer(1000, 60_000), defaultRecvWindowMs),
}

/** The settings, strictly. */
export const bybitSettingsSchema = v.strictObject(entries)

const ownSchema = v.object(entries)

/** The settings of an account at Bybit. */
export type BybitSettings = v.InferOutput<typeof ownSchema>

/** Reads the settings out of an account's. Fails with `input.badField`. */
export const bybitSettings = (settings: JsonObject): Result<BybitSettings> =>
  check(ownSchema, settings, 'account.settings')
