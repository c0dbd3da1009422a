/** What time it is at a venue. The venue's own clock decides when something is over; this machine's alone never does. */
import type { PreparedRequest } from '../../shared/prepared-request.ts'
import type { Venue } from '../venues/port.ts'
import type { LoadedRequest } from './load.ts'

type Clocked = Pick<PreparedRequest, 'from'>

/**
 * The venue's time in Unix ms. `skewMs` is its clock minus ours as it was read just now; where it told no time (null) it
 * is the slower of the two clocks that are known: ours, and ours as far from the venue's as when `from` was read, so that
 * nothing is over too early.
 */
export const venueTime = (now: number, skewMs: number | null, { from }: Clocked): number =>
  now + (skewMs ?? Math.min(0, from.skewMs ?? 0))

/** The venue's clock minus ours in ms, read now: null where it answers without a time, undefined where nothing is read. */
export async function readSkew(
  venue: Venue,
  { account, request }: Pick<LoadedRequest, 'account' | 'request'>,
): Promise<number | null | undefined> {
  const clock = await venue.clock?.()
  if (clock?.ok) return clock.value
  const current = await venue.current(account.address, request.market)
  return current.ok ? current.value.skewMs : undefined
}
