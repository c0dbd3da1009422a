/**
 * Sending a signed request, once. The exact body is on disk before a byte leaves; the answer is read; then the venue is
 * read again to prove the new value. What cannot be proven is unknown, and is never sent again.
 */
import { fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { settingText } from '../../shared/market.ts'
import { wrongState } from '../../shared/request-state.ts'
import type { HttpAnswer, SubmissionOutcome } from '../../shared/venues/outcome.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import type { Completion, StoredRequest } from '../store/port.ts'
import type { Venue } from '../venues/port.ts'
import { expireIfOverdue } from './expiry.ts'
import { withLease } from './lease.ts'
import { loadShown, type LoadedRequest } from './load.ts'
import { checkRequestNumber } from './market-numbers.ts'
import type { DeskPorts } from './ports.ts'
import { sendingOf } from './sending.ts'
import { checkNotFrozen } from './settle-frozen.ts'
import { prove } from './venue-reading.ts'

/** A request after sending, and the failure to tell the person where it was not applied. */
export interface SubmitOutcome {
  readonly stored: StoredRequest
  readonly failure: Failure | null
}

/** How a request goes on from `sending`, and what to tell the person where it was not applied. */
interface Settlement {
  readonly to: 'applied' | 'refused' | 'unknown'
  readonly detail: JsonObject
  readonly failure: Failure | null
}

const settlement = (to: 'refused' | 'unknown', failure: Failure): Settlement => ({
  to,
  detail: { code: failure.code, message: failure.message },
  failure,
})

/** What is known now: proven by reading, refused, never sent, or unknown. */
async function settle(
  ports: DeskPorts,
  venue: Venue,
  { stored, request, account }: LoadedRequest,
  outcome: SubmissionOutcome,
): Promise<Settlement> {
  if (outcome.kind === 'refused' || outcome.kind === 'notSent') return settlement('refused', outcome.failure)
  if (outcome.kind === 'unknown') {
    return settlement('unknown', failure('answer.unknown', { detail: outcome.reason, request: stored.id }))
  }
  ports.onStep?.(stored.id, 'proving')
  const proof = await prove(ports, venue, account, request.market, request.to)
  if (proof.applied)
    return { to: 'applied', detail: { shown: request.to, provenAtMs: ports.now() }, failure: null }
  const actual = proof.shown ? settingText(proof.shown) : 'nothing that can be read'
  const expected = settingText(request.to)
  return settlement('unknown', failure('answer.notProven', { actual, expected, request: stored.id }))
}

const recorded = (outcome: SubmissionOutcome): Completion['outcome'] =>
  outcome.kind === 'notSent' ? 'refused' : outcome.kind

/** The request as it stands, when another process has settled it while its answer was on the way. */
async function asItStands(ports: DeskPorts, id: string): Promise<Result<SubmitOutcome>> {
  const stored = await ports.store.requests.get(id)
  if (!stored.ok) return stored
  const detail = 'it was reconciled while the answer was on its way.'
  const open = stored.value.state === 'unknown' ? failure('answer.unknown', { detail, request: id }) : null
  return ok({ stored: stored.value, failure: open })
}

/** Whether another process has taken the request over and settled it, or is about to. */
const settledElsewhere = ({ code }: Failure): boolean =>
  code === 'request.wrongState' || code === 'request.busy'

/** Writes the answer down, proves it, and moves the request on. */
async function conclude(
  ports: DeskPorts,
  venue: Venue,
  loaded: LoadedRequest,
  answer: HttpAnswer,
): Promise<Result<SubmitOutcome>> {
  const { id } = loaded.stored
  const { request } = loaded
  const outcome = rulesOf(request.venue).readAnswer(answer, request.wire)
  const written = await ports.store.submissions.complete(id, {
    outcome: recorded(outcome),
    httpStatus: answer.status,
    answer: answer.status === null ? null : answer.body,
    evidence: { sent: answer.sent, lost: answer.lost },
  })
  if (!written.ok) return settledElsewhere(written.error) ? asItStands(ports, id) : written
  const { to, detail, failure } = await settle(ports, venue, loaded, outcome)
  const stored = await ports.store.requests.transition(id, 'sending', to, { detail })
  if (stored.ok) return ok({ stored: stored.value, failure })
  return settledElsewhere(stored.error) ? asItStands(ports, id) : stored
}

async function submitNow(ports: DeskPorts, id: string, digest: string): Promise<Result<SubmitOutcome>> {
  const loaded = await loadShown(ports, id, digest)
  if (!loaded.ok) return loaded
  const { stored, account, request } = loaded.value
  const free = checkNotFrozen(stored)
  if (!free.ok) return free
  if (stored.state !== 'signed') return { ok: false, error: wrongState(id, stored.state, 'sending') }
  const expired = await expireIfOverdue(ports, loaded.value)
  if (expired) return { ok: false, error: expired }
  const sameNumber = await checkRequestNumber(ports, request)
  if (!sameNumber.ok) return sameNumber
  const venue = ports.venueFor(account)
  if (!venue.ok) return venue
  if (venue.value.origin !== request.origin)
    return fail('venue.hostNotAllowed', { host: venue.value.origin, venue: venue.value.name })
  const sending = await sendingOf(ports, venue.value, loaded.value)
  if (!sending.ok) return sending
  const { body, keyed } = sending.value
  const evidence = keyed ? { keyId: keyed.signer.keyId, stampMs: keyed.stampMs } : undefined
  const begun = await ports.store.submissions.begin(id, body, evidence)
  if (!begun.ok) return begun
  ports.onStep?.(id, 'sending')
  const answer = await venue.value.submit(begun.value.body, keyed)
  return conclude(ports, venue.value, loaded.value, answer)
}

/**
 * Sends the signed request that was shown, which has `digest`, and proves what came of it. A value says how it ended (`failure` null: applied and proven).
 * Fails with `request.*`, `venue.*` or `store.*` before anything was sent, and with `store.notRecorded` after.
 */
export const submit = (ports: DeskPorts, id: string, digest: string): Promise<Result<SubmitOutcome>> =>
  withLease(ports, id, () => submitNow(ports, id, digest))
