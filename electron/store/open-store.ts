/** Opens what is kept on disk as one `Store`. Nothing outside this folder touches SQLite. */
import { join, resolve } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { ok, type Result } from '../../shared/errors.ts'
import { accountStore } from './accounts.ts'
import { approvalStore } from './approvals.ts'
import { backUp } from './backup.ts'
import { backUpBeside, backupFolder, backupName } from './backups.ts'
import { openDatabase } from './database.ts'
import { historyStore } from './history.ts'
import { nonceStore } from './nonces.ts'
import type { OpenOptions, Store } from './port.ts'
import { requestStore } from './requests.ts'
import { submissionStore } from './submissions.ts'

/** Name of the database in its folder. */
export const databaseName = 'countersign.db'

/**
 * Backs a database up before it is migrated. A history that does not verify is copied all the same: what is there must
 * be there afterwards, and verifying it says what is wrong.
 */
async function backUpBeforeMigration(
  raw: BetterSqlite.Database,
  path: string,
  nowMs: number,
): Promise<Result<unknown>> {
  const backup = (to: string) => backUp(raw, to)
  const made = await backUpBeside({ path, backup }, 'migration', nowMs)
  if (made.ok || made.error.code !== 'history.broken') return made
  return backup(join(backupFolder(path), backupName(nowMs, 'migration')))
}

/**
 * Opens the store in a folder, and makes it where there is none. Several processes may have it open at once.
 * Fails with `store.unusable`, `store.busy`, `store.newer` or `store.practiceMixed`, and then changes nothing.
 */
export async function openStore({ dir, mode, now = Date.now }: OpenOptions): Promise<Result<Store>> {
  const path = resolve(dir, databaseName)
  const opened = await openDatabase(path, mode, now, (raw) => backUpBeforeMigration(raw, path, now()))
  if (!opened.ok) return opened
  const database = opened.value
  return ok({
    path: database.path,
    mode: database.mode,
    chainId: database.chainId,
    accounts: accountStore(database),
    requests: requestStore(database),
    submissions: submissionStore(database),
    approvals: approvalStore(database),
    nonces: nonceStore(database),
    history: historyStore(database),
    backup: (path) => backUp(database.raw, resolve(path)),
    close: () => database.close(),
  })
}
