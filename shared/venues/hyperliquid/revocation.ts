/**
 * Making a signed request unusable on Hyperliquid: a `noop` with the same nonce. It does nothing but mark the nonce as
 * used, and a nonce is good once per signer (Hyperliquid docs, "Nonces and API wallets"; hyperliquid-python-sdk
 * `exchange.py`, noop).
 */
import type { Network, RevocationParts, RevocationRules } from '../module.ts'
import { revocationAnswerOf } from '../revocation-answer.ts'
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

function partsOf(wire: HyperliquidWire, network: Network): RevocationParts {
  const context = contextOf(wire)
  return {
    nonce: String(wire.nonce),
    typedData: agentTypedData(digestsOf(noop, context, network).connectionId, network),
    bodyOf: (signature) => JSON.stringify(exchangeBody(noop, context, signature)),
    readAnswer: (answer) => revocationAnswerOf(readExchangeAnswer(answer), nonceUsed),
  }
}

/** The rules of revoking on Hyperliquid. */
export const hyperliquidRevocation = {
  by: 'sameNonce',
  partsOf,
} as const satisfies RevocationRules<HyperliquidWire>
