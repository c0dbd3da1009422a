import { describe, expect, it } from 'vitest'
import { notShownText, placeOf, shownName } from '../../shared/listed.ts'

describe('a name of others', () => {
  it.each([
    ['BTC-USD', 'BTC-USD'],
    ['\u5e01\u5b89', '\u5e01\u5b89'],
    ['a\u001b[31m\r\n\tb', 'a\\u001b[31m\\u000d\\u000a\\u0009b'],
    ['\u202eCTB\u2066\u200b\ufeff', '\\u202eCTB\\u2066\\u200b\\ufeff'],
    ['x'.repeat(80), `${'x'.repeat(60)}...`],
  ])('%j is written so that it drives nothing', (name, shown) => {
    expect(shownName(name)).toBe(shown)
  })
})

describe('the one record that is needed', () => {
  const place = (records: readonly unknown[]) => placeOf(records, { at: 'list', key: 'name', wanted: 'A' })

  it('is found among others, odd ones too; and where none could be it, there is none', () => {
    expect(place([null, 7, { name: 'B' }, { name: 'A' }, {}])).toEqual({ ok: true, value: 3 })
    expect(place([{ name: 'B' }, { name: '' }])).toEqual({ ok: true, value: null })
  })

  it('is not guessed where it stands twice, or where a record without a name could be it', () => {
    expect(place([{ name: 'A' }, { name: 'A' }])).toMatchObject({
      error: { code: 'input.badField', field: 'list.1.name' },
    })
    for (const odd of [null, 7, [], {}, { name: null }, { name: 7 }])
      expect(place([{ name: 'B' }, odd])).toMatchObject({ error: { field: 'list.1.name' } })
  })
})

describe('what is not shown', () => {
  const odd = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ name: `M${at}`, reason: 'Odd.' }))

  it('is told in one sentence, or line by line, and never without an end', () => {
    expect(notShownText(['market', 'markets'], [])).toEqual([])
    expect(notShownText(['market', 'markets'], odd(1))).toEqual(['1 market is not shown: M0: Odd.'])
    expect(notShownText(['agent', 'agents'], odd(2))).toEqual([
      '2 agents are not shown:',
      '  M0: Odd.',
      '  M1: Odd.',
    ])
    const many = notShownText(['market', 'markets'], odd(500))
    expect(many).toHaveLength(22)
    expect(many.at(-1)).toBe('  ... and 480 more.')
  })
})
