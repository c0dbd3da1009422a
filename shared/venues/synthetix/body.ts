/** The layout of what is posted to `/v1/trade`, kept in this one place because the sources disagree about it. */
import type { Hex } from '../../hex.ts'
import type { JsonObject } from '../../history/canonical-json.ts'
import type { Signature } from '../../signature.ts'
import type { BodyShape } from './fields.ts'

/** A signed action to be laid out. */
export interface TradeAction {
  readonly action: 'updateLeverage' | 'getSubAccount'
  readonly subAccountId: string
  /** Who signs, with its checksum. */
  readonly walletAddress: Hex
  /** What the action has of its own. */
  readonly fields: JsonObject
  /** Null where the action has none. */
  readonly nonce: number | null
  readonly expiresAfter: number
}

/**
 * The body of a signed action.
 * - A: official Python SDK 0.4.0 (`signing.py`, `_make_request`) and what third parties send to the live host; the default
 * - B: official Go SDK (`types/trade_types.go`): the subaccount beside `params`
 * - C: the page of the REST documentation: no subaccount at all, which leaves the venue nothing to verify with
 * - D: the WebSocket page: all of it inside `params`
 */
export function tradeBody(shape: BodyShape, sent: TradeAction, { r, s, v }: Signature): JsonObject {
  const { action, subAccountId, walletAddress, fields, expiresAfter } = sent
  const nonce = sent.nonce === null ? {} : { nonce: sent.nonce }
  const signed = { ...nonce, signature: { v, r, s }, expiresAfter }
  switch (shape) {
    case 'A':
      return { params: { action, subaccountId: subAccountId, walletAddress, ...fields }, ...signed }
    case 'B':
      return { params: { action, ...fields }, subaccountId: subAccountId, walletAddress, ...signed }
    case 'C':
      return { params: { action, ...fields }, ...signed }
    case 'D':
      return { params: { action, ...fields, subAccountId, ...signed } }
  }
}
