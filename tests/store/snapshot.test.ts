import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { afterEach, expect, it, vi } from 'vitest'
import { withSnapshot } from '../../electron/store/snapshot.ts'
import { tempDir } from './support.ts'

/** What happens right after a file was copied. */
const copying = vi.hoisted((): { after?: (from: string) => void } => ({}))
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const copyFileSync: typeof fs.copyFileSync = (from, to) => {
    fs.copyFileSync(from, to)
    copying.after?.(String(from))
  }
  return { ...fs, copyFileSync }
})
afterEach(() => {
  delete copying.after
})

const open = (path: string): BetterSqlite.Database => {
  const raw = new BetterSqlite(path)
  raw.pragma('journal_mode = WAL')
  return raw
}

const insert = (raw: BetterSqlite.Database, from: number, to: number): void => {
  const add = raw.prepare('INSERT INTO t VALUES (?, ?)')
  raw.transaction(() => {
    for (let n = from; n <= to; n++) add.run(n, 'x'.repeat(200))
  })()
}

/** A closed database of 100 rows. */
function closedDatabase(): string {
  const path = join(tempDir(), 'a.db')
  const raw = open(path)
  raw.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)')
  insert(raw, 1, 100)
  raw.close()
  return path
}

const read = (path: string): Promise<unknown> =>
  withSnapshot(path, (raw) => [
    raw.pragma('integrity_check', { simple: true }),
    raw.prepare('SELECT count(*) FROM t').pluck().get(),
  ])

it('a database that nobody has open is read from a copy, and nothing is left beside it', async () => {
  const path = closedDatabase()
  expect(await read(path)).toEqual(['ok', 100])
  expect(readdirSync(join(path, '..'))).toEqual(['a.db'])
})

it('a database that somebody opens and writes to while it is copied is read whole, in place', async () => {
  const path = closedDatabase()
  let second: BetterSqlite.Database | undefined
  copying.after = (from) => {
    if (from !== path || second) return
    const first = open(path)
    insert(first, 101, 2_000)
    first.close()
    // What this one writes is in its log, and of no use beside what was copied before.
    second = open(path)
    insert(second, 2_001, 2_001)
  }
  expect(await read(path)).toEqual(['ok', 2_001])
  expect(existsSync(`${path}-wal`)).toBe(true)
  second?.close()
})
