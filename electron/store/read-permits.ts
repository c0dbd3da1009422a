/** The read_permits table: the newest permit to read an account at its venue. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Database, Tx } from './database.ts'
import { record } from './history.ts'
import type { ReadPermitStore, StoredReadPermit } from './port.ts'

async function put(
  tx: Tx,
  accountId: string,
  permit: StoredReadPermit,
  at: string,
): Promise<Result<StoredReadPermit>> {
  const account = await tx.selectFrom('accounts').select('id').where('id', '=', accountId).executeTakeFirst()
  if (!account) return fail('request.unknownAccount', { account: accountId })
  const { action, signature, nonce, expiresAt } = permit
  // The signature is left out: the history is exported, and whoever holds the signature can read the account.
  const body = { accountId, action, nonce, expiresAt }
  const recorded = await record(tx, { at, kind: 'permit.signed', requestId: null, body })
  if (!recorded.ok) return recorded
  await tx
    .deleteFrom('read_permits')
    .where('account_id', '=', accountId)
    .where('action', '=', action)
    .execute()
  await tx
    .insertInto('read_permits')
    .values({ account_id: accountId, action, signature, nonce, expires_at: expiresAt })
    .execute()
  return ok(permit)
}

/** The permits of an open database. */
export const readPermitStore = (database: Database): ReadPermitStore => ({
  put: (accountId, permit) => database.write((tx) => put(tx, accountId, permit, database.at())),
  get: (accountId, action) =>
    database.read(async (db) => {
      const row = await db
        .selectFrom('read_permits')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('action', '=', action)
        .executeTakeFirst()
      if (!row) return ok(null)
      const { signature, nonce, expires_at: expiresAt } = row
      return ok({ action, signature, nonce, expiresAt })
    }),
})
