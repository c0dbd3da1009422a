/** When a request can no longer be used, and putting that down. */
import { failure, type Failure } from '../../shared/errors.ts'
import type { PreparedRequest } from '../../shared/prepared-request.ts'
import type { LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'

/** The venue takes no nonce older than two days (Hyperliquid docs, "Nonces and API wallets"). */
const nonceLifeMs = 2 * 24 * 60 * 60_000

/** Unix time in ms from which the venue refuses a signed request for certain. */
export const deadlineOf = ({ wire }: Pick<PreparedRequest, 'wire'>): number =>
  Math.min(wire.expiresAfter ?? Number.POSITIVE_INFINITY, wire.nonce + nonceLifeMs)

/** The venue's clock may be behind ours by this much, in ms, before its refusal of an expired request is certain. */
export const clockMarginMs = 10_000

/** Whether nobody can apply a request any more. */
export const isOver = (request: Pick<PreparedRequest, 'wire'>, nowMs: number): boolean =>
  nowMs >= deadlineOf(request) + clockMarginMs

/** A time for people: UTC to the second. */
export const timeText = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** Puts an overdue unsent request down as expired. Gives the failure to report, or null when there is time left. */
export async function expireIfOverdue(
  ports: DeskPorts,
  { stored, request }: LoadedRequest,
): Promise<Failure | null> {
  const deadline = deadlineOf(request)
  if (ports.now() < deadline) return null
  const { id, state } = stored
  if (state === 'prepared' || state === 'approved' || state === 'signed') {
    const moved = await ports.store.requests.transition(id, state, 'expired')
    if (!moved.ok) return moved.error
  }
  return failure('request.expired', { request: id, at: timeText(deadline) })
}
