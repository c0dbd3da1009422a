/**
 * Settling an outcome by reading the venue and never by sending. A request is put down as applied when the venue shows the
 * new value, and as not applied only once nobody can apply it any more, or where the venue refused it as well.
 */
import { timeText } from '../../shared/deadline.ts'
import { failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { sameSetting, settingText } from '../../shared/market.ts'
import { wrongState } from '../../shared/request-state.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import type { StoredRequest, Submission } from '../store/port.ts'
import type { CurrentSetting } from '../venues/port.ts'
import { withLease } from './lease.ts'
import { loadRequest, type LoadedRequest } from './load.ts'
import { overSince } from './over.ts'
import type { DeskPorts } from './ports.ts'
import { isFrozenUnsent, settleFrozen } from './settle-frozen.ts'
import { venueTime } from './venue-time.ts'
import { otherSetter } from './whose-value.ts'

/** How a request stands after reading; `failure` says what is still open, or that it was not applied. */
export interface ReconcileOutcome {
  readonly stored: StoredRequest
  readonly failure: Failure | null
}

/** A request that was being sent when the process ended is put down as unknown before anything else. */
async function endSending({ store }: DeskPorts, stored: StoredRequest): Promise<Result<StoredRequest>> {
  if (stored.state !== 'sending') return ok(stored)
  const submission = await store.submissions.get(stored.id)
  if (!submission.ok) return submission
  const message = 'The program ended before the outcome was written down.'
  const detail = { code: 'answer.unknown', message }
  if (submission.value?.outcome) return store.requests.transition(stored.id, 'sending', 'unknown', { detail })
  const completed = await store.submissions.complete(stored.id, {
    outcome: 'unknown',
    httpStatus: null,
    answer: null,
    settle: { to: 'unknown', detail },
  })
  return completed.ok ? store.requests.get(stored.id) : completed
}

type Finding =
  | { readonly to: 'applied' | 'refused'; readonly message: string; readonly failure: Failure | null }
  | { readonly to: null; readonly open: Failure }

/** What is known beside the setting that was read. Times are Unix ms by the venue's clock. */
interface Known {
  readonly now: number
  readonly over: number
  /** The venue's refusal; null where its answer was no refusal, or did not come. */
  readonly refusal: string | null
  /** Another request that may have set what was read. */
  readonly other: string | null
}

/** What a reading that shows the new value says. */
function judgeNew({ stored }: LoadedRequest, actual: string, { refusal, other }: Known): Finding {
  if (other !== null)
    return { to: null, open: failure('answer.otherRequest', { actual, other, request: stored.id }) }
  const message = `The venue shows ${actual}.`
  if (refusal === null) return { to: 'applied', message, failure: null }
  const both = failure('answer.appliedAfterRefusal', { actual, detail: refusal })
  return { to: 'applied', message: both.message, failure: both }
}

/** What a reading of the venue says about a request whose outcome is not known. */
function judgeUnknown(loaded: LoadedRequest, current: CurrentSetting, known: Known): Finding {
  const { stored, request } = loaded
  const { now, over, refusal, other } = known
  const actual = settingText(current)
  if (sameSetting(current, request.to)) return judgeNew(loaded, actual, known)
  const isOld = sameSetting(current, request.from)
  const at = timeText(over)
  if (isOld && refusal !== null && other === null) {
    const message = `The venue refused it and still shows ${actual}. It had answered: ${refusal}`
    return { to: 'refused', message, failure: failure('answer.notApplied', { detail: message }) }
  }
  if (now < over)
    return { to: null, open: failure('answer.stillUnknown', { actual, until: at, request: stored.id }) }
  if (!isOld) return { to: null, open: failure('answer.changedSince', { actual, at }) }
  if (other !== null)
    return { to: null, open: failure('answer.otherRequest', { actual, other, request: stored.id }) }
  const message = `The venue still shows ${actual}, and since ${at} nobody can apply the request any more.`
  return { to: 'refused', message, failure: failure('answer.notApplied', { detail: message }) }
}

/**
 * What a reading says about a request that is refused. That stands, unless the venue refused it (and it was not found to
 * be over) and shows the new value.
 */
function judgeRefused(loaded: LoadedRequest, current: CurrentSetting, known: Known): Finding {
  const { request } = loaded
  const [actual, expected] = [settingText(current), settingText(request.from)]
  const isLate = known.refusal !== null && sameSetting(current, request.to)
  const found = isLate ? judgeNew(loaded, actual, known) : null
  if (found?.to === 'applied') return found
  return { to: null, open: failure('answer.stillRefused', { actual, expected }) }
}

/** The venue's refusal of what was sent; null where it gave none. */
function refusalOf({ request }: LoadedRequest, submission: Submission | null): string | null {
  if (submission?.outcome !== 'refused' || submission.httpStatus === null) return null
  const { httpStatus: status, answer } = submission
  const read = rulesOf(request.venue).readAnswer(
    { status, body: answer ?? '', lost: '', sent: true },
    request.wire,
  )
  return read.kind === 'refused' ? read.failure.message : `HTTP ${status}.`
}

/** Whether it is certain that a request never left this machine: it is refused, and there was nobody to answer. */
const neverLeft = ({ state }: StoredRequest, submission: Submission | null): boolean =>
  state === 'refused' && submission?.outcome === 'refused' && submission.httpStatus === null

async function reconcileNow(ports: DeskPorts, id: string): Promise<Result<ReconcileOutcome>> {
  const loaded = await loadRequest(ports, id)
  if (!loaded.ok) return loaded
  const { account, request, stored } = loaded.value
  if (isFrozenUnsent(stored)) return settleFrozen(ports, loaded.value, stored)
  const { state } = stored
  if (state !== 'unknown' && state !== 'sending' && state !== 'refused')
    return { ok: false, error: wrongState(id, state, 'unknown') }
  const submission = await ports.store.submissions.get(id)
  if (!submission.ok) return submission
  if (neverLeft(loaded.value.stored, submission.value)) {
    const failed = failure('answer.notSent', { detail: 'the venue was never reached.' })
    return ok({ stored: loaded.value.stored, failure: failed })
  }
  const venue = ports.venueFor(account)
  if (!venue.ok) return venue
  const open = await endSending(ports, loaded.value.stored)
  if (!open.ok) return open
  ports.onStep?.(id, 'reading')
  const current = await venue.value.current(account.address, request.market)
  if (!current.ok) return current
  const over = await overSince(ports, id, request)
  const { markPrice: _, skewMs, ...shown } = current.value
  const other = await otherSetter(ports, loaded.value, shown)
  if (!other.ok) return other
  const now = venueTime(ports.now(), skewMs, request)
  const judge = state === 'refused' ? judgeRefused : judgeUnknown
  const finding = judge(loaded.value, current.value, {
    now,
    over,
    refusal: refusalOf(loaded.value, submission.value),
    other: other.value,
  })
  if (finding.to === null) {
    const noted = await ports.store.history.append({ kind: 'reconcile.read', requestId: id, body: { shown } })
    return noted.ok ? ok({ stored: open.value, failure: finding.open }) : noted
  }
  const { to, message, failure: told } = finding
  const code = to === 'applied' && told ? { code: told.code } : {}
  const detail = { ...code, message, shown }
  const settled = await ports.store.requests.transition(id, open.value.state, to, { detail })
  return settled.ok ? ok({ stored: settled.value, failure: told }) : settled
}

/**
 * Reads the venue and settles a request in state `unknown` or `sending`, one that the venue refused, or one that is frozen
 * (shared/copies.ts). Never sends anything. Fails with `request.wrongState`, `request.busy`, `venue.*` or `store.*`.
 */
export const reconcile = (ports: DeskPorts, id: string): Promise<Result<ReconcileOutcome>> =>
  withLease(ports, id, () => reconcileNow(ports, id))
