/**
 * Sending a signed request, once. The exact body is on disk before a byte leaves; the answer is read; then, whatever it
 * says, the venue is read again (after-answer.ts). What cannot be proven is unknown, and is never sent again.
 */
import { fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { wrongState } from '../../shared/request-state.ts'
import type { HttpAnswer, SubmissionOutcome } from '../../shared/venues/outcome.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import type { Completion, StoredRequest } from '../store/port.ts'
import type { Venue } from '../venues/port.ts'
import { settle } from './after-answer.ts'
import { expireIfOverdue } from './expiry.ts'
import { withLease } from './lease.ts'
import { loadShown, type LoadedRequest } from './load.ts'
import { checkRequestNumber } from './market-numbers.ts'
import type { DeskPorts } from './ports.ts'
import { sendingOf, timeToSend } from './sending.ts'
import { checkNotFrozen } from './settle-frozen.ts'

/** A request after sending, and the failure to tell the person where it was not applied. */
export interface SubmitOutcome {
  readonly stored: StoredRequest
  readonly failure: Failure | null
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
  const { to, detail, failure } = await settle(ports, venue, loaded, {
    outcome,
    answered: answer.status !== null,
  })
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
  const venue = ports.venueFor(account)
  if (!venue.ok) return venue
  if (venue.value.origin !== request.origin)
    return fail('venue.hostNotAllowed', { host: venue.value.origin, venue: venue.value.name })
  const time = await timeToSend(ports, venue.value, loaded.value)
  if (!time.ok) return time
  const expired = await expireIfOverdue(ports, loaded.value, time.value)
  if (expired) return { ok: false, error: expired }
  const sameNumber = await checkRequestNumber(ports, request)
  if (!sameNumber.ok) return sameNumber
  const sending = await sendingOf(ports, loaded.value, time.value)
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
