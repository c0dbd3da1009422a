import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { genesisHash, nextRow, portableSha256, rowHash, type HistoryRow } from '../../shared/history/chain.ts'
import { verifyHistory } from '../../shared/history/verify.ts'
import { nativeSha256 } from '../../electron/store/hashing.ts'
import { chain, histories, opening } from './sample.ts'
import { attack } from '../support/proven.ts'

const brokenRow = (rows: Iterable<HistoryRow>): number | 'verifies' => {
  const verdict = verifyHistory(rows)
  return verdict.ok ? 'verifies' : verdict.row
}

/** One code unit of a text changed, added or removed. */
const edited = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.constantFrom('change', 'add', 'remove'),
      fc.string({ minLength: 1, maxLength: 1 }),
    )
    .map(([at, how, unit]) =>
      how === 'add'
        ? text.slice(0, at) + unit + text.slice(at)
        : text.slice(0, at) + (how === 'change' ? unit : '') + text.slice(at + 1),
    )
    .filter((other) => other !== text)

const edits = (row: HistoryRow): fc.Arbitrary<HistoryRow> => {
  const text = <K extends 'at' | 'kind' | 'body' | 'prevHash' | 'hash'>(name: K) =>
    edited(row[name]).map((value) => ({ ...row, [name]: value }))
  return fc.oneof(
    text('at'),
    text('kind'),
    text('body'),
    text('prevHash'),
    text('hash'),
    edited(row.requestId ?? '').map((requestId) => ({ ...row, requestId })),
    fc.constant({ ...row, requestId: row.requestId === null ? '' : null }),
    fc
      .oneof(fc.integer(), fc.double(), fc.nat(20))
      .filter((seq) => seq !== row.seq)
      .map((seq) => ({ ...row, seq })),
  )
}

const withPlace = histories.chain((rows) => fc.tuple(fc.constant(rows), fc.nat(rows.length - 1)))

describe('a history', () => {
  it('verifies as it was written, with either SHA-256, and tells its head', () => {
    fc.assert(
      fc.property(histories, (rows) => {
        const proof = verifyHistory(rows)
        expect(proof).toMatchObject({
          ok: true,
          count: rows.length,
          head: rows.at(-1)?.hash,
          mode: 'practice',
        })
        expect(verifyHistory(rows, { sha256: nativeSha256 })).toEqual(proof)
      }),
    )
  })

  it('has the hash that anyone computes from its description', () => {
    const [row] = chain([])
    expect(row?.hash).toBe(
      `0x${portableSha256(
        '{"at":"2026-11-20T10:00:00.000Z","body":{"chainId":"0x' +
          'ab'.repeat(32) +
          '","format":"countersign-history-1","mode":"practice"},"kind":"history.opened","prevHash":"0x' +
          '0'.repeat(64) +
          '","requestId":null,"seq":1}',
      )}`,
    )
    expect(row?.hash).toBe('0x8a24cbfaa1b4aa24e3348f4757a10d8dd31478fd3ad42999e508abe8dc620b6a')
  })
})

describe('verifying finds, at the first row that is not right,', () => {
  attack('edit', 'edits any field of any row of the history', 'verifying names that row', () => {
    const tampered = withPlace.chain(([rows, place]) => {
      const row = rows[place]
      if (!row) throw new Error('a place outside the history')
      return edits(row).map((other) => [rows.with(place, other), place] as const)
    })
    fc.assert(
      fc.property(tampered, ([rows, place]) => {
        expect(brokenRow(rows)).toBe(place + 1)
      }),
      { numRuns: 1000 },
    )
  })

  it('an edit whose own hash was recomputed, at the row after it', () => {
    fc.assert(
      fc.property(withPlace, ([rows, place]) => {
        const row = rows[place]
        fc.pre(row !== undefined && place > 0 && place < rows.length - 1)
        const forged = { ...row, body: '{"forged":true}' }
        expect(brokenRow(rows.with(place, { ...forged, hash: rowHash(forged) }))).toBe(place + 2)
      }),
    )
  })

  attack('edit', 'removes rows of the history, but for its newest', 'verifying names the place', () => {
    fc.assert(
      fc.property(withPlace, ([rows, place]) => {
        fc.pre(place < rows.length - 1)
        expect(brokenRow(rows.toSpliced(place, 1))).toBe(place + 1)
      }),
    )
  })

  attack(
    'edit',
    'puts a row into the history, copied or made with a fitting hash',
    'verifying names the place',
    () => {
      fc.assert(
        fc.property(withPlace, fc.nat(), ([rows, place], other) => {
          fc.pre(place > 0)
          const copy = rows[other % rows.length]
          const before = rows[place - 1]
          if (!copy || !before) throw new Error('a place outside the history')
          const found = brokenRow(rows.toSpliced(place, 0, copy))
          expect(found).toBe(copy === rows[place] ? place + 2 : place + 1)
          const forged = nextRow(before, { ...copy, kind: 'desk.forged' })
          expect(brokenRow(rows.toSpliced(place, 0, forged))).toBe(place + 2)
        }),
      )
    },
  )

  it('any two rows that changed places, renumbered or not', () => {
    fc.assert(
      fc.property(withPlace, fc.nat(), ([rows, place], other) => {
        const second = other % rows.length
        const [a, b] = [rows[place], rows[second]]
        fc.pre(place !== second && a !== undefined && b !== undefined)
        const first = Math.min(place, second) + 1
        expect(brokenRow(rows.with(place, b).with(second, a))).toBe(first)
        const renumbered = rows.with(place, { ...b, seq: a.seq }).with(second, { ...a, seq: b.seq })
        expect(brokenRow(renumbered)).toBe(first)
      }),
    )
  })

  it('a renumbering of all rows', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 5 }), (rows, shift) => {
        expect(brokenRow(rows.map((row) => ({ ...row, seq: row.seq + shift })))).toBe(1)
      }),
    )
  })

  it('rows of another history, of the other mode, and a history without its first row', () => {
    const content = { ...opening(), kind: 'desk.read', body: '{}' }
    const practice = chain([content, content])
    const real = chain([content, content], opening('real'))
    const namesake = chain([content, content], opening('practice', 'cd'))
    for (const other of [real, namesake]) {
      expect(brokenRow([...practice.slice(0, 2), ...other.slice(2)])).toBe(3)
      expect(brokenRow([...practice, ...other])).toBe(4)
    }
    expect(brokenRow([])).toBe(1)
    expect(brokenRow([nextRow(null, content)])).toBe(1)
    expect(
      brokenRow([nextRow({ seq: 0, hash: genesisHash }, { ...opening(), body: '{"mode":"real"}' })]),
    ).toBe(1)
  })

  it('a body that is not canonical although its hash fits', () => {
    const [first] = chain([])
    if (!first) throw new Error('a history has a first row')
    for (const body of [
      '{"b":1,"a":2}',
      '{ }',
      '[]',
      'null',
      '{"a":1e999}',
      '{"a":"\\ud800"}',
      '{"a":1,"a":1}',
      '{',
    ]) {
      const row = nextRow(first, { ...opening(), kind: 'desk.read', body })
      expect(brokenRow([first, row])).toBe(2)
    }
  })
})

describe('what rows alone cannot show', () => {
  attack(
    'rollback',
    'cuts the newest rows off the history',
    'found by a head that was noted elsewhere before',
    () => {
      fc.assert(
        fc.property(withPlace, ([rows, place]) => {
          const noted = rows[place]
          fc.pre(noted !== undefined && place > 0)
          const cut = rows.slice(0, place)
          expect(verifyHistory(cut).ok).toBe(true)
          expect(verifyHistory(cut, { expectedHead: noted.hash })).toMatchObject({
            ok: false,
            row: place + 1,
          })
          expect(verifyHistory(rows, { expectedHead: noted.hash })).toMatchObject({
            ok: true,
            expectedAt: place + 1,
          })
          const loud = `0x${noted.hash.slice(2).toUpperCase()}` as const
          expect(verifyHistory(rows, { expectedHead: loud }).ok).toBe(true)
        }),
      )
    },
  )

  attack(
    'rollback',
    'writes the whole history anew, hashes and all',
    'found by a head that was noted elsewhere before',
    () => {
      fc.assert(
        fc.property(histories, (rows) => {
          const noted = rows.at(-1)
          if (!noted) throw new Error('a history has at least one row')
          const rewritten = chain(rows.slice(1).map((row) => ({ ...row, kind: 'desk.rewritten' })))
          expect(verifyHistory(rewritten).ok).toBe(true)
          expect(verifyHistory(rewritten, { expectedHead: noted.hash }).ok).toBe(false)
        }),
      )
    },
  )
})

it('verifying reads no further than the first row that is not right', () => {
  let read = 0
  const rows = chain([opening(), opening()].map((row) => ({ ...row, kind: 'desk.read' })))
  function* stream() {
    for (const row of rows) {
      read += 1
      yield read === 2 ? { ...row, body: '{}', kind: 'desk.edited' } : row
    }
  }
  expect(brokenRow(stream())).toBe(2)
  expect(read).toBe(2)
})
