/** The wire fields of a change on Bybit. */
import * as v from 'valibot'
import { integer } from '../../check.ts'
import { v5WireEntries } from '../v5/wire.ts'

/** Schema of the wire fields. */
export const bybitWireSchema = v.strictObject({
  ...v5WireEntries,
  /** For how long in ms Bybit takes the request after its time stamp; signed and sent. */
  recvWindowMs: integer(1000, 60_000),
})

/** The wire fields of a change on Bybit. */
export type BybitWire = v.InferOutput<typeof bybitWireSchema>
