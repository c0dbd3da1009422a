import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../shared/errors.ts'
import { storeFailure } from '../../electron/store/failures.ts'
import { historyStore } from '../../electron/store/history.ts'
import { createLeases } from '../../electron/store/leases.ts'
import { requestStore } from '../../electron/store/requests.ts'
import { submissionStore } from '../../electron/store/submissions.ts'
import BetterSqlite from 'better-sqlite3'
import { failureOf, newDatabase, newStore, signedRequest, tempDir, valueOf } from './support.ts'

const sqliteError = (code: string): Error => new BetterSqlite.SqliteError('as SQLite says it', code)

describe('what SQLite and the disk report becomes a sentence', () => {
  it.each([
    ['SQLITE_FULL', 'the disk is full'],
    ['SQLITE_READONLY_DBMOVED', 'only be read'],
    ['SQLITE_CORRUPT_VTAB', 'damaged'],
    ['SQLITE_NOTADB', 'damaged, or is not a database'],
    ['SQLITE_IOERR_FSYNC', 'the disk reports an error'],
    ['SQLITE_CANTOPEN', 'cannot be opened'],
  ])('%s: %s', (code, words) => {
    const failure = storeFailure(sqliteError(code), '/data/countersign.db')
    expect(failure).toMatchObject({ code: 'store.unusable', outcome: 'not-sent' })
    expect(failure.message).toContain(words)
    expect(failure.message).toContain(code)
  })

  it('but never claims "not sent" of a request that may have left', () => {
    for (const code of ['SQLITE_FULL', 'SQLITE_BUSY', 'SQLITE_IOERR_WRITE']) {
      const failure = storeFailure(sqliteError(code), '/data/countersign.db', 'R1')
      expect(failure).toMatchObject({ code: 'store.notRecorded', outcome: 'unknown' })
      expect(failure.next).toContain('countersign reconcile R1')
      expect(exitCodeOf(failure.code)).toBe(7)
    }
  })

  it('and a bug stays an exception', () => {
    for (const error of [
      sqliteError('SQLITE_CONSTRAINT_TRIGGER'),
      sqliteError('SQLITE_ERROR'),
      new TypeError('x'),
    ]) {
      expect(() => storeFailure(error, '/data/countersign.db')).toThrow(error)
    }
  })
})

describe('a full disk', () => {
  it('keeps what was written, refuses the rest, and is over when there is space again', async () => {
    const database = await newDatabase()
    const history = historyStore(database)
    const pages = Number(database.raw.pragma('page_count', { simple: true }))
    database.raw.pragma(`max_page_count = ${pages + 4}`)
    const body = { filler: 'x'.repeat(3000) }
    let written = 1
    let result = await history.append({ kind: 'test.noted', body })
    for (; result.ok; result = await history.append({ kind: 'test.noted', body })) written += 1
    expect(failureOf(result)).toMatchObject({ code: 'store.unusable', outcome: 'not-sent' })
    expect(failureOf(result).message).toContain('the disk is full')
    expect(valueOf(await history.head()).seq).toBe(written)
    database.raw.pragma('max_page_count = 1000000')
    expect(valueOf(await history.append({ kind: 'test.noted', body })).seq).toBe(written + 1)
  })

  it('in the middle of a submission tells that its outcome could not be written', async () => {
    const dir = tempDir()
    const { id } = await signedRequest(await newStore(dir))
    const database = await newDatabase(dir)
    const leases = createLeases(database)
    const submissions = submissionStore(database, leases)
    valueOf(await submissions.begin(id, '{}'))
    database.raw.pragma(`max_page_count = ${Number(database.raw.pragma('page_count', { simple: true }))}`)
    const answer = { outcome: 'accepted', httpStatus: 200, answer: 'x'.repeat(60_000) } as const
    expect(failureOf(await submissions.complete(id, answer))).toMatchObject({ code: 'store.notRecorded' })
    const detail = { why: 'x'.repeat(60_000) }
    const moved = await requestStore(database, leases).transition(id, 'sending', 'unknown', { detail })
    expect(failureOf(moved)).toMatchObject({ code: 'store.notRecorded', outcome: 'unknown' })
    expect(valueOf(await submissions.get(id))).toMatchObject({ answeredAt: null })
    expect(valueOf(await requestStore(database, leases).get(id)).state).toBe('sending')
  })
})

describe('a database that another process holds', () => {
  it(
    'is waited for without stopping this process, and then reported as busy',
    { timeout: 20_000 },
    async () => {
      const store = await newStore()
      const other = new BetterSqlite(store.path)
      other.exec('BEGIN IMMEDIATE')
      let turns = 0
      const timer = setInterval(() => (turns += 1), 10)
      const failure = failureOf(await store.history.append({ kind: 'test.noted', body: {} }))
      clearInterval(timer)
      expect(failure).toMatchObject({ code: 'store.busy', outcome: 'not-sent' })
      expect(turns).toBeGreaterThan(50)
      const waiting = store.history.append({ kind: 'test.noted', body: {} })
      other.exec('ROLLBACK')
      other.close()
      expect(await waiting).toMatchObject({ ok: true })
    },
  )
})
