/** Putting a backup in the place of a desk's database. What was there is moved aside and never deleted. */
import { existsSync, renameSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { checkAlone } from './alone.ts'
import { companions, restoreBackup } from './backup.ts'
import { backupFolder } from './backups.ts'
import { storeFailure } from './failures.ts'
import { makePrivateDir, syncDir } from './files.ts'
import { removeNewestHead } from './newest-head.ts'
import { databaseName } from './open-store.ts'
import { replacedPrefix } from './recovery.ts'
import { verifyHistoryFile, type FileProof } from './verify-file.ts'

/** What was restored. */
export interface Restored {
  readonly proof: FileProof
  /** Where the database went that was there before; null when there was none. */
  readonly replaced: string | null
}

const move = (from: string, to: string): void => {
  for (const end of companions) if (existsSync(from + end)) renameSync(from + end, to + end)
}

/** Whether there is, or was, a desk in a folder, whose place a backup would take. */
export const isDeskThere = (dir: string): boolean => {
  const database = resolve(dir, databaseName)
  return existsSync(backupFolder(database)) || companions.some((end) => existsSync(database + end))
}

/** Moves a database with all that SQLite keeps beside it out of the way; null when nothing is there. */
function moveAside(database: string, nowMs: number): string | null {
  if (!companions.some((end) => existsSync(database + end))) return null
  const folder = backupFolder(database)
  makePrivateDir(folder)
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '')
  const aside = join(folder, `${replacedPrefix}${stamp}.db`)
  move(database, aside)
  syncDir(dirname(database))
  return aside
}

/**
 * Restores a backup into a desk's folder. The backup is verified first; a database that is there is moved into the
 * folder of backups. Fails with `store.inUse`, `store.practiceMixed`, `history.broken` or `store.*`; then all is as it
 * was.
 */
export async function restoreDesk(
  backup: string,
  dir: string,
  mode: HistoryMode,
  nowMs: number,
): Promise<Result<Restored>> {
  const database = resolve(dir, databaseName)
  const proof = await verifyHistoryFile(backup)
  if (!proof.ok) return proof
  if (proof.value.mode !== mode)
    return fail('store.practiceMixed', { path: backup, found: proof.value.mode, asked: mode })
  const alone = await checkAlone(database)
  if (!alone.ok) return alone
  let replaced: string | null = null
  try {
    replaced = moveAside(database, nowMs)
    removeNewestHead(database)
    const restored = await restoreBackup(backup, database)
    if (restored.ok) return ok({ proof: restored.value, replaced })
    if (replaced !== null) move(replaced, database)
    return restored
  } catch (error) {
    return { ok: false, error: storeFailure(error, database) }
  }
}
