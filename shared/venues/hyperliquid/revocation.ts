/**
 * Making a signed request unusable on Hyperliquid: a `noop` with the same nonce. It does nothing but mark the nonce as
 * used, and a nonce is good once per signer (Hyperliquid docs, "Nonces and API wallets"; hyperliquid-python-sdk
 * `exchange.py`, noop).
 */
import type { RevocationRules } from '../module.ts'
import { readExchangeAnswer } from './answer.ts'
import { agentTypedData, digestsOf, type ActionContext } from './digest.ts'
import { exchangeBody } from './request.ts'
import type { HyperliquidWire } from './wire.ts'

const noop = { type: 'noop' } as const

/** Same nonce and vault; without expiry, because it must not become too late to revoke. */
const contextOf = ({ nonce, vaultAddress }: HyperliquidWire): ActionContext => ({
  nonce,
  vaultAddress,
  expiresAfter: null,
})

/** Refusals that say that the nonce can be used by nobody any more; the venue's wording is no contract. */
const nonceUsed = /duplicate nonce|nonce too low/i

/** The rules of revoking on Hyperliquid. */
export const hyperliquidRevocation: RevocationRules<HyperliquidWire> = {
  typedDataOf: (wire, network) =>
    agentTypedData(digestsOf(noop, contextOf(wire), network).connectionId, network),
  bodyOf: (wire, signature) => JSON.stringify(exchangeBody(noop, contextOf(wire), signature)),
  readAnswer(answer) {
    const outcome = readExchangeAnswer(answer)
    if (outcome.kind === 'accepted') return { outcome: 'taken', reason: '' }
    if (outcome.kind === 'unknown') return { outcome: 'unknown', reason: outcome.reason }
    const { message } = outcome.failure
    return { outcome: nonceUsed.test(message) ? 'nonceUsed' : 'refused', reason: message }
  },
}
