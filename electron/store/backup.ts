/** Copies of a database that are consistent while others write, and putting one back without touching what is there. */
import { existsSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { unwatched, type Watch } from '../work/watch.ts'
import { loadSqlite } from './database.ts'
import { storeFailure } from './failures.ts'
import { createPrivateFile, makePrivateDir, syncDir } from './files.ts'
import { verifyHistoryFile, type FileProof } from './verify-file.ts'
import { withSnapshot } from './snapshot.ts'

/** What SQLite keeps beside a database, by the end of its name: a file of another database there would be taken for this one's. */
export const companions = ['', '-wal', '-shm', '-journal']

/** Pages that are copied before others get their turn and the watch is asked; 16 MiB. */
const pagesAtOnce = 4096

/** One moment of the database is copied, however much others write meanwhile: else SQLite would begin anew each time. */
async function copyMoment(raw: BetterSqlite.Database, path: string, watch: Watch): Promise<void> {
  raw.exec('BEGIN')
  try {
    raw.prepare('SELECT 1 FROM sqlite_schema').get()
    await raw.backup(path, {
      progress({ totalPages, remainingPages }) {
        watch.at(totalPages - remainingPages, totalPages)
        return pagesAtOnce
      },
    })
  } finally {
    raw.exec('ROLLBACK')
  }
}

/**
 * Writes a consistent copy of an open database to a new file with mode 0600, through SQLite's online backup. `raw` is a
 * connection that nobody uses meanwhile.
 */
export async function backUp(
  raw: BetterSqlite.Database,
  path: string,
  watch: Watch = unwatched,
): Promise<Result<{ readonly path: string }>> {
  if (companions.some((end) => existsSync(path + end))) return fail('store.exists', { path })
  try {
    createPrivateFile(path)
  } catch (error) {
    return { ok: false, error: storeFailure(error, path) }
  }
  try {
    await copyMoment(raw, path, watch)
    syncDir(dirname(path))
    return ok({ path })
  } catch (error) {
    rmSync(path, { force: true })
    return { ok: false, error: storeFailure(error, path) }
  }
}

/** Takes the permits to read accounts out of a copy; no page of it remembers them. */
export async function dropPermits(path: string): Promise<Result<{ readonly path: string }>> {
  try {
    const Sqlite = await loadSqlite()
    const raw = new Sqlite(path, { fileMustExist: true })
    try {
      raw.pragma('secure_delete = ON')
      raw.exec('DELETE FROM read_permits; VACUUM')
      raw.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      raw.close()
    }
    return ok({ path })
  } catch (error) {
    rmSync(path, { force: true })
    return { ok: false, error: storeFailure(error, path) }
  }
}

/**
 * Puts a backup in place as a new database. The backup is verified first; nothing that is there is overwritten, not
 * even a left-over write-ahead log (`store.exists`). Fails with what `verifyHistoryFile` fails with.
 */
export async function restoreBackup(
  backup: string,
  database: string,
  watch: Watch = unwatched,
): Promise<Result<FileProof>> {
  const target = resolve(database)
  const proof = await verifyHistoryFile(backup, {}, watch)
  if (!proof.ok) return proof
  if (proof.value.source !== 'database')
    return fail('store.unusable', { path: backup, detail: 'it is an export, not a database.' })
  makePrivateDir(dirname(target))
  const copied = await withSnapshot(backup, (raw) => backUp(raw, target))
  return copied.ok ? proof : copied
}
