/**
 * Settling an outcome that is not known, by reading the venue and never by sending. A request is put down as applied
 * when the venue shows the new value, and as not applied only once nobody can apply it any more.
 */
import { timeText } from '../../shared/deadline.ts'
import { failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { sameSetting, settingText } from '../../shared/market.ts'
import { wrongState } from '../../shared/request-state.ts'
import type { StoredRequest } from '../store/port.ts'
import type { CurrentSetting } from '../venues/port.ts'
import { withLease } from './lease.ts'
import { loadRequest, type LoadedRequest } from './load.ts'
import { overSince, venueTime } from './over.ts'
import type { DeskPorts } from './ports.ts'
import { isFrozenUnsent, settleFrozen } from './settle-frozen.ts'

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
  | { readonly to: 'applied' | 'refused'; readonly message: string }
  | { readonly to: null; readonly open: Failure }

/** What a reading of the venue says about a request whose outcome is not known. */
function judge(
  { stored, request }: LoadedRequest,
  current: CurrentSetting,
  times: { readonly now: number; readonly over: number },
): Finding {
  const actual = settingText(current)
  if (sameSetting(current, request.to)) return { to: 'applied', message: `The venue shows ${actual}.` }
  const at = timeText(times.over)
  if (times.now < times.over)
    return { to: null, open: failure('answer.stillUnknown', { actual, until: at, request: stored.id }) }
  if (sameSetting(current, request.from)) {
    const message = `The venue still shows ${actual}, and since ${at} nobody can apply the request any more.`
    return { to: 'refused', message }
  }
  return { to: null, open: failure('answer.changedSince', { actual, at }) }
}

async function reconcileNow(ports: DeskPorts, id: string): Promise<Result<ReconcileOutcome>> {
  const loaded = await loadRequest(ports, id)
  if (!loaded.ok) return loaded
  const { account, request, stored } = loaded.value
  if (isFrozenUnsent(stored)) return settleFrozen(ports, loaded.value, stored)
  const { state } = stored
  if (state !== 'unknown' && state !== 'sending')
    return { ok: false, error: wrongState(id, state, 'unknown') }
  const venue = ports.venueFor(account)
  if (!venue.ok) return venue
  const unknown = await endSending(ports, loaded.value.stored)
  if (!unknown.ok) return unknown
  ports.onStep?.(id, 'reading')
  const current = await venue.value.current(account.address, request.market)
  if (!current.ok) return current
  const over = await overSince(ports, id, request)
  const { markPrice: _, skewMs, ...shown } = current.value
  const finding = judge(loaded.value, current.value, { now: venueTime(ports.now(), skewMs), over })
  if (finding.to === null) {
    const noted = await ports.store.history.append({ kind: 'reconcile.read', requestId: id, body: { shown } })
    return noted.ok ? ok({ stored: unknown.value, failure: finding.open }) : noted
  }
  const detail = { message: finding.message, shown }
  const settled = await ports.store.requests.transition(id, 'unknown', finding.to, { detail })
  if (!settled.ok) return settled
  const failed = finding.to === 'applied' ? null : failure('answer.notApplied', { detail: finding.message })
  return ok({ stored: settled.value, failure: failed })
}

/**
 * Reads the venue and settles a request in state `unknown` or `sending`, or one that is frozen (shared/copies.ts). Never
 * sends anything.
 * Fails with `request.wrongState`, `request.busy`, `venue.*` or `store.*`.
 */
export const reconcile = (ports: DeskPorts, id: string): Promise<Result<ReconcileOutcome>> =>
  withLease(ports, id, () => reconcileNow(ports, id))
