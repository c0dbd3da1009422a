/** Putting down that a request can no longer be used, once that is so by the venue's clock. */
import { deadlineOf, timeText } from '../../shared/deadline.ts'
import { failure, type Failure } from '../../shared/errors.ts'
import { revocationRulesOf } from '../../shared/revocation.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import type { LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'

/** What is said of a request whose time is over; of one that was signed also until when that could be used. */
function expired({ stored, request }: LoadedRequest): Failure {
  const at = timeText(deadlineOf(request))
  if (stored.signature === null || !revocationRulesOf(request))
    return failure('request.expired', { request: stored.id, at, signed: '', advice: '' })
  const { name } = rulesOf(request.venue)
  return failure('request.expired', {
    request: stored.id,
    at,
    signed: ` It was signed: whoever holds the signature could use it until then, by the clock of ${name}.`,
    advice: ` If it is not sure that ${name}'s clock is past that, run "countersign revoke ${stored.id}".`,
  })
}

/** The failure `request.maybeExpired`: this machine's clock says that it is over, and the venue's clock is not known. */
export const maybeExpired = ({ stored, request }: LoadedRequest): Failure =>
  failure('request.maybeExpired', {
    request: stored.id,
    at: timeText(deadlineOf(request)),
    venue: rulesOf(request.venue).name,
  })

/**
 * Puts an unsent request down as expired where its time is over at `venueMs`, the time by the venue's clock.
 * Gives the failure to report, or null when there is time left.
 */
export async function expireIfOverdue(
  ports: DeskPorts,
  loaded: LoadedRequest,
  venueMs: number,
): Promise<Failure | null> {
  const { stored, request } = loaded
  if (venueMs < deadlineOf(request)) return null
  const { id, state } = stored
  if (state === 'prepared' || state === 'approved' || state === 'signed') {
    const evidence = { venueTimeMs: venueMs, machineTimeMs: ports.now() }
    const moved = await ports.store.requests.transition(id, state, 'expired', { evidence })
    if (!moved.ok) return moved.error
  }
  return expired(loaded)
}
