/**
 * Revoking a signed request, unsent or unknown: the Ledger signs what uses up its nonce, which is kept, then sent. From
 * the moment it is kept the request itself is never sent. It leaves everything as it is, so it may be sent again.
 */
import { sameDecimal } from '../../shared/decimal.ts'
import { fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { sameSetting, settingText, type LeverageSetting } from '../../shared/market.ts'
import { revocationOf, type RevocationPlan } from '../../shared/revocation.ts'
import { recoverAddress, signatureToHex } from '../../shared/signature.ts'
import type { RevocationAnswer, RevocationTerms } from '../../shared/venues/module.ts'
import type { StoredRequest, StoredRevocation } from '../store/port.ts'
import { withLease } from './lease.ts'
import type { LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'
import { loadRevocable, revocationNow, type Revocable } from './prepare-revocation.ts'
import { prove } from './venue-reading.ts'

/** A request after a try to revoke it, and what is to be told where it is not simply revoked. */
export interface RevokeOutcome {
  readonly stored: StoredRequest
  readonly failure: Failure | null
}

/** What was signed, and the setting that it leaves. */
interface Revoking extends Revocable {
  readonly plan: RevocationPlan
  readonly leaves: LeverageSetting
}

/** Has the Ledger sign what revokes and keeps it. */
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

/** What is to be sent: what an earlier try signed, or what the Ledger signs now. */
async function signedRevocation(
  ports: DeskPorts,
  revocable: Revocable,
  plan: RevocationPlan,
): Promise<Result<StoredRevocation>> {
  if (revocable.kept) return ok(revocable.kept)
  const { id } = revocable.stored
  const signed = await signRevocation(ports, revocable, plan)
  if (signed.ok || !signed.error.code.startsWith('device.')) return signed
  const { code, message } = signed.error
  const body = { code, message, for: 'revocation' }
  const noted = await ports.store.history.append({ kind: 'device.failed', requestId: id, body })
  return noted.ok ? signed : noted
}

const told = (result: Result<StoredRequest>, failed: Failure | null = null): Result<RevokeOutcome> =>
  result.ok ? ok({ stored: result.value, failure: failed }) : result

async function settleApplied(
  ports: DeskPorts,
  { stored, request }: Revocable,
): Promise<Result<RevokeOutcome>> {
  const detail = { message: `The venue shows ${settingText(request.to)}.`, shown: request.to }
  return told(await ports.store.requests.transition(stored.id, 'unknown', 'applied', { detail }))
}

/** The nonce was used before: by an earlier try of this revocation, or by the request. Reading the venue tells. */
async function settleUsedNonce(ports: DeskPorts, revoking: Revoking): Promise<Result<RevokeOutcome>> {
  const { stored, request, account, venue, leaves } = revoking
  const { id } = stored
  ports.onStep?.(id, 'proving')
  const { applied, shown } = await prove(ports, venue, account, request.market, request.to)
  if (applied && stored.state === 'unknown') return settleApplied(ports, revoking)
  const actual = shown ? settingText(shown) : 'nothing that can be read'
  if (shown !== null && sameSetting(shown, leaves)) {
    const message = `Its nonce is used up, and the venue shows ${actual}.`
    return told(await ports.store.revocations.conclude(id, { message }))
  }
  return told(ok(stored), failure('revoke.nonceUsed', { request: id, actual }))
}

/** The venue took it. Where the leverage was another one then, the request came first or somebody changed it. */
async function settleTaken(
  ports: DeskPorts,
  { stored, request, leaves }: Revoking,
  previous = leaves.leverage,
): Promise<Result<RevokeOutcome>> {
  const { id } = stored
  if (sameDecimal(previous, leaves.leverage)) {
    const message = 'The venue took what revokes it.'
    return told(await ports.store.revocations.conclude(id, { message }))
  }
  const values = {
    market: request.market.symbol,
    previous: settingText({ ...leaves, leverage: previous }),
    actual: settingText(leaves),
  }
  const setBack = failure('revoke.setBack', values)
  const detail = { message: setBack.message, setBack: true }
  return told(await ports.store.revocations.conclude(id, detail), setBack)
}

/** How the request stands after the answer. */
async function conclude(
  ports: DeskPorts,
  revoking: Revoking,
  { outcome, reason, previous }: RevocationAnswer,
): Promise<Result<RevokeOutcome>> {
  if (outcome === 'nonceUsed') return settleUsedNonce(ports, revoking)
  if (outcome === 'taken') return settleTaken(ports, revoking, previous)
  const { stored } = revoking
  const code = outcome === 'refused' ? 'revoke.refused' : 'revoke.unknown'
  return told(ok(stored), failure(code, { request: stored.id, detail: reason }))
}

async function revokeNow(
  ports: DeskPorts,
  id: string,
  previewed: RevocationTerms | null,
): Promise<Result<RevokeOutcome>> {
  const revocable = await loadRevocable(ports, id)
  if (!revocable.ok) return revocable
  const now = await revocationNow(ports, revocable.value, previewed)
  if (!now.ok) return now
  if (now.value.kind === 'applied') return settleApplied(ports, revocable.value)
  const { request, venue } = revocable.value
  const { terms } = now.value
  const plan = revocationOf(request, terms)
  if (!plan.ok) return plan
  const revocation = await signedRevocation(ports, revocable.value, plan.value)
  if (!revocation.ok) return revocation
  ports.onStep?.(id, 'sending')
  const answer = await (venue.settlement ?? venue).submit(revocation.value.body)
  const read = plan.value.readAnswer(answer)
  const written = await ports.store.revocations.answered(id, {
    outcome: read.outcome,
    httpStatus: answer.status,
    answer: answer.status === null ? null : answer.body,
  })
  if (!written.ok) return written
  const { from } = request
  const leaves = { ...from, leverage: terms?.leverage ?? from.leverage }
  return conclude(ports, { ...revocable.value, plan: plan.value, leaves }, read)
}

/**
 * Makes a signed request unusable; `previewed` are the terms that the person was shown (`prepareRevocation`), null where
 * there are none. A value says how the request stands (`failure` null: it can never be applied, or it was found to have
 * been). Fails with `request.*`, `revoke.*`, `device.*`, `venue.*` or `store.*`; after all but the last nothing was sent.
 */
export const revoke = (
  ports: DeskPorts,
  id: string,
  previewed: RevocationTerms | null = null,
): Promise<Result<RevokeOutcome>> => withLease(ports, id, () => revokeNow(ports, id, previewed))
