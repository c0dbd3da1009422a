/**
 * What an account has at Arcus beside its address. Where Arcus' own sources disagree, or where it is not known which of
 * two forms a server takes today, the choice stands here and nowhere else.
 */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import type { JsonObject } from '../../history/canonical-json.ts'

/** Index of one of the ten accounts of an address (Arcus docs, `AccountIndex`). */
export const accountIndexSchema = integer(0, 9)

/** How a key is registered: typed data, or the older personal message, which Arcus calls deprecated. */
export const createApiKeyForms = ['eip712', 'eip191'] as const

/** How a key is registered. */
export type CreateApiKeyForm = (typeof createApiKeyForms)[number]

/**
 * When `isolated` is sent. Newer documentation has the field ("omit to leave the current margin mode unchanged"), older
 * has not: so by default it is sent only where the mode is to change.
 */
export const isolatedRules = ['whenChanged', 'always', 'never'] as const

/** When `isolated` is sent. */
export type IsolatedRule = (typeof isolatedRules)[number]

/** Schema of the settings, strict; what is left out has the default of `arcusDefaults`. */
export const arcusSettingsSchema = v.strictObject({
  accountIndex: v.exactOptional(accountIndexSchema),
  createApiKey: v.exactOptional(v.picklist(createApiKeyForms)),
  createApiKeyNonce: v.exactOptional(v.boolean()),
  isolated: v.exactOptional(v.picklist(isolatedRules)),
})

/** The settings with all that was left out filled in. */
export interface ArcusSettings {
  readonly accountIndex: number
  readonly createApiKey: CreateApiKeyForm
  /** Whether the typed data of a registration has a nonce, so that nobody can send it a second time (Arcus docs: recommended). */
  readonly createApiKeyNonce: boolean
  readonly isolated: IsolatedRule
}

/** What holds where an account says nothing. */
export const arcusDefaults: ArcusSettings = {
  accountIndex: 0,
  createApiKey: 'eip712',
  createApiKeyNonce: true,
  isolated: 'whenChanged',
}

/** Reads an account's settings; the desk's own `approval` may stand among them. Fails with `input.*`. */
export function readArcusSettings(settings: JsonObject): Result<ArcusSettings> {
  const { approval: _, ...own } = settings
  const read = check(arcusSettingsSchema, own, 'account.settings')
  return read.ok ? ok({ ...arcusDefaults, ...read.value }) : read
}
