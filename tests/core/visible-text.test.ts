import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cell } from '../../electron/export/csv.ts'
import { printable } from '../../electron/export/fonts.ts'
import { catalogue, failure, type ErrorCode } from '../../shared/errors.ts'
import { hasHidden, visibleJson, visibleLines, visibleText } from '../../shared/visible-text.ts'
import { drives, hostile } from '../support/hostile.ts'
import { attack } from '../support/proven.ts'

describe('text of others, written visibly,', () => {
  it.each(hostile)('drives nothing where it %s', (_, text) => {
    expect(drives(text)).toBe(true)
    expect(hasHidden(text)).toBe(true)
    const shown = visibleText(text)
    expect(drives(shown)).toBe(false)
    expect(shown).toMatch(/^begin.*end$/)
    expect(visibleText(shown)).toBe(shown)
  })

  it.each([
    ['\u001b[2J', String.raw`\u001b[2J`],
    ['a\nb', String.raw`a\u000ab`],
    ['\u202eabc', String.raw`\u202eabc`],
    ['\u{e0041}', String.raw`\u{e0041}`],
    ['\ud800x', String.raw`\ud800x`],
    [`e${'\u0301'.repeat(5)}`, `e${'\u0301'.repeat(4)}${String.raw`\u0301`}`],
  ])('%j is %s', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  it.each(['BTC-USDT', 'Perps 2', 'Größe', 'Счёт 1', '金庫', 'ホット', 'חשבון', 'e\u0301', '5x -> 10x'])(
    'stays as it is where all of it is seen: %s',
    (text) => {
      expect(visibleText(text)).toBe(text)
      expect(hasHidden(text)).toBe(false)
    },
  )

  it('keeps only line feeds where there are lines', () => {
    expect(visibleLines('a\r\nb\u2028c')).toBe('a\\u000d\nb\\u2028c')
  })

  it('is the same value as JSON, in characters that drive nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = visibleJson(JSON.stringify({ [text]: text }))
        expect(JSON.parse(json)).toEqual({ [text]: text })
        expect(drives(json)).toBe(false)
      }),
    )
    for (const [, text] of hostile) expect(JSON.parse(visibleJson(JSON.stringify(text)))).toBe(text)
  })
})

attack(
  'text',
  'puts control, format, bidi or line characters into any value that a message of the catalogue repeats',
  'every message of every code is one line that shows them written out',
  () => {
    for (const code of Object.keys(catalogue) as ErrorCode[]) {
      const { sentence, next } = catalogue[code]
      const names = [...`${sentence} ${next}`.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
      for (const [, text] of hostile) {
        const made = failure(code, Object.fromEntries(names.map((name) => [name, text])))
        expect([code, drives(`${made.message}${made.next}`)]).toEqual([code, false])
      }
    }
  },
)

attack(
  'text',
  'puts them, or a formula behind them, into a cell of requests.csv or a line of a printed sheet',
  'the cell is one line of text that no spreadsheet runs; the sheet shows them written out',
  () => {
    for (const [, text] of hostile) {
      expect(drives(cell(text))).toBe(false)
      expect(drives(printable(text))).toBe(false)
    }
    expect(cell('\u200b=1+1')).toBe(String.raw`\u200b=1+1`)
    expect(cell('=1+1')).toBe("'=1+1")
    expect(cell('a\nb')).toBe(String.raw`a\u000ab`)
  },
)
