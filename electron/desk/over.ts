/** Whether a request that was sent can still be applied by anybody. */
import { overAt } from '../../shared/deadline.ts'
import { notableSkewMs } from '../../shared/clock.ts'
import type { PreparedRequest } from '../../shared/prepared-request.ts'
import type { DeskPorts } from './ports.ts'

/**
 * Unix ms from which nobody can apply a request that was sent. Where it is not known when it was sent, it counts as
 * sent now.
 */
export async function overSince(
  { store, now }: DeskPorts,
  id: string,
  request: PreparedRequest,
): Promise<number> {
  const submission = await store.submissions.get(id)
  const startedAt = submission.ok && submission.value ? Date.parse(submission.value.startedAt) : now()
  return overAt(request, startedAt)
}

/**
 * This machine's time in Unix ms, or the venue's where its clock is notably behind: by that one it still takes a request
 * which by this one is over. `skewMs` is the venue's clock minus ours; null where it is not known.
 */
export const venueTime = (now: number, skewMs: number | null): number =>
  skewMs !== null && skewMs <= -notableSkewMs ? now + skewMs : now

/** Whether nobody can apply a request any more that was sent. */
export const isOver = async (
  ports: DeskPorts,
  id: string,
  request: PreparedRequest,
  skewMs: number | null,
): Promise<boolean> => venueTime(ports.now(), skewMs) >= (await overSince(ports, id, request))
