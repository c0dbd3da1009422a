import { expect, it } from 'vitest'
import { leftMs, progressText } from '../../shared/long-work.ts'

it('says how long work will take once that can be told, in seconds or minutes', () => {
  expect(leftMs(0, 5000)).toBeNull()
  expect(leftMs(0.01, 5000)).toBeNull()
  expect(leftMs(0.25, 5000)).toBe(15_000)
  expect(progressText(0.349, null)).toBe('34 %')
  expect(progressText(0.349, 12_300)).toBe('34 %, about 13 s left')
  expect(progressText(0.5, 61_000)).toBe('50 %, about 2 min left')
})
