/** Remembers a venue's markets for a while; a failure is never remembered. */
import type { Result } from '../../shared/errors.ts'
import type { MarketList, Venue } from './port.ts'

const minuteMs = 60_000

/** Wraps the reading of markets so that a list at most `maxAgeMs` old is not read again. */
export function createMarketCache(
  read: () => Promise<Result<MarketList>>,
  now: () => number = Date.now,
): Venue['markets'] {
  let kept: { readonly list: Result<MarketList>; readonly atMs: number } | null = null
  return async (maxAgeMs = minuteMs) => {
    const ageMs = kept ? now() - kept.atMs : Infinity
    if (kept && ageMs >= 0 && ageMs < maxAgeMs) return kept.list
    const list = await read()
    kept = list.ok ? { list, atMs: now() } : null
    return list
  }
}
