import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLine, toLine } from '../../shared/history/jsonl.ts'
import { verifyHistory } from '../../shared/history/verify.ts'
import { altered } from '../support/altered.ts'
import { histories } from './sample.ts'

describe('a history as lines of text', () => {
  it('is read back row by row exactly as it was', () => {
    fc.assert(
      fc.property(histories, (rows) => {
        expect(rows.map((row) => fromLine(toLine(row).slice(0, -1)))).toEqual(rows)
      }),
    )
  })

  it('does not verify after any change of any character of any line', () => {
    const tampered = histories.chain((rows) => {
      const lines = rows.map((row) => toLine(row).slice(0, -1))
      return fc
        .tuple(fc.nat(lines.length - 1), fc.nat(), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat(2))
        .map(([place, at, insert, remove]) => {
          const line = lines[place] ?? ''
          const cut = at % line.length
          return { lines, place, line: line.slice(0, cut) + insert + line.slice(cut + remove) }
        })
        .filter(({ lines, place, line }) => lines[place] !== line)
    })
    fc.assert(
      fc.property(tampered, ({ lines, place, line }) => {
        const rows = lines.with(place, line).map(fromLine)
        const flawed = rows.findIndex((row) => typeof row === 'string')
        if (flawed >= 0) expect(flawed).toBe(place)
        else
          expect(verifyHistory(rows.filter((row) => typeof row !== 'string'))).toMatchObject({
            row: place + 1,
          })
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses a line that two readers could read differently', () => {
    const [row] = fc.sample(histories, 1)[0] ?? []
    if (!row) throw new Error('a history has at least one row')
    const line = toLine(row).slice(0, -1)
    expect(fromLine(line)).toEqual(row)
    for (const other of [
      altered(line, '{"at":', '{"at":"2020-01-01T00:00:00.000Z","at":'),
      altered(line, '"seq":1', '"seq":1.0'),
      altered(line, '"seq":1', '"seq":1,"zeta":1'),
      altered(line, '"requestId":null,', ''),
      altered(line, '"hash":"0x', '"hash":"0X'),
      ` ${line}`,
      `${line}\r`,
      `\ufeff${line}`,
      '',
      'null',
    ]) {
      expect(fromLine(other)).toBeTypeOf('string')
    }
  })
})
