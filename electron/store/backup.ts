/** Copies of a database that are consistent while others write, and putting one back without touching what is there. */
import { existsSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { storeFailure } from './failures.ts'
import { createPrivateFile, makePrivateDir, syncDir } from './files.ts'
import { verifyHistoryFile, type FileProof } from './verify-file.ts'
import { withSnapshot } from './snapshot.ts'

/** What SQLite keeps beside a database, by the end of its name: a file of another database there would be taken for this one's. */
export const companions = ['', '-wal', '-shm', '-journal']

/** Writes a consistent copy of an open database to a new file with mode 0600, through SQLite's online backup. */
export async function backUp(
  raw: BetterSqlite.Database,
  path: string,
): Promise<Result<{ readonly path: string }>> {
  if (companions.some((end) => existsSync(path + end))) return fail('store.exists', { path })
  try {
    createPrivateFile(path)
  } catch (error) {
    return { ok: false, error: storeFailure(error, path) }
  }
  try {
    await raw.backup(path)
    syncDir(dirname(path))
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
export async function restoreBackup(backup: string, database: string): Promise<Result<FileProof>> {
  const target = resolve(database)
  const proof = await verifyHistoryFile(backup)
  if (!proof.ok) return proof
  if (proof.value.source !== 'database')
    return fail('store.unusable', { path: backup, detail: 'it is an export, not a database.' })
  makePrivateDir(dirname(target))
  const copied = await withSnapshot(backup, (raw) => backUp(raw, target))
  return copied.ok ? proof : copied
}
