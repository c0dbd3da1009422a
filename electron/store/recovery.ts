/** What is said and offered when a database cannot be opened: the desk never makes an empty one where one was lost. */
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { commandText } from '../../shared/advice.ts'
import { failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { newestHeadName, readNewestHead } from './newest-head.ts'

/** A copy that can be put in place. */
export interface KnownBackup {
  readonly path: string
  /** Unix ms of its last change. */
  readonly atMs: number
}

const sizeOf = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.size ?? null

/** Beginning of the name of a database that a backup took the place of: kept, and never taken for a backup. */
export const replacedPrefix = 'replaced-'

/** The backups beside a database, in `backups/*.db` of its folder, newest first; none where the folder is not there. */
export function backupsBeside(database: string): readonly KnownBackup[] {
  const folder = join(dirname(database), 'backups')
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.db') && !name.startsWith(replacedPrefix))
      .map((name) => join(folder, name))
      .map((path) => ({ path, atMs: statSync(path).mtimeMs }))
      .toSorted((a, b) => b.atMs - a.atMs)
  } catch {
    return []
  }
}

const offer = (database: string): string => {
  const [newest] = backupsBeside(database)
  const keep = `Nothing was changed and nothing was sent. Keep a copy of ${database} and of the files beside it.`
  if (!newest)
    return `${keep} There is no backup in ${join(dirname(database), 'backups')}. To save what can still be read: "${commandText('salvage', database)}".`
  const at = new Date(newest.atMs).toISOString().slice(0, 16).replace('T', ' ')
  return `${keep} The newest backup is ${newest.path}, of ${at} UTC: "${commandText('restore', newest.path)}" verifies it and puts it in place; the database that is there now is moved beside it and kept. To save what can still be read of it: "${commandText('salvage', database)}".`
}

/** A failure to open a database, with what can be done from here. */
export const withOffer = (failed: Failure, database: string): Failure =>
  failed.code === 'store.unusable' ? { ...failed, next: offer(database) } : failed

/** What shows that a database was here and is lost; null where nothing does. */
function traceOfLoss(database: string): string | null {
  const name = basename(database)
  const index = sizeOf(`${database}-shm`)
  const log = sizeOf(`${database}-wal`)
  if ((sizeOf(database) ?? 0) === 0) {
    if (log !== null && log > 0)
      return `its log ${name}-wal is there, but the database itself is gone or empty.`
    const kept = readNewestHead(database)
    if (kept)
      return `the database is gone or empty, but ${newestHeadName} says that it had ${kept.size} rows or more.`
    const [newest] = backupsBeside(database)
    return newest ? `the database is gone or empty, but there are backups of it.` : null
  }
  // SQLite makes the log before its index, removes it after, and leaves both when the last process was killed.
  return index !== null && log === null
    ? `it was not closed, and its log ${name}-wal is gone: the newest rows would be missing.`
    : null
}

const looks = 5
const betweenLooksMs = 20

/**
 * Refuses with `store.lost` to open, or to make anew, a database of which only traces are left. Its files are not seen at
 * one moment, and another process may open, close or restore it between two of them: what is lost is lost at every look.
 */
export async function checkNotLost(database: string): Promise<Result<null>> {
  let detail = traceOfLoss(database)
  for (let look = 1; look < looks && detail !== null; look += 1) {
    await wait(betweenLooksMs)
    detail = traceOfLoss(database)
  }
  if (detail === null) return ok(null)
  return { ok: false, error: { ...failure('store.lost', { path: database, detail }), next: offer(database) } }
}
