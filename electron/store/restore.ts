/** Putting a backup in the place of a desk's database. What was there is moved aside and never deleted. */
import { existsSync, renameSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { toHex } from '../../shared/hex.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { partOf, unwatched, type Watch } from '../work/watch.ts'
import { checkAlone } from './alone.ts'
import { companions, restoreBackup } from './backup.ts'
import { backupFolder } from './backups.ts'
import { storeFailure } from './failures.ts'
import { makePrivateDir, syncDir } from './files.ts'
import { finishCopy, noncesOf, placeCopy, removeDatabase } from './finish-copy.ts'
import { readNewestHead, removeNewestHead } from './newest-head.ts'
import { databaseName } from './open-store.ts'
import { replacedPrefix } from './recovery.ts'
import { withSnapshot } from './snapshot.ts'
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

/** What a database says of its newest row: null where there is no database, nulls where it cannot be read. */
async function headOf(database: string): Promise<JsonObject | null> {
  if (!existsSync(database)) return null
  try {
    return await withSnapshot(database, (raw) => {
      const newest = raw
        .prepare<[], { seq: number; hash: string }>('SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1')
        .get()
      return { count: newest?.seq ?? 0, head: newest?.hash ?? null }
    })
  } catch {
    return { count: null, head: null }
  }
}

/** Of what the copy is a copy, and what it takes the place of: that database, and the newest head that was beside it. */
async function factsOf({ count, head }: FileProof, database: string): Promise<JsonObject> {
  const newest = readNewestHead(database)
  return {
    source: { count, head },
    replaced: await headOf(database),
    newest: newest && { size: newest.size, root: toHex(newest.root) },
  }
}

function replaceBy(target: string, database: string, note: string, nowMs: number): string | null {
  const aside = moveAside(database, nowMs)
  try {
    placeCopy(target, database, note)
  } catch (error) {
    removeNewestHead(database)
    if (aside !== null && !existsSync(database)) move(aside, database)
    throw error
  }
  return aside
}

/**
 * Restores a backup into a desk's folder; it may be the database that is there, to go on with an older copy. The backup is
 * verified first, and the new database made beside its place: its history says that it is a copy (`desk.restored`), and what
 * was open in it is frozen. A database that is there is moved into the folder of backups. Fails with `store.inUse`,
 * `store.practiceMixed`, `history.broken`, `history.keyUnusable` or `store.*`; then all is as it was, as it is where
 * its watch stops it.
 */
export async function restoreDesk(
  backup: string,
  dir: string,
  mode: HistoryMode,
  nowMs: number,
  watch: Watch = unwatched,
): Promise<Result<Restored>> {
  const database = resolve(dir, databaseName)
  const proof = await verifyHistoryFile(backup, {}, partOf(watch, 0, 0.5))
  if (!proof.ok) return proof
  if (proof.value.mode !== mode)
    return fail('store.practiceMixed', { path: backup, found: proof.value.mode, asked: mode })
  const alone = await checkAlone(database)
  if (!alone.ok) return alone
  const target = `${database}.restore-${process.pid}`
  try {
    makePrivateDir(dirname(database))
    removeDatabase(target)
    const copied = await restoreBackup(backup, target, partOf(watch, 0.5, 1))
    if (!copied.ok) return copied
    const note = await finishCopy(target, {
      kind: 'desk.restored',
      mode,
      nowMs,
      facts: await factsOf(copied.value, database),
      nonces: await noncesOf(database),
    })
    if (!note.ok) return note
    const still = await checkAlone(database)
    if (!still.ok) return still
    return ok({ proof: copied.value, replaced: replaceBy(target, database, note.value, nowMs) })
  } catch (error) {
    return { ok: false, error: storeFailure(error, database) }
  } finally {
    removeDatabase(target)
  }
}
