/** Until when a request can be used, which the desk acts on and the screens say beforehand. */
import type { PreparedRequest } from './prepared-request.ts'
import { rulesOf } from './venues/registry.ts'

type Timed = Pick<PreparedRequest, 'venue' | 'wire'>

/** Unix time in ms from which an unsent request is of no use any more. */
export const deadlineOf = ({ venue, wire }: Timed): number => rulesOf(venue).deadlineOf(wire)

/** Unix time in ms from which nobody can apply a request any more that was sent at `sentAtMs`. */
export const overAt = ({ venue, wire }: Timed, sentAtMs: number): number =>
  rulesOf(venue).overAt(wire, sentAtMs)

/** A time for people: UTC to the second. */
export const timeText = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`
