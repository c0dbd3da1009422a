/** The logarithmic scale of the leverage slider: twice the leverage is always the same way further. */

import type { Market } from '../../../shared/market.ts'

/** What a market takes. */
export type Limits = Pick<Market, 'minLeverage' | 'maxLeverage' | 'leverageStep'>

/** Where a leverage stands, in percent of the scale from 1 to `max`. */
export function shareOf(leverage: number, max: number): number {
  if (leverage <= 1 || max <= 1) return 0
  return Math.min(100, (Math.log(leverage) / Math.log(max)) * 100)
}

/** The whole leverage nearest to a place on the scale, given as 0 to 1. */
export const leverageAt = (share: number, max: number): number =>
  Math.min(max, Math.max(1, Math.round(max ** Math.min(1, Math.max(0, share)))))

/** A word under the scale. */
export interface Tick {
  readonly text: string
  /** Percent of the scale. */
  readonly at: number
  readonly strong: boolean
  readonly side: 'first' | 'middle' | 'last'
}

/** Ticks closer than this, in percent, would run into each other. */
const apart = 9

/** The ticks of a scale: its ends, what is set now, and round values where there is room; the present value wins. */
export function ticksOf(value: number, max: number, now: number | null): readonly Tick[] {
  const last: Tick = { text: `${max} max`, at: 100, strong: now === max, side: 'last' }
  const first: Tick = { text: '1', at: 0, strong: false, side: 'first' }
  const present: readonly Tick[] =
    now === null || now === max
      ? []
      : [{ text: `${now} now`, at: shareOf(now, max), strong: true, side: 'middle' }]
  const kept: Tick[] = [...present, ...(max > 1 ? [last] : []), ...(now === 1 ? [] : [first])]
  for (const round of [10, 2, 5, 20, 50].filter((round) => round < max && round !== value)) {
    const at = shareOf(round, max)
    if (kept.every((tick) => Math.abs(tick.at - at) >= (tick.side === 'last' ? 3 * apart : apart)))
      kept.push({ text: String(round), at, strong: false, side: 'middle' })
  }
  return kept
    .map((tick): Tick => (tick.text === '1 now' ? { ...tick, side: 'first' } : tick))
    .toSorted((a, b) => a.at - b.at)
}

/** The leverage that a market takes nearest to a number; limits and step as the market has them. */
export function nearest(value: number, { minLeverage, maxLeverage, leverageStep }: Limits): string {
  const places = (String(leverageStep).split('.')[1] ?? '').length
  const steps = Math.round((value - minLeverage) / leverageStep)
  const on = minLeverage + steps * leverageStep
  return String(Number(Math.min(maxLeverage, Math.max(minLeverage, on)).toFixed(places)))
}
