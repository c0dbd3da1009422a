/**
 * Revoking a signed request, unsent or unknown: the Ledger signs an empty action on its nonce, which is kept, then sent.
 * From the moment it is kept the request itself is never sent. The empty action changes nothing, so it may be sent again.
 */
import { fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { sameSetting, settingText } from '../../shared/market.ts'
import { decide, wrongState } from '../../shared/request-state.ts'
import { revocationOf, type RevocationPlan } from '../../shared/revocation.ts'
import { readSignatureHex, recoverAddress, signatureToHex } from '../../shared/signature.ts'
import type { RevocationAnswer } from '../../shared/venues/module.ts'
import type { StoredRequest, StoredRevocation } from '../store/port.ts'
import type { Venue } from '../venues/port.ts'
import { withLease } from './lease.ts'
import { loadRequest, type LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'
import { prove } from './venue-reading.ts'

/** A request after a try to revoke it, and what is to be told where it is not revoked. */
export interface RevokeOutcome {
  readonly stored: StoredRequest
  readonly failure: Failure | null
}

/** Has the Ledger sign the empty action and keeps it. */
async function signRevocation(
  ports: DeskPorts,
  { stored, request }: LoadedRequest,
  plan: RevocationPlan,
): Promise<Result<StoredRevocation>> {
  const { path, address } = request.signer
  const ledger = await ports.openLedger(path, address)
  if (!ledger.ok) return ledger
  try {
    ports.onStep?.(stored.id, 'asking')
    const signature = await ledger.value.signTypedData(path, plan.typedData, address)
    if (!signature.ok) return signature
    if (recoverAddress(plan.digest, signature.value) !== address)
      return fail('device.badSignature', { detail: 'it is not by the signer of the request' })
    const { digest } = plan
    const body = plan.bodyOf(signature.value)
    return await ports.store.revocations.add(stored.id, {
      digest,
      signature: signatureToHex(signature.value),
      body,
    })
  } finally {
    await ledger.value.close()
  }
}

/** The revocation that is kept, proven again to be one of this request by its signer. */
function proven(
  { stored, request }: LoadedRequest,
  plan: RevocationPlan,
  kept: StoredRevocation,
): Result<StoredRevocation> {
  const signature = readSignatureHex(kept.signature)
  const right =
    signature.ok &&
    kept.digest === plan.digest &&
    kept.body === plan.bodyOf(signature.value) &&
    recoverAddress(plan.digest, signature.value) === request.signer.address
  return right ? ok(kept) : fail('request.altered', { request: stored.id, field: 'revocation' })
}

/** What is to be sent: what an earlier try signed, or what the Ledger signs now. */
async function revocationFor(
  ports: DeskPorts,
  loaded: LoadedRequest,
  plan: RevocationPlan,
): Promise<Result<StoredRevocation>> {
  const { id } = loaded.stored
  const kept = await ports.store.revocations.get(id)
  if (!kept.ok) return kept
  if (kept.value) return proven(loaded, plan, kept.value)
  const signed = await signRevocation(ports, loaded, plan)
  if (signed.ok || !signed.error.code.startsWith('device.')) return signed
  const { code, message } = signed.error
  const body = { code, message, for: 'revocation' }
  const noted = await ports.store.history.append({ kind: 'device.failed', requestId: id, body })
  return noted.ok ? signed : noted
}

const told = (result: Result<StoredRequest>, failed: Failure | null = null): Result<RevokeOutcome> =>
  result.ok ? ok({ stored: result.value, failure: failed }) : result

/** The nonce was used before: by an earlier try of this revocation, or by the request. Reading the venue tells. */
async function settleUsedNonce(
  ports: DeskPorts,
  venue: Venue,
  { stored, request, account }: LoadedRequest,
): Promise<Result<RevokeOutcome>> {
  const { id } = stored
  ports.onStep?.(id, 'proving')
  const { applied, shown } = await prove(ports, venue, account, request.market, request.to)
  const actual = shown ? settingText(shown) : 'nothing that can be read'
  if (applied && stored.state === 'unknown') {
    const detail = { message: `The venue shows ${actual}.`, shown: request.to }
    return told(await ports.store.requests.transition(id, 'unknown', 'applied', { detail }))
  }
  if (shown !== null && sameSetting(shown, request.from)) {
    const message = `Its nonce is used up, and the venue shows ${actual}.`
    return told(await ports.store.revocations.conclude(id, { message }))
  }
  return told(ok(stored), failure('revoke.nonceUsed', { request: id, actual }))
}

/** How the request stands after the answer. */
async function conclude(
  ports: DeskPorts,
  venue: Venue,
  loaded: LoadedRequest,
  { outcome, reason }: RevocationAnswer,
): Promise<Result<RevokeOutcome>> {
  const { id } = loaded.stored
  if (outcome === 'nonceUsed') return settleUsedNonce(ports, venue, loaded)
  if (outcome === 'taken') {
    const message = 'The venue took an empty action on its nonce.'
    return told(await ports.store.revocations.conclude(id, { message }))
  }
  const code = outcome === 'refused' ? 'revoke.refused' : 'revoke.unknown'
  return told(ok(loaded.stored), failure(code, { request: id, detail: reason }))
}

async function revokeNow(ports: DeskPorts, id: string): Promise<Result<RevokeOutcome>> {
  const loaded = await loadRequest(ports, id)
  if (!loaded.ok) return loaded
  const { stored, account, request } = loaded.value
  const plan = revocationOf(request)
  if (!plan.ok) return plan
  if (decide(stored.state, 'revoke') === null)
    return { ok: false, error: wrongState(id, stored.state, 'revoked') }
  const venue = ports.venueFor(account)
  if (!venue.ok) return venue
  if (venue.value.origin !== request.origin)
    return fail('venue.hostNotAllowed', { host: venue.value.origin, venue: venue.value.name })
  const revocation = await revocationFor(ports, loaded.value, plan.value)
  if (!revocation.ok) return revocation
  ports.onStep?.(id, 'sending')
  const answer = await venue.value.submit(revocation.value.body)
  const read = plan.value.readAnswer(answer)
  const written = await ports.store.revocations.answered(id, {
    outcome: read.outcome,
    httpStatus: answer.status,
    answer: answer.status === null ? null : answer.body,
  })
  return written.ok ? conclude(ports, venue.value, loaded.value, read) : written
}

/**
 * Makes a signed request unusable. A value says how the request stands (`failure` null: it can never be applied, or it
 * was found to have been). Fails with `request.*`, `device.*`, `venue.*` or `store.*`; after `device.*` nothing was sent.
 */
export const revoke = (ports: DeskPorts, id: string): Promise<Result<RevokeOutcome>> =>
  withLease(ports, id, () => revokeNow(ports, id))
