/**
 * Making a signed request unusable on Synthetix: the same change, but to the leverage in force, with a higher nonce. "Each
 * nonce must be greater than the previous one" (Synthetix docs, updateLeverage, "Nonce Management"); that the venue
 * refuses a lower one afterwards, and takes a change to what is set already, is inferred from its documentation. The
 * line of nonces is one per signer, over all its subaccounts.
 */
import { check } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { parseStrictJson } from '../../strict-json.ts'
import type { Network, RevocationParts, RevocationRules, RevocationTerms } from '../module.ts'
import { revocationAnswerOf } from '../revocation-answer.ts'
import { readTradeAnswer } from './answer.ts'
import { readTradeBody } from './request.ts'
import { bodyOf, synthetixWireSchema, typedDataOf, type SynthetixWire } from './wire.ts'

/** The venue's word for a nonce that is not above the highest of its signer. */
const nonceUsed = /nonce already used/i

/**
 * Everything else is as in the request, its expiry too: what revokes it is of use exactly as long as the request is, and
 * can change nothing later.
 */
function partsOf(wire: SynthetixWire, _network: Network, terms: RevocationTerms): Result<RevocationParts> {
  const read = check(synthetixWireSchema, { ...wire, ...terms })
  if (!read.ok) return read
  const harmless = read.value
  if (harmless.nonce <= wire.nonce)
    return fail('input.badField', { field: 'nonce', detail: 'it must be above that of the request.' })
  if (harmless.leverage === wire.leverage)
    return fail('input.badField', { field: 'leverage', detail: 'it must not be what the request sets.' })
  return ok({
    nonce: String(harmless.nonce),
    typedData: typedDataOf(harmless),
    bodyOf: (signature) => bodyOf(harmless, signature),
    readAnswer: (answer) => revocationAnswerOf(readTradeAnswer(answer, harmless), nonceUsed),
  })
}

function termsIn(body: string): Result<RevocationTerms> {
  const json = parseStrictJson(body)
  if (!json.ok) return json
  const read = readTradeBody(json.value)
  if (!read.ok) return read
  const { leverage, nonce } = read.value
  return ok({ leverage, nonce })
}

/** The rules of revoking on Synthetix. */
export const synthetixRevocation: RevocationRules<SynthetixWire> = { by: 'higherNonce', partsOf, termsIn }
