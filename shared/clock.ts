/** How far this machine's clock may be from the venue's: nonces and expiries are times that both read. */
import { fail, ok, type Result } from './errors.ts'

/** Past this many ms nothing is prepared or signed: an expiry would mean another time than the one that is shown. */
export const maxSkewMs = 30_000

/** From this many ms on the preview says so. A reading is good to about a second. */
export const notableSkewMs = 5_000

const seconds = (ms: number): number => Math.round(Math.abs(ms) / 1000)

const direction = (skewMs: number): string => (skewMs > 0 ? 'behind' : 'ahead of')

/** Refuses with `clock.skewed` past the limit. `skewMs` is the venue's clock minus ours; null where it is not known. */
export const checkSkew = (skewMs: number | null): Result<null> =>
  skewMs === null || Math.abs(skewMs) <= maxSkewMs
    ? ok(null)
    : fail('clock.skewed', {
        seconds: seconds(skewMs),
        direction: direction(skewMs),
        limit: maxSkewMs / 1000,
      })

/** One sentence about clocks that are notably apart; null where they are not, or where it is not known. */
export const skewWarning = (skewMs: number | null): string | null =>
  skewMs === null || Math.abs(skewMs) < notableSkewMs
    ? null
    : `This machine's clock is ${seconds(skewMs)} s ${direction(skewMs)} the venue's: set it, because nonce and expiry are times.`
