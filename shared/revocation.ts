/**
 * Revoking: something harmless, signed on the Ledger, that uses up a request's nonce, so that the request itself can
 * never be applied. It is computed from the request and, where the venue goes by higher nonces, from terms that the
 * desk reads; what was kept is proven again from its body.
 */
import { hashTypedData, type TypedDataHashes } from './eip712/typed-data.ts'
import { fail, failure, ok, type Failure, type Result } from './errors.ts'
import type { Hex } from './hex.ts'
import type { PreparedRequest } from './prepared-request.ts'
import { readSignatureHex, recoverAddress, type RecoverAddress } from './signature.ts'
import type { RevocationParts, RevocationRules, RevocationTerms } from './venues/module.ts'
import { rulesOf } from './venues/registry.ts'
import type { Wires } from './venues/wires.ts'

/** Everything about revoking one request; its digest is what the Ledger signs. */
export interface RevocationPlan extends RevocationParts, TypedDataHashes {}

/** How the venue of a request revokes; undefined where an API key signs, which leaves nothing to be revoked. */
export const revocationRulesOf = ({
  venue,
}: Pick<PreparedRequest, 'venue'>): RevocationRules<Wires[keyof Wires]> | undefined =>
  rulesOf(venue).revocation

/**
 * The failure `revoke.needless` where an API key signs: the venue has no signature to be used up. `until` says from when
 * nobody can apply what was sent; null for what was not sent.
 */
export function needless({ venue }: Pick<PreparedRequest, 'venue'>, until: string | null): Failure {
  const { name } = rulesOf(venue)
  return until === null
    ? failure('revoke.needless', {
        venue: name,
        detail:
          'an API key signs in the moment of sending, so there is no signature yet that anybody could use.',
        advice: 'Withdraw the request: it is then never sent from here.',
      })
    : failure('revoke.needless', {
        venue: name,
        detail: `what was sent lapses by itself, and from ${until} on nobody can apply it.`,
        advice: 'Wait until then and reconcile the request.',
      })
}

function partsOf(request: PreparedRequest, terms: RevocationTerms | null): Result<RevocationParts> {
  const rules = revocationRulesOf(request)
  const { wire, network } = request
  if (!rules) return { ok: false, error: needless(request, null) }
  if (rules.by === 'sameNonce') return ok(rules.partsOf(wire, network))
  return terms === null ? fail('input.missingField', { field: 'terms' }) : rules.partsOf(wire, network, terms)
}

/**
 * How a request is revoked; `terms` only where a higher nonce does it. Fails with `revoke.needless` where there is
 * nothing to revoke, and with `input.*` for terms that are not those of a revocation of this request.
 */
export function revocationOf(
  request: PreparedRequest,
  terms: RevocationTerms | null,
): Result<RevocationPlan> {
  const parts = partsOf(request, terms)
  return parts.ok ? ok({ ...parts.value, ...hashTypedData(parts.value.typedData) }) : parts
}

/** A revocation as it is kept. */
interface SignedRevocation {
  readonly digest: Hex
  /** 65 bytes. */
  readonly signature: Hex
  /** The exact text that is sent. */
  readonly body: string
}

/** The terms of a revocation that was kept; null where the request says it all. Fails with `input.*`. */
export function keptTerms(
  request: Pick<PreparedRequest, 'venue'>,
  body: string,
): Result<RevocationTerms | null> {
  const rules = revocationRulesOf(request)
  return rules?.by === 'higherNonce' ? rules.termsIn(body) : ok(null)
}

/** What is wrong with a revocation that was kept of a request, in one sentence; null when all of it is proven. */
export function revocationFlaw(
  request: PreparedRequest,
  kept: SignedRevocation,
  recover: RecoverAddress = recoverAddress,
): string | null {
  if (!revocationRulesOf(request)) return 'its venue has nothing that revokes.'
  const signature = readSignatureHex(kept.signature)
  if (!signature.ok) return 'its signature is malformed.'
  const terms = keptTerms(request, kept.body)
  const plan = terms.ok ? revocationOf(request, terms.value) : terms
  if (!plan.ok) return 'what was sent revokes nothing.'
  if (kept.digest !== plan.value.digest) return 'its digest is not that of what revokes the request.'
  if (recover(plan.value.digest, signature.value) !== request.signer.address)
    return 'its signature is not by the signer of the request.'
  return kept.body === plan.value.bodyOf(signature.value) ? null : 'what was sent is not what was signed.'
}
