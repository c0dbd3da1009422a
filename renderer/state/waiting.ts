/** What waits for the person, ordered by risk: what may have been sent, what could be sent, what could be signed. */
import type { RequestView } from '../../shared/contract.ts'
import type { RequestState } from '../../shared/request-state.ts'

const risk: { readonly [state in RequestState]?: number } = {
  unknown: 0,
  sending: 0,
  signed: 1,
  approved: 2,
  prepared: 2,
}

const rank = ({ state }: RequestView): number => risk[state] ?? -1

/** Requests that are not finished, the riskiest first and then the one that expires first. */
export const waitingOf = (requests: readonly RequestView[]): RequestView[] =>
  requests
    .filter((request) => rank(request) >= 0)
    .toSorted(
      (a, b) =>
        rank(a) - rank(b) ||
        (a.prepared.wire.expiresAfter ?? Infinity) - (b.prepared.wire.expiresAfter ?? Infinity) ||
        (a.id < b.id ? 1 : -1),
    )

/** Requests that came to an end, the latest first. */
export const outcomesOf = (requests: readonly RequestView[]): RequestView[] =>
  requests.filter((request) => rank(request) < 0).toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
