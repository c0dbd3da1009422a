/** Putting down that a request can no longer be used. */
import { deadlineOf, timeText } from '../../shared/deadline.ts'
import { failure, type Failure } from '../../shared/errors.ts'
import type { LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'

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
