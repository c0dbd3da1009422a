/** The accounts table. An account is added once and never changed, because its requests point to it. */
import { ulid } from 'ulid'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { canonicalJson, readCanonicalObject } from '../../shared/history/canonical-json.ts'
import { lower } from '../../shared/hex.ts'
import { isNetwork } from '../../shared/venues/module.ts'
import { isVenueId } from '../../shared/venues/registry.ts'
import type { Database, Tx } from './database.ts'
import { allOf } from './failures.ts'
import { record } from './history.ts'
import type { Account, AccountStore } from './port.ts'
import type { AccountsTable } from './schema.ts'

/** A table row by the names of `Account`, with its JSON still as text. */
export const fieldsOf = (row: AccountsTable) => ({
  id: row.id,
  name: row.name,
  venue: row.venue,
  network: row.network,
  address: row.address,
  signer: row.signer,
  path: row.path,
  vaultAddress: row.vault_address,
  settings: row.settings,
  createdAt: row.created_at,
})

const insert = async (tx: Tx, account: Account): Promise<Result<Account>> => {
  const taken = await tx
    .selectFrom('accounts')
    .select('id')
    .where('name', '=', account.name)
    .executeTakeFirst()
  if (taken) return fail('request.duplicateAccount', { account: account.name })
  const recorded = await record(tx, {
    at: account.createdAt,
    kind: 'account.added',
    requestId: null,
    body: { account: { ...account } },
  })
  if (!recorded.ok) return recorded
  const settings = canonicalJson(account.settings, 'settings')
  if (!settings.ok) return settings
  const { vaultAddress, createdAt, ...same } = account
  await tx
    .insertInto('accounts')
    .values({ ...same, settings: settings.value, vault_address: vaultAddress, created_at: createdAt })
    .execute()
  return ok(account)
}

/** The accounts of an open database. */
export const accountStore = (database: Database): AccountStore => {
  const accountFrom = (row: AccountsTable): Result<Account> => {
    const settings = readCanonicalObject(row.settings)
    const { venue, network } = row
    if (settings && isVenueId(venue) && isNetwork(network))
      return ok({ ...fieldsOf(row), venue, network, settings })
    const detail = `the account "${row.name}" is not what was written.`
    return fail('store.unusable', { path: database.path, detail })
  }
  return {
    list: () =>
      database.read(async (db) => {
        const rows = await db.selectFrom('accounts').selectAll().orderBy('name').execute()
        return allOf(rows.map(accountFrom))
      }),
    get: (nameOrId) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('accounts')
          .selectAll()
          .where((where) => where.or([where('id', '=', nameOrId), where('name', '=', nameOrId)]))
          .execute()
        const row = rows.find(({ id }) => id === nameOrId) ?? rows[0]
        return row ? accountFrom(row) : fail('request.unknownAccount', { account: nameOrId })
      }),
    add: (account) =>
      database.write((tx) =>
        insert(tx, {
          ...account,
          id: ulid(),
          address: lower(account.address),
          signer: lower(account.signer),
          vaultAddress: account.vaultAddress && lower(account.vaultAddress),
          createdAt: database.at(),
        }),
      ),
  }
}
