// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import Age from '../../renderer/components/Age.svelte'
import Expiry from '../../renderer/components/Expiry.svelte'
import { remainderText, skewText, utcMoment, whenText } from '../../renderer/words/time.ts'
import { cleanup, render } from './testing.ts'

const now = Date.UTC(2026, 10, 20, 14, 21, 40)
const second = 1000
const minute = 60 * second

const textOf = (container: HTMLElement) => container.textContent?.replace(/\s+/g, ' ').trim()

afterEach(cleanup)

describe('the age of a reading', () => {
  it.each([
    [400, 'read now'],
    [3 * second, 'read 3 s ago'],
    [59 * second, 'read 59 s ago'],
    [2 * minute, 'read 2 min ago'],
    [5 * 60 * minute, 'read 5 h ago'],
    [3 * 24 * 60 * minute, 'read 3 d ago'],
  ])('%i ms is said as "%s"', (age, words) => {
    const { container } = render(Age, { at: now - age, now })
    expect(textOf(container)).toBe(words)
  })

  it('never says that something was read in the future, when the clocks differ', () => {
    const { container } = render(Age, { at: now + 5 * second, now })
    expect(textOf(container)).toBe('read now')
  })

  it('moves with the clock', async () => {
    const { container, rerender } = render(Age, { at: now - 3 * second, now })
    await rerender({ at: now - 3 * second, now: now + second })
    expect(textOf(container)).toBe('read 4 s ago')
  })
})

describe('when something expires', () => {
  it('is said as a time in UTC and as what is left', () => {
    const { container } = render(Expiry, { at: now + 14 * minute + 12 * second, now })
    expect(textOf(container)).toBe('14:35:52 UTC, in 14:12')
  })

  it('says that it expired from its very moment on', () => {
    const { container } = render(Expiry, { at: now, now })
    expect(textOf(container)).toBe('14:21:40 UTC, expired')
  })

  it('says never where nothing ends it', () => {
    const { container } = render(Expiry, { at: null, now })
    expect(textOf(container)).toBe('never')
  })

  it('counts hours beyond the first', () => {
    expect(remainderText(now + 125 * minute, now)).toBe('2 h 05 min')
  })
})

describe('a time in a row', () => {
  it('is the time on the same day and the date before', () => {
    expect(whenText(now - 14 * minute, now)).toBe('14:07')
    expect(whenText(now - 24 * 60 * minute, now)).toBe('19 Nov')
  })

  it('has its day where it is another one', () => {
    expect(utcMoment(now, now)).toBe('14:21:40')
    expect(utcMoment(now + 48 * 60 * minute, now)).toBe('22 Nov 14:21:40')
  })

  it('says which clock is ahead', () => {
    expect([skewText(200), skewText(-1800)]).toEqual(['+0.2 s', '−1.8 s'])
  })
})
