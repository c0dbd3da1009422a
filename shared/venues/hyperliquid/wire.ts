/** What is sent to Hyperliquid: an action and what its signature covers beside it. Compass sends the same. */
import * as v from 'valibot'
import { addressSchema, integer } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import type { RequestFacts, WireInput } from '../module.ts'
import { updateLeverageSchema } from './action.ts'
import { agentTypedData, digestsOf, type ActionContext } from './digest.ts'
import type { Network } from '../module.ts'

const milliseconds = integer(0, Number.MAX_SAFE_INTEGER)

/** Schema of the wire fields. Times are Unix ms. */
export const hyperliquidWireSchema = v.strictObject({
  action: updateLeverageSchema,
  nonce: milliseconds,
  vaultAddress: v.nullable(addressSchema),
  expiresAfter: v.nullable(milliseconds),
})

/** The wire fields of a change on Hyperliquid. */
export type HyperliquidWire = v.InferOutput<typeof hyperliquidWireSchema>

/** The venue takes no nonce older than two days (Hyperliquid docs, "Nonces and API wallets"). */
const nonceLifeMs = 2 * 24 * 60 * 60_000

/** The venue's clock may be behind ours by this much before its refusal of an expired request is certain. */
const clockMarginMs = 10_000

/** Unix ms from which the venue takes a nonce no more, with a margin for clocks. */
export const nonceOverAt = (nonce: number): number => nonce + nonceLifeMs + clockMarginMs

/** What the signature covers beside the action. */
export const contextOf = ({ nonce, vaultAddress, expiresAfter }: HyperliquidWire): ActionContext => ({
  nonce,
  vaultAddress,
  expiresAfter,
})

const digests = (wire: HyperliquidWire, network: Network) => digestsOf(wire.action, contextOf(wire), network)

const deadlineOf = ({ expiresAfter, nonce }: HyperliquidWire): number =>
  Math.min(expiresAfter ?? Number.POSITIVE_INFINITY, nonce + nonceLifeMs)

function disagreement({ wire, market, to, account }: RequestFacts<HyperliquidWire>): string | null {
  if (wire.action.asset !== market.id) return 'market.id'
  if (String(wire.action.leverage) !== to.leverage || to.sellLeverage !== undefined) return 'to.leverage'
  if (wire.action.isCross !== to.isCross) return 'to.isCross'
  return wire.vaultAddress !== null && wire.vaultAddress !== account.address ? 'account.address' : null
}

/** The rules of the wire fields that Hyperliquid and Compass share. */
export const wireRules = {
  wireSchema: hyperliquidWireSchema,
  buildWire: ({ account, market, to, nonce, expiresAfter }: WireInput): Result<HyperliquidWire> =>
    ok({
      action: {
        type: 'updateLeverage',
        asset: market.id ?? -1,
        isCross: to.isCross,
        leverage: Number(to.leverage),
      },
      nonce,
      vaultAddress: account.vaultAddress,
      expiresAfter,
    }),
  disagreement,
  nonceOf: ({ nonce }: HyperliquidWire) => String(nonce),
  expiresAfterOf: ({ expiresAfter }: HyperliquidWire) => expiresAfter,
  deadlineOf,
  overAt: (wire: HyperliquidWire) => deadlineOf(wire) + clockMarginMs,
  digestsOf: digests,
  typedDataOf: (wire: HyperliquidWire, network: Network) =>
    agentTypedData(digests(wire, network).connectionId, network),
  subjectOf: ({ account }: RequestFacts<HyperliquidWire>) => account.address,
}
