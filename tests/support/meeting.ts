/** What meets a fault of the practice venue. Where only the desk's own time limit ends it, no time is waited for. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import type { PracticeFault, PracticeTarget } from '../../electron/venues/practice/port.ts'
import type { TestDesk } from './desk.ts'

/** Limits that no working venue meets, however busy the machine is. */
export const patient = { connectMs: 10_000, totalMs: 10_000 }

/** Whether only the desk's own time limit ends a fault. */
export const isWaitedFor = (fault: PracticeFault): boolean => /^(timeout|drip)/.test(fault)

/**
 * Does what meets a fault. Of an answer that never comes the desk's limit passes as soon as the venue has done what it
 * does: a real one, however short or long, would be a bet on how busy the machine is. `earlier` is how many requests to
 * the target come before the one that meets the fault.
 */
export async function meeting<T>(
  { venue, limits }: Pick<TestDesk, 'venue' | 'limits'>,
  fault: PracticeFault,
  work: () => Promise<T>,
  target: PracticeTarget = 'submission',
  earlier = 0,
): Promise<T> {
  const arrived = () => venue.requests.filter((seen) => seen.target === target).length
  const [before, state] = [arrived() + earlier, venue.state]
  venue.failNext(fault, target)
  if (!isWaitedFor(fault)) return work()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const outcome = work()
    await expect.poll(arrived).toBeGreaterThan(before)
    const isCarriedOut = target === 'submission' && !fault.endsWith('BeforeApply')
    if (isCarriedOut) await expect.poll(() => venue.state !== state).toBe(true)
    // Bytes come meanwhile, and no number of them makes the answer whole.
    if (fault === 'drip') await sleep(100)
    vi.advanceTimersByTime(limits.totalMs)
    return await outcome
  } finally {
    vi.useRealTimers()
  }
}
