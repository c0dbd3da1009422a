/**
 * Backups beside a database: one a day while a desk runs, one before each migration, and whenever a person asks. Each
 * is a whole database, verified after it was written; one that does not verify is not kept.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ok, type Result } from '../../shared/errors.ts'
import { storeFailure } from './failures.ts'
import type { Follow } from '../work/run.ts'
import { partOf, type Watch } from '../work/watch.ts'
import { backUp, dropPermits } from './backup.ts'
import { makePrivateDir } from './files.ts'
import type { Store } from './port.ts'
import { withSnapshot } from './snapshot.ts'
import { verifyHistoryFile, type FileProof, type FileVerdict } from './verify-file.ts'

/** Why a backup was made. */
export type BackupReason = 'daily' | 'asked' | 'migration'

/** A backup that lies beside the database. */
export interface Backup {
  readonly path: string
  readonly fileName: string
  readonly reason: BackupReason
  /** When it was made, Unix ms. */
  readonly atMs: number
  /** Size in bytes. */
  readonly size: number
}

/** How many daily backups are kept; those that a person asked for, or that a migration began with, are kept for good. */
export const keptDaily = 14

/** Folder of a database's backups. */
export const backupFolder = (database: string): string => join(dirname(database), 'backups')

const name = /^countersign-(\d{8})T(\d{6})(\d{3})Z-(daily|asked|migration)\.db$/

/** File name of a backup: its time in UTC to the millisecond, and its reason. */
export const backupName = (atMs: number, reason: BackupReason): string =>
  `countersign-${new Date(atMs).toISOString().replaceAll(/[-:.]/g, '')}-${reason}.db`

function timeOf([, day = '', time = '', ms = '']: RegExpExecArray): number {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(day + time) ?? []
  const [, year, month, date, hour, minute, second] = parts
  return Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}.${ms}Z`)
}

/** The backups beside a database, newest first. Fails with `store.unusable`. */
export function listBackups(database: string): Result<readonly Backup[]> {
  const folder = backupFolder(database)
  try {
    if (!existsSync(folder)) return ok([])
    const backups = readdirSync(folder).flatMap((fileName): readonly Backup[] => {
      const parts = name.exec(fileName)
      const path = join(folder, fileName)
      const reason = parts?.[4] as BackupReason | undefined
      return parts && reason
        ? [{ path, fileName, reason, atMs: timeOf(parts), size: statSync(path).size }]
        : []
    })
    return ok(backups.sort((a, b) => b.atMs - a.atMs))
  } catch (error) {
    return { ok: false, error: storeFailure(error, folder) }
  }
}

/** A backup that was verified, and what it proves. */
export interface VerifiedBackup {
  readonly path: string
  readonly proof: FileProof
}

/**
 * Copies a database to a new file, without the permits to read accounts where told, and verifies the copy. Fails with `store.exists`, `store.unusable` or
 * `history.broken`; then, and where its watch stops it, there is no such file.
 */
export async function copyAndVerify(
  database: string,
  path: string,
  watch: Watch,
  permits = true,
): Promise<Result<VerifiedBackup>> {
  const copied = await withSnapshot(database, (raw) => backUp(raw, path, partOf(watch, 0, 0.1)))
  const written = copied.ok && !permits ? await dropPermits(path) : copied
  if (!written.ok) return written
  let proof: FileVerdict | null = null
  try {
    proof = await verifyHistoryFile(path, {}, partOf(watch, 0.1, 1))
    return proof.ok ? ok({ path, proof: proof.value }) : proof
  } finally {
    if (proof?.ok !== true) rmSync(path, { force: true })
  }
}

function prune(database: string): void {
  const backups = listBackups(database)
  if (!backups.ok) return
  const daily = backups.value.filter(({ reason }) => reason === 'daily')
  for (const { path } of daily.slice(keptDaily)) rmSync(path, { force: true })
}

/**
 * Backs a store up into the folder beside it; after a daily one the oldest daily ones beyond `keptDaily` are removed.
 * Fails as `Store.backup` does.
 */
export async function backUpBeside(
  store: Pick<Store, 'backup' | 'path'>,
  reason: BackupReason,
  nowMs: number,
  follow?: Follow,
): Promise<Result<VerifiedBackup>> {
  const folder = backupFolder(store.path)
  try {
    makePrivateDir(folder)
  } catch (error) {
    return { ok: false, error: storeFailure(error, folder) }
  }
  const made = await store.backup(join(folder, backupName(nowMs, reason)), follow)
  if (made.ok && reason === 'daily') prune(store.path)
  return made
}
