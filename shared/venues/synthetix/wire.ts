/** What is sent to Synthetix: a change of leverage with all that its signature covers, and how its body is laid out. */
import * as v from 'valibot'
import { fail, ok, type Result } from '../../errors.ts'
import { hashTypedData, type TypedData } from '../../eip712/typed-data.ts'
import { lower } from '../../hex.ts'
import type { Signature } from '../../signature.ts'
import type { RequestFacts, WireInput } from '../module.ts'
import { tradeBody } from './body.ts'
import {
  bodyShapes,
  expiresAfterSchema,
  expiryUnits,
  fromExpiresAfter,
  leverageSchema,
  nonceSchema,
  subAccountIdSchema,
  symbolSchema,
  toExpiresAfter,
  walletOf,
  walletSchema,
} from './fields.ts'
import { settingsOf } from './settings.ts'
import { updateLeverageTypedData } from './typed-data.ts'

/** Schema of the wire fields. */
export const synthetixWireSchema = v.strictObject({
  subAccountId: subAccountIdSchema,
  /** Who signs, with its checksum. */
  walletAddress: walletSchema,
  symbol: symbolSchema,
  leverage: leverageSchema,
  nonce: nonceSchema,
  /** In `expiresAfterUnit`. */
  expiresAfter: expiresAfterSchema,
  expiresAfterUnit: v.picklist(expiryUnits),
  bodyShape: v.picklist(bodyShapes),
})

/** The wire fields of a change on Synthetix. */
export type SynthetixWire = v.InferOutput<typeof synthetixWireSchema>

/** The venue's clock may be behind ours by this much before its refusal of an expired request is certain. */
const clockMarginMs = 10_000

/**
 * After this long a request that left once is either carried out or lost on the way. It bounds an outcome where the
 * venue counts `expiresAfter` in another unit than the account says, and so never finds it expired.
 */
const longestWayMs = 120_000

/**
 * Fixes the payload. Fails with `input.badField` for a change without an expiry: the venue sets no age limit of its own,
 * so such a signature could be used for ever.
 */
export function buildWire({ account, market, to, nonce, expiresAfter }: WireInput): Result<SynthetixWire> {
  const settings = settingsOf(account.settings)
  if (!settings.ok) return settings
  if (expiresAfter === null)
    return fail('input.badField', {
      field: 'expiry',
      detail: 'Synthetix sets none itself, so a change signed without one could be used for ever.',
    })
  const { subAccountId, bodyShape, expiresAfterUnit } = settings.value
  return ok({
    subAccountId,
    walletAddress: walletOf(account.signer),
    symbol: market.symbol,
    leverage: to.leverage,
    nonce,
    expiresAfter: toExpiresAfter(expiresAfter, expiresAfterUnit),
    expiresAfterUnit,
    bodyShape,
  })
}

/** The first field that is shown but is not what is in the payload; null when all of them agree. */
export function disagreement({ wire, market, from, to, signer }: RequestFacts<SynthetixWire>): string | null {
  if (wire.symbol !== market.symbol) return 'market.symbol'
  if (market.id !== null) return 'market.id'
  if (wire.leverage !== to.leverage || to.sellLeverage !== undefined) return 'to.leverage'
  if (!to.isCross || !from.isCross) return 'to.isCross'
  return lower(wire.walletAddress) === signer.address ? null : 'signer.address'
}

/** The typed data that stands for a change. */
export const typedDataOf = ({
  subAccountId,
  symbol,
  leverage,
  nonce,
  expiresAfter,
}: SynthetixWire): TypedData =>
  updateLeverageTypedData({
    subAccountId,
    symbol,
    leverage,
    nonce: String(nonce),
    expiresAfter: String(expiresAfter),
  })

/** The hashes of a change. */
export function digestsOf(wire: SynthetixWire) {
  const { domainHash, messageHash } = hashTypedData(typedDataOf(wire))
  return { connectionId: null, domainHash, messageHash }
}

/** Unix ms after which the venue refuses it. */
export const expiresAfterOf = ({ expiresAfter, expiresAfterUnit }: SynthetixWire): number =>
  fromExpiresAfter(expiresAfter, expiresAfterUnit)

/** Unix ms from which nobody can apply a request that was sent at `sentAtMs`. */
export const overAt = (wire: SynthetixWire, sentAtMs: number): number =>
  Math.max(expiresAfterOf(wire), sentAtMs + longestWayMs) + clockMarginMs

/** The exact text that is sent. */
export function bodyOf(wire: SynthetixWire, signature: Signature | null): string {
  if (!signature) throw new Error('a change on Synthetix is signed by the device')
  const { subAccountId, walletAddress, symbol, leverage, nonce, expiresAfter, bodyShape } = wire
  const fields = { symbol, leverage }
  const sent = { action: 'updateLeverage', subAccountId, walletAddress, fields, nonce, expiresAfter } as const
  return JSON.stringify(tradeBody(bodyShape, sent, signature))
}
