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
 * private temporary folder first and read there; but in place where somebody opened it and wrote while it was copied.
 * Throws what SQLite and the file system throw.
 */
export async function withSnapshot<T>(
  path: string,
  work: (raw: BetterSqlite.Database) => T | Promise<T>,
): Promise<T> {
  const inPlace = looksOpen(path)
  const dir = inPlace ? null : mkdtempSync(join(tmpdir(), 'countersign-read-'))
  try {
    const copy = dir === null ? null : copyInto(dir, path)
    const raw = await openReadOnly(copy ?? path)
    try {
      return await work(raw)
    } finally {
      raw.close()
    }
  } finally {
    if (dir !== null) rmSync(dir, { recursive: true, force: true })
  }
}

/** Which file this is, and when it was last written to; the same as before where nobody wrote. */
function stateOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs}` : 'none'
}

/** The copy; null where somebody wrote meanwhile, so that its files may not belong together. */
function copyInto(dir: string, path: string): string | null {
  const target = join(dir, 'copy.db')
  const log = `${path}-wal`
  const before = `${stateOf(path)} ${stateOf(log)}`
  copyFileSync(path, target)
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0) copyFileSync(log, `${target}-wal`)
  return `${stateOf(path)} ${stateOf(log)}` === before ? target : null
}
