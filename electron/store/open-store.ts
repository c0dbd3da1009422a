/** Opens what is kept on disk as one `Store`. Nothing outside this folder touches SQLite. */
import { resolve } from 'node:path'
import { ok, type Result } from '../../shared/errors.ts'
import { accountStore } from './accounts.ts'
import { apiKeyStore } from './api-keys.ts'
import { approvalStore } from './approvals.ts'
import { backUp } from './backup.ts'
import { openDatabase } from './database.ts'
import { historyStore } from './history.ts'
import { nonceStore } from './nonces.ts'
import type { OpenOptions, Store } from './port.ts'
import { readPermitStore } from './read-permits.ts'
import { requestStore } from './requests.ts'
import { submissionStore } from './submissions.ts'

/** Name of the database in its folder. */
export const databaseName = 'countersign.db'

/**
 * Opens the store in a folder, and makes it where there is none. Several processes may have it open at once.
 * Fails with `store.unusable`, `store.busy`, `store.newer` or `store.practiceMixed`, and then changes nothing.
 */
export async function openStore({ dir, mode, now = Date.now }: OpenOptions): Promise<Result<Store>> {
  const opened = await openDatabase(resolve(dir, databaseName), mode, now)
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
    readPermits: readPermitStore(database),
    apiKeys: apiKeyStore(database),
    nonces: nonceStore(database),
    history: historyStore(database),
    backup: (path) => backUp(database.raw, resolve(path)),
    close: () => database.close(),
  })
}
