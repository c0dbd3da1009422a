/**
 * Opens a database for reading and leaves no trace: SQLite itself would put a write-ahead log and its index beside a
 * database that it only reads (sqlite.org/wal.html, "Read-Only Databases").
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { loadSqlite } from './database.ts'
import { busyTimeoutMs } from './failures.ts'

const openReadOnly = async (path: string): Promise<BetterSqlite.Database> => {
  const Sqlite = await loadSqlite()
  const raw = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs })
  raw.pragma('trusted_schema = OFF')
  return raw
}

/** Whether a database has both files that an open one has: it is open somewhere, or its process was killed. */
export const looksOpen = (path: string): boolean => existsSync(`${path}-shm`) && existsSync(`${path}-wal`)

/**
 * Runs `work` on a read-only connection. A database that looks open is read in place, under SQLite's own locks, beside
 * whoever writes; all its files are there already. Any other, with the log that may lie beside it, is copied to a
 * private temporary folder first and read there. Throws what SQLite and the file system throw.
 */
export async function withSnapshot<T>(
  path: string,
  work: (raw: BetterSqlite.Database) => T | Promise<T>,
): Promise<T> {
  const inPlace = looksOpen(path)
  const dir = inPlace ? null : mkdtempSync(join(tmpdir(), 'countersign-read-'))
  try {
    const source = dir === null ? path : copyInto(dir, path)
    const raw = await openReadOnly(source)
    try {
      return await work(raw)
    } finally {
      raw.close()
    }
  } finally {
    if (dir !== null) rmSync(dir, { recursive: true, force: true })
  }
}

function copyInto(dir: string, path: string): string {
  const target = join(dir, 'copy.db')
  copyFileSync(path, target)
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })
  if (log && log.size > 0) copyFileSync(`${path}-wal`, `${target}-wal`)
  return target
}
