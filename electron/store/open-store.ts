/** Opens what is kept on disk as one `Store`. Nothing outside this folder touches SQLite. */
import { join, resolve } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { ok, type Result } from '../../shared/errors.ts'
import { runJob } from '../work/run.ts'
import { accountStore } from './accounts.ts'
import { apiKeyStore } from './api-keys.ts'
import { approvalStore } from './approvals.ts'
import { backUp } from './backup.ts'
import { backUpBeside, backupFolder, backupName } from './backups.ts'
import { openDatabase } from './database.ts'
import { keptHead, markFound } from './found-copy.ts'
import { signHead, withHeads } from './head-at-end.ts'
import { headStore, keepNewest } from './heads.ts'
import { historyStore } from './history.ts'
import { createLeases } from './leases.ts'
import { marketNumberStore } from './market-numbers.ts'
import { nonceStore } from './nonces.ts'
import { checkNotOlder } from './newest-head.ts'
import type { OpenOptions, Store } from './port.ts'
import { proofStore, provenAccounts } from './prove.ts'
import { readPermitStore } from './read-permits.ts'
import { requestStore } from './requests.ts'
import { revocationStore } from './revocations.ts'
import { submissionStore } from './submissions.ts'
import { usableSignatures } from './usable.ts'

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
  const backup = (to: string) => runJob('backup', { database: path, path: to })
  const made = await backUpBeside({ path, backup }, 'migration', nowMs)
  if (made.ok || made.error.code !== 'history.broken') return made
  return backUp(raw, join(backupFolder(path), backupName(nowMs, 'migration')))
}

/**
 * Opens the store in a folder, and makes it where there is none. Several processes may have it open at once.
 * Fails with `store.unusable`, `store.busy`, `store.older`, `store.newer` or `store.practiceMixed`, and then changes
 * nothing.
 */
export async function openStore({ dir, mode, now = Date.now, leaseMs }: OpenOptions): Promise<Result<Store>> {
  const path = resolve(dir, databaseName)
  let hadHead = false
  const opened = await openDatabase(path, mode, now, {
    beforeUse: (raw, stamp) => {
      hadHead = keptHead(raw)
      return checkNotOlder(raw, path, stamp)
    },
    beforeMigration: (raw) => backUpBeforeMigration(raw, path, now()),
  })
  if (!opened.ok) return opened
  const database = opened.value
  const history = historyStore(database)
  const proofs = proofStore(database)
  const heads = headStore(database)
  const leases = createLeases(database, leaseMs)
  const acting = withHeads(heads, {
    accounts: provenAccounts(accountStore(database), proofs),
    requests: requestStore(database, leases),
    submissions: submissionStore(database, leases),
    revocations: revocationStore(database, leases),
    apiKeys: apiKeyStore(database),
    history,
  })
  const marked = hadHead ? await markFound(database) : ok(false)
  if (!marked.ok) return marked
  if (marked.value) await heads.sign()
  // A process may have ended between a head and its file; where that cannot be written now, an older head stays in it.
  else await keepNewest(database)
  return ok({
    path: database.path,
    mode: database.mode,
    chainId: database.chainId,
    proofs,
    ...acting,
    approvals: approvalStore(database, leases),
    readPermits: readPermitStore(database),
    leases,
    marketNumbers: marketNumberStore(database),
    nonces: nonceStore(database),
    heads,
    usable: () => usableSignatures(database, now()),
    backup: async (to, follow, keep) => {
      await signHead(heads, history)
      return runJob('backup', { database: database.path, path: resolve(to), ...keep }, follow)
    },
    changesByOthers: () => Number(database.raw.pragma('data_version', { simple: true })),
    close: () => leases.close(() => database.close()),
  })
}
