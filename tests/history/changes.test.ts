import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exportLog, exportNames } from '../../electron/store/export-folder.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { Store } from '../../electron/store/port.ts'
import { verifyHistoryFile, type FileOptions } from '../../electron/store/verify-file.ts'
import { nextRow, type HistoryRow } from '../../shared/history/chain.ts'
import { readCheckpoint, type SignedCheckpoint } from '../../shared/history/checkpoint.ts'
import { fromLine, toLine } from '../../shared/history/jsonl.ts'
import { readVkey, type NoteKey } from '../../shared/history/note.ts'
import { bodyOf, signatureOver, signedRequest, tamper, valueOf } from '../store/support.ts'
import { altered } from '../support/altered.ts'

const root = mkdtempSync(join(tmpdir(), 'countersign-test-'))
const early = join(root, 'early')
const late = join(root, 'late')
const work = join(root, 'work')
let database: string
let count: number
let earlyCount: number
/** Where the first head is: the row that adds the account. */
const firstHeadAt = 2
let outside: SignedCheckpoint
let key: NoteKey

const headOf = (text: string): SignedCheckpoint => {
  const head = readCheckpoint(text)
  if (typeof head === 'string') throw new Error(head)
  return head
}

const settled = async (store: Store): Promise<void> => {
  const request = await signedRequest(store)
  valueOf(await store.submissions.begin(request.id, bodyOf(request)))
  const settle = { to: 'applied' } as const
  valueOf(
    await store.submissions.complete(request.id, {
      outcome: 'accepted',
      httpStatus: 200,
      answer: 'x',
      settle,
    }),
  )
}

beforeAll(async () => {
  const store = valueOf(await openStore({ dir: join(root, 'desk'), mode: 'practice' }))
  await settled(store)
  earlyCount = valueOf(await exportLog(store, early)).count
  await settled(store)
  const exported = valueOf(await exportLog(store, late))
  count = exported.count
  outside = headOf(exported.head.note)
  const read = readVkey(exported.head.key)
  if (!read) throw new Error('the key of a head is a key')
  key = read
  await store.close()
  database = store.path
  return () => rmSync(root, { recursive: true })
})

beforeEach(() => {
  rmSync(work, { recursive: true, force: true })
  cpSync(late, work, { recursive: true })
})

/** What is wrong, and where; the whole proof when nothing is. */
const verdictOn = async (path: string, options?: FileOptions): Promise<unknown> => {
  const verdict = await verifyHistoryFile(path, options)
  if (verdict.ok) return 'verifies'
  return verdict.flaw === undefined
    ? verdict.error.code
    : [verdict.flaw.change, verdict.flaw.row, verdict.error.message.includes('It looks like')]
}

const found = (change: string, row: number) => [change, row, true]

const pathOf = (name: keyof typeof exportNames): string => join(work, exportNames[name])

const rowsOf = (folder = late): HistoryRow[] =>
  readFileSync(join(folder, exportNames.history), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const row = fromLine(line)
      if (typeof row === 'string') throw new Error(row)
      return row
    })

const at = (rows: readonly HistoryRow[], seq: number): HistoryRow => {
  const row = rows[seq - 1]
  if (!row) throw new Error(`there is no row ${seq}`)
  return row
}

const write = (rows: readonly HistoryRow[]): void =>
  writeFileSync(pathOf('history'), rows.map(toLine).join(''))

/** All hashes computed anew from some row on, as somebody does who only knows the rows. */
const rehashed = (rows: readonly HistoryRow[], change: (row: HistoryRow) => HistoryRow): HistoryRow[] => {
  const again: HistoryRow[] = []
  for (const row of rows) again.push(nextRow(again.at(-1) ?? null, change(row)))
  return again
}

describe('what an export proves', () => {
  it('is told of the folder, of its rows alone and of the database, with a head from elsewhere and its key', async () => {
    for (const path of [late, join(late, exportNames.history), database]) {
      const proof = valueOf(await verifyHistoryFile(path, { outside, keys: [key] }))
      expect(proof).toMatchObject({ count, signatures: 2, outsideAt: count })
    }
    expect(valueOf(await verifyHistoryFile(late))).toMatchObject({
      source: 'folder',
      heads: 7,
      headAt: count,
    })
    expect(valueOf(await verifyHistoryFile(early))).toMatchObject({ heads: 4, headAt: earlyCount })
  })

  it('begins with the rows of every earlier head', async () => {
    const older = headOf(readFileSync(join(early, exportNames.checkpoint), 'utf8'))
    expect(valueOf(await verifyHistoryFile(late, { outside: older })).outsideAt).toBe(earlyCount)
  })
})

describe('a change of a row is found, named, and told at the first row that shows it:', () => {
  const cases: readonly (readonly [string, string, number, (rows: HistoryRow[]) => HistoryRow[]])[] = [
    ['an edit', 'edit', 4, (rows) => rows.with(3, { ...at(rows, 4), at: '2020-01-01T00:00:00.000Z' })],
    [
      'an edit with its own hash computed anew',
      'edit',
      5,
      (rows) => rows.with(3, nextRow(at(rows, 3), { ...at(rows, 4), at: '2020-01-01T00:00:00.000Z' })),
    ],
    ['a deletion', 'delete', 4, (rows) => rows.toSpliced(3, 1)],
    ['a deletion of several', 'delete', 4, (rows) => rows.toSpliced(3, 3)],
    ['a deletion of the first', 'delete', 1, (rows) => rows.slice(1)],
    [
      'a deletion, the rest renumbered',
      'delete',
      4,
      (rows) => rows.toSpliced(3, 1).map((row, index) => ({ ...row, seq: index + 1 })),
    ],
    ['a copy of an earlier row inserted', 'insert', 5, (rows) => rows.toSpliced(4, 0, at(rows, 2))],
    ['a copy of a later row inserted', 'insert', 3, (rows) => rows.toSpliced(2, 0, at(rows, 6))],
    [
      'a forged row inserted, whose own hash fits',
      'insert',
      5,
      (rows) => rows.toSpliced(3, 0, nextRow(at(rows, 3), { ...at(rows, 3), kind: 'desk.forged' })),
    ],
    [
      'a copy inserted, the rest renumbered',
      'insert',
      5,
      (rows) => rows.toSpliced(4, 0, at(rows, 4)).map((row, index) => ({ ...row, seq: index + 1 })),
    ],
    ['two neighbours swapped', 'swap', 4, (rows) => rows.with(3, at(rows, 5)).with(4, at(rows, 4))],
    ['two rows swapped', 'swap', 3, (rows) => rows.with(2, at(rows, 7)).with(6, at(rows, 3))],
    [
      'two rows swapped and renumbered',
      'swap',
      3,
      (rows) => rows.with(2, { ...at(rows, 7), seq: 3 }).with(6, { ...at(rows, 3), seq: 7 }),
    ],
    ['a row moved', 'swap', 3, (rows) => rows.toSpliced(2, 1).toSpliced(5, 0, at(rows, 3))],
  ]

  it.each(cases)('%s', async (_, change, row, tampered) => {
    write(tampered(rowsOf()))
    expect(await verdictOn(work)).toEqual(found(change, row))
    expect(await verdictOn(pathOf('history'))).toEqual(found(change, row))
  })

  it('a change of a row in the database, its triggers put back', async () => {
    const copy = join(work, 'copy.db')
    copyFileSync(database, copy)
    tamper(copy, `UPDATE history SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 4`)
    expect(await verdictOn(copy)).toEqual(found('edit', 4))
  })

  it('a line that is none, and a file that ends in the middle of one', async () => {
    const text = readFileSync(pathOf('history'), 'utf8')
    writeFileSync(pathOf('history'), text.slice(0, -7))
    expect(await verdictOn(work)).toEqual(found('cut', count))
    const lines = text.split('\n')
    writeFileSync(pathOf('history'), lines.with(2, 'x').join('\n'))
    expect(await verdictOn(work)).toEqual(found('edit', 3))
  })
})

describe('what rows alone cannot show is found by heads:', () => {
  it('a tail that was cut off, by the heads beside it and by one from elsewhere', async () => {
    const rows = rowsOf()
    write(rows.slice(0, -2))
    expect(await verdictOn(work)).toEqual(found('cut', count - 1))
    expect(await verdictOn(pathOf('history'))).toBe('verifies')
    expect(await verdictOn(pathOf('history'), { outside })).toEqual(found('cut', count - 1))
    const last = at(rows, count).hash
    expect(await verdictOn(pathOf('history'), { expectedHead: last })).toEqual(found('cut', count - 1))
  })

  it('a tail of the database that was cut off together with what depends on it', async () => {
    const copy = join(work, 'copy.db')
    copyFileSync(database, copy)
    tamper(copy, `DELETE FROM history WHERE seq = ${count}`)
    expect(await verdictOn(copy)).toEqual(found('cut', count))
  })

  it('an older export put back in place of the newer one', async () => {
    expect(await verdictOn(early)).toBe('verifies')
    expect(await verdictOn(early, { outside })).toEqual(found('replay', earlyCount + 1))
  })

  it('rows rewritten from some row on, every hash computed anew', async () => {
    const forged = rehashed(rowsOf(), (row) =>
      row.seq === 4 ? { ...row, at: '2020-01-01T00:00:00.000Z' } : row,
    )
    write(forged)
    expect(await verdictOn(work)).toEqual(found('rewrite', firstHeadAt + 1))
    expect(await verdictOn(pathOf('history'))).toBe('verifies')
    expect(await verdictOn(pathOf('history'), { outside })).toEqual(found('rewrite', 1))
  })

  it('only the rows after the last head that fits are suspected', async () => {
    const forged = rehashed(rowsOf(), (row) =>
      row.seq === earlyCount + 2 ? { ...row, at: '2020-01-01T00:00:00.000Z' } : row,
    )
    write(forged)
    expect(await verdictOn(work)).toEqual(found('rewrite', earlyCount + 1))
  })

  it('rows added to an export after its head', async () => {
    const rows = rowsOf()
    write([...rows, nextRow(at(rows, count), { ...at(rows, 1), kind: 'desk.forged', requestId: null })])
    expect(await verdictOn(work)).toEqual(found('insert', count + 1))
  })
})

const edit = (name: keyof typeof exportNames, change: (text: string) => string): void =>
  writeFileSync(pathOf(name), change(readFileSync(pathOf(name), 'utf8')))

describe('heads that are not right are found:', () => {
  it('a head whose root, size or signature was changed', async () => {
    edit('heads', (text) => altered(text, `\\n${earlyCount}\\n`, `\\n${earlyCount + 1}\\n`))
    expect(await verdictOn(work)).toEqual(found('head', earlyCount + 1))
  })

  it('heads in another order, and a line that is none', async () => {
    edit('heads', (text) => text.split('\n').slice(0, -1).toReversed().join('\n') + '\n')
    expect(await verdictOn(work)).toEqual(found('head', count))
    edit('heads', () => 'x\n')
    expect(await verdictOn(work)).toEqual(found('head', 1))
  })

  it('a newest head that was taken away, and one that is not the last of the heads', async () => {
    edit('heads', (text) => `${text.split('\n')[0]}\n`)
    expect(await verdictOn(work)).toEqual(found('head', count))
    copyFileSync(join(early, exportNames.checkpoint), pathOf('checkpoint'))
    expect(await verdictOn(work)).toEqual(found('insert', earlyCount + 1))
  })

  it('heads by another key than the one that was kept elsewhere', async () => {
    const other = { ...key, publicKey: Uint8Array.from(key.publicKey, (byte) => byte ^ 1) }
    expect(await verdictOn(work, { keys: [other] })).toEqual(found('head', firstHeadAt))
    expect(await verdictOn(pathOf('history'), { outside, keys: [other] })).toEqual(found('head', 1))
  })

  it.each(['heads', 'checkpoint', 'installation', 'history'] as const)(
    'a folder without its %s is not verified at all',
    async (name) => {
      rmSync(pathOf(name))
      expect(await verdictOn(work)).toBe('input.unreadable')
    },
  )

  it('a key file that is none', async () => {
    writeFileSync(pathOf('installation'), 'x\n')
    expect(await verdictOn(work)).toBe('history.badHead')
  })
})

const rowOf = (rows: readonly HistoryRow[], kind: string): HistoryRow => {
  const row = rows.find((each) => each.kind === kind)
  if (!row) throw new Error(`there is no ${kind}`)
  return row
}

const forge = (kind: string, change: (body: string) => string): number => {
  const rows = rowsOf()
  const target = rowOf(rows, kind)
  const changed = change(target.body)
  expect(changed).not.toBe(target.body)
  write(rehashed(rows, (row) => (row.seq === target.seq ? { ...row, body: changed } : row)))
  return target.seq
}

describe('what was signed is held against its signatures, even where all hashes and heads would fit:', () => {
  it.each([
    [
      'another leverage prepared',
      'request.prepared',
      (body: string) => body.replace('"leverage":5,', '"leverage":6,'),
    ],
    [
      'another nonce beside it',
      'request.prepared',
      (body: string) => body.replace(/"nonce":"1/, '"nonce":"2'),
    ],
    ['another venue host', 'request.prepared', (body: string) => body.replace('api.', 'apj.')],
    [
      'a signature over something else',
      'request.signed',
      (body: string) =>
        body.replace(/"signature":"[^"]*"/, `"signature":"${signatureOver(`0x${'77'.repeat(32)}`)}"`),
    ],
    [
      'a malformed signature',
      'request.signed',
      (body: string) => body.replace(/"signature":"0x../, '"signature":"0x'),
    ],
    [
      'another body sent',
      'request.sending',
      (body: string) => body.replace('\\"leverage\\":5', '\\"leverage\\":9'),
    ],
  ])('%s', async (_, kind, change) => {
    const row = forge(kind, change)
    expect(await verdictOn(pathOf('history'))).toEqual(found('signature', row))
  })
})
