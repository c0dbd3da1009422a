/** What waits for the person, ordered by risk: what may have been sent, what could be sent, what could be signed. */
import type { RequestView } from '../../shared/contract.ts'
import { deadlineOf } from '../../shared/deadline.ts'
import type { RequestState } from '../../shared/request-state.ts'

const risk: { readonly [state in RequestState]?: number } = {
  unknown: 0,
  sending: 0,
  signed: 1,
  approved: 2,
  prepared: 2,
}

/** How risky a request is that waits; one that was open in a copy may have been sent. */
const rankOf = ({ state, frozenSince }: RequestView): number | undefined =>
  frozenSince === null ? risk[state] : 0

/** Whether nobody has finished a request and somebody still can. What may have been sent waits until it is settled. */
function waits(request: RequestView, nowMs: number): boolean {
  const rank = rankOf(request)
  return rank !== undefined && (rank === 0 || nowMs < deadlineOf(request.prepared))
}

/** When a request was sent, as far as it is known; ISO 8601. */
export const sentAt = ({ submission, updatedAt }: RequestView): string => submission?.startedAt ?? updatedAt

/** Requests that are not finished, the riskiest first and then the one that expires first. */
export const waitingOf = (requests: readonly RequestView[], nowMs: number): RequestView[] =>
  requests
    .filter((request) => waits(request, nowMs))
    .toSorted(
      (a, b) => (rankOf(a) ?? 0) - (rankOf(b) ?? 0) || deadlineOf(a.prepared) - deadlineOf(b.prepared),
    )

/** Requests that came to an end, the latest first; those that ran out unsent among them. */
export const outcomesOf = (requests: readonly RequestView[], nowMs: number): RequestView[] =>
  requests
    .filter((request) => !waits(request, nowMs))
    .toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))

/** The state a request is shown in: one that ran out unsent is expired, even before the desk has put it down. */
export const shownState = (request: RequestView, nowMs: number): RequestState =>
  ['prepared', 'approved', 'signed'].includes(request.state) && !waits(request, nowMs)
    ? 'expired'
    : request.state
