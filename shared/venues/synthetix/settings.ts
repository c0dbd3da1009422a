/** What an account has at Synthetix beside its addresses. */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import type { JsonObject } from '../../history/canonical-json.ts'
import {
  bodyShapes,
  expiryUnits,
  leverageSchema,
  subAccountIdSchema,
  type BodyShape,
  type ExpiryUnit,
} from './fields.ts'

/** Schema of the settings; strict. */
export const settingsSchema = v.strictObject({
  /** Whose leverage changes. */
  subAccountId: subAccountIdSchema,
  /** Layout of what is sent; A unless told. */
  bodyShape: v.exactOptional(v.picklist(bodyShapes)),
  /** In what `expiresAfter` counts; milliseconds unless told. */
  expiresAfterUnit: v.exactOptional(v.picklist(expiryUnits)),
  /**
   * The leverage of markets in which none was ever set. The venue does not document it, so without this such a market
   * cannot be changed here.
   */
  defaultLeverage: v.exactOptional(leverageSchema),
})

/** The settings with nothing left open. */
export interface SynthetixSettings {
  readonly subAccountId: string
  readonly bodyShape: BodyShape
  readonly expiresAfterUnit: ExpiryUnit
  readonly defaultLeverage: string | null
}

/** Reads an account's settings; those of the desk itself (`approval`) are left out. Fails with `input.*`. */
export function settingsOf(settings: JsonObject): Result<SynthetixSettings> {
  const { approval: _, ...own } = settings
  const read = check(settingsSchema, own, 'account.settings')
  if (!read.ok) return read
  const { subAccountId, bodyShape = 'A', expiresAfterUnit = 'ms', defaultLeverage = null } = read.value
  return ok({ subAccountId, bodyShape, expiresAfterUnit, defaultLeverage })
}
