/** The wire fields of a change on CoinSwitch. */
import * as v from 'valibot'
import { integer } from '../../check.ts'
import { v5WireEntries } from '../v5/wire.ts'

/** Schema of the wire fields. */
export const coinSwitchWireSchema = v.strictObject({
  ...v5WireEntries,
  /** CoinSwitch knows this category only. */
  category: v.literal('linear'),
  /** Unit of the epoch that is signed and sent. */
  epochUnit: v.picklist(['milliseconds', 'seconds']),
  /** For how long in s what was sent counts as usable by somebody. */
  signatureLifeSeconds: integer(5, 86_400),
})

/** The wire fields of a change on CoinSwitch. */
export type CoinSwitchWire = v.InferOutput<typeof coinSwitchWireSchema>
