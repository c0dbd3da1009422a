/**
 * The action that changes leverage on Hyperliquid, and its bytes.
 * The msgpack bytes are what the signature covers, so the key order here is the wire order.
 */
import { encode } from '@msgpack/msgpack'
import * as v from 'valibot'
import { integer } from '../../check.ts'

const maxUint32 = 0xffff_ffff

/** Schema of `updateLeverage`, keys in wire order (hyperliquid-python-sdk `exchange.py`, update_leverage). */
export const updateLeverageSchema = v.strictObject({
  type: v.literal('updateLeverage'),
  /** The venue's number of the market, an unsigned 32-bit integer. */
  asset: integer(0, maxUint32),
  /** true: cross margin, false: isolated. */
  isCross: v.boolean(),
  /** Whole leverage, 1 and up. */
  leverage: integer(1, maxUint32),
})

/** The action that changes leverage: the four fields that the venue reads. */
export type UpdateLeverage = v.InferOutput<typeof updateLeverageSchema>

/** An action that does nothing but use up its nonce (revokes a signed request). */
export interface Noop {
  readonly type: 'noop'
}

/** An action that Countersign signs. */
export type Action = UpdateLeverage | Noop

/** The action with its keys in wire order, whatever order they came in. */
export const inWireOrder = ({ type, asset, isCross, leverage }: UpdateLeverage): UpdateLeverage => ({
  type,
  asset,
  isCross,
  leverage,
})

/**
 * The msgpack bytes of an action: maps in wire order, integers in their shortest unsigned form
 * (hyperliquid-python-sdk `signing.py`, action_hash).
 */
export const encodeAction = (action: Action): Uint8Array =>
  encode(action.type === 'updateLeverage' ? inWireOrder(action) : { type: action.type })
