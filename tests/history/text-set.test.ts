import { expect, it } from 'vitest'
import { portableSha256 } from '../../shared/history/chain.ts'
import { createTextSet } from '../../shared/history/text-set.ts'

it('a set of texts has exactly those that were added, however many', () => {
  const set = createTextSet()
  for (let n = 0; n < 3000; n++) {
    expect(set.has(`text ${n}`)).toBe(false)
    set.add(`text ${n}`)
    set.add(`text ${n}`)
  }
  for (let n = 0; n < 6000; n++) expect(set.has(`text ${n}`)).toBe(n < 3000)
})

it('texts whose places are the same are still told apart', () => {
  // Every text would have the same place, and every second one the same first half.
  const crowded = (text: string) =>
    portableSha256(text).replace(/^.{16}/, `${'0'.repeat(15)}${text.length % 2}`)
  const set = createTextSet(crowded)
  const texts = Array.from({ length: 500 }, (_, n) => 'x'.repeat(n))
  for (const text of texts) {
    expect(set.has(text)).toBe(false)
    set.add(text)
  }
  expect(texts.every(set.has)).toBe(true)
})
