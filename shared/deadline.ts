/** Until when a request can be used, which the desk acts on and the screens say beforehand. */
import type { PreparedRequest } from './prepared-request.ts'

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
