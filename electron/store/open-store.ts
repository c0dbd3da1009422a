/** Opens what is kept on disk as one `Store`. Nothing outside this folder touches SQLite. */
import { resolve } from 'node:path'
import { ok, type Result } from '../../shared/errors.ts'
import { accountStore } from './accounts.ts'
import { apiKeyStore } from './api-keys.ts'
import { approvalStore } from './approvals.ts'
import { backUp } from './backup.ts'
import { openDatabase } from './database.ts'
import { withHeads } from './head-at-end.ts'
import { headStore } from './heads.ts'
import { historyStore } from './history.ts'
import { createLeases } from './leases.ts'
import { nonceStore } from './nonces.ts'
import type { OpenOptions, Store } from './port.ts'
import { readPermitStore } from './read-permits.ts'
import { requestStore } from './requests.ts'
import { revocationStore } from './revocations.ts'
import { submissionStore } from './submissions.ts'

/** Name of the database in its folder. */
export const databaseName = 'countersign.db'

/**
 * Opens the store in a folder, and makes it where there is none. Several processes may have it open at once.
 * Fails with `store.unusable`, `store.busy`, `store.newer` or `store.practiceMixed`, and then changes nothing.
 */
export async function openStore({ dir, mode, now = Date.now, leaseMs }: OpenOptions): Promise<Result<Store>> {
  const opened = await openDatabase(resolve(dir, databaseName), mode, now)
  if (!opened.ok) return opened
  const database = opened.value
  const history = historyStore(database)
  const heads = headStore(database)
  const leases = createLeases(database, leaseMs)
  const { requests, submissions, revocations } = withHeads(heads, history, {
    requests: requestStore(database, leases),
    submissions: submissionStore(database, leases),
    revocations: revocationStore(database, leases),
  })
  return ok({
    path: database.path,
    mode: database.mode,
    chainId: database.chainId,
    accounts: accountStore(database),
    requests,
    submissions,
    approvals: approvalStore(database),
    readPermits: readPermitStore(database),
    apiKeys: apiKeyStore(database),
    leases,
    revocations,
    nonces: nonceStore(database),
    history,
    heads,
    backup: (path) => backUp(database.raw, resolve(path)),
    close: () => leases.close(() => database.close()),
  })
}
