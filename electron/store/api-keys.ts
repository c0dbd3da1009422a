/** The table of API keys. An account has one at a time; the history knows what is public of each, never its sealed record. */
import { ulid } from 'ulid'
import type { KeyConfirmation } from '../../shared/approvals/key-change.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { KeyFacts } from '../../shared/keys.ts'
import { isVenueId } from '../../shared/venues/registry.ts'
import type { Database, Tx } from './database.ts'
import { allOf } from './failures.ts'
import { record } from './history.ts'
import type { ApiKey, ApiKeyStore, NewApiKey } from './port.ts'
import type { ApiKeysTable } from './schema.ts'

/** A table row by the names of `ApiKey`, with its JSON still as text and without its sealed record. */
export const fieldsOf = (row: ApiKeysTable) => ({
  id: row.id,
  accountId: row.account_id,
  venue: row.venue,
  kind: row.kind,
  keyId: row.key_id,
  label: row.label,
  sealedBy: row.sealed_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  permissions: row.permissions,
  replacedAt: row.replaced_at,
  removedAt: row.removed_at,
})

const permissionsText = (permissions: KeyFacts['permissions']): string | null =>
  permissions && JSON.stringify(permissions)

function readPermissions(text: string | null): readonly string[] | null {
  const value: unknown = text === null ? null : JSON.parse(text)
  if (value === null) return null
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new SyntaxError('permissions are a list of words')
}

const inUse = (tx: Tx, accountId: string): Promise<ApiKeysTable | undefined> =>
  tx
    .selectFrom('api_keys')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('sealed', 'is not', null)
    .executeTakeFirst()

/** What the history keeps of a new key. */
const publicFacts = (key: ApiKey) => ({
  id: key.id,
  accountId: key.accountId,
  venue: key.venue,
  kind: key.kind,
  keyId: key.keyId,
  label: key.label,
  sealedBy: key.sealedBy,
  expiresAt: key.expiresAt,
  permissions: key.permissions,
})

async function insert(tx: Tx, key: ApiKey, sealed: string): Promise<void> {
  await tx
    .insertInto('api_keys')
    .values({
      id: key.id,
      account_id: key.accountId,
      venue: key.venue,
      kind: key.kind,
      key_id: key.keyId,
      label: key.label,
      sealed,
      sealed_by: key.sealedBy,
      created_at: key.createdAt,
      expires_at: key.expiresAt,
      permissions: permissionsText(key.permissions),
      replaced_at: null,
      removed_at: null,
    })
    .execute()
}

async function add(tx: Tx, key: ApiKey, sealed: string): Promise<Result<ApiKey>> {
  const account = await tx
    .selectFrom('accounts')
    .select('name')
    .where('id', '=', key.accountId)
    .executeTakeFirst()
  if (!account) return fail('request.unknownAccount', { account: key.accountId })
  if (await inUse(tx, key.accountId)) return fail('secret.exists', { account: account.name })
  const body = { key: publicFacts(key) }
  const recorded = await record(tx, { at: key.createdAt, kind: 'key.added', requestId: null, body })
  if (!recorded.ok) return recorded
  await insert(tx, key, sealed)
  return ok(key)
}

/** Writes down what was confirmed of the key in use, and gives it; another one may have come in its place meanwhile. */
async function confirmedKey(
  tx: Tx,
  accountId: string,
  at: string,
  confirmed: KeyConfirmation,
): Promise<Result<ApiKeysTable>> {
  const old = await inUse(tx, accountId)
  if (old?.id !== confirmed.key) return fail('secret.none', { account: accountId })
  const recorded = await record(tx, { at, kind: 'key.confirmed', requestId: null, body: { ...confirmed } })
  return recorded.ok ? ok(old) : recorded
}

async function rotate(
  tx: Tx,
  key: ApiKey,
  sealed: string,
  confirmed: KeyConfirmation,
): Promise<Result<ApiKey>> {
  const found = await confirmedKey(tx, key.accountId, key.createdAt, confirmed)
  if (!found.ok) return found
  const old = found.value
  const body = { key: publicFacts(key), replaced: old.id }
  const recorded = await record(tx, { at: key.createdAt, kind: 'key.rotated', requestId: null, body })
  if (!recorded.ok) return recorded
  await tx
    .updateTable('api_keys')
    .set({ sealed: null, replaced_at: key.createdAt })
    .where('id', '=', old.id)
    .execute()
  await insert(tx, key, sealed)
  return ok(key)
}

async function remove(
  tx: Tx,
  accountId: string,
  at: string,
  confirmed: KeyConfirmation,
): Promise<Result<{ readonly id: string }>> {
  const found = await confirmedKey(tx, accountId, at, confirmed)
  if (!found.ok) return found
  const old = found.value
  const recorded = await record(tx, { at, kind: 'key.removed', requestId: null, body: { key: old.id } })
  if (!recorded.ok) return recorded
  await tx.updateTable('api_keys').set({ sealed: null, removed_at: at }).where('id', '=', old.id).execute()
  return ok({ id: old.id })
}

async function learn(tx: Tx, id: string, facts: KeyFacts, at: string): Promise<Result<null>> {
  const body = { key: id, ...facts }
  const recorded = await record(tx, { at, kind: 'key.checked', requestId: null, body })
  if (!recorded.ok) return recorded
  const { numUpdatedRows } = await tx
    .updateTable('api_keys')
    .set({ expires_at: facts.expiresAt, permissions: permissionsText(facts.permissions) })
    .where('id', '=', id)
    .where('sealed', 'is not', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n ? ok(null) : fail('secret.none', { account: id })
}

/** The API keys of an open database. */
export const apiKeyStore = (database: Database): ApiKeyStore => {
  const keyFrom = (row: ApiKeysTable): Result<ApiKey> => {
    const { venue } = row
    const { permissions, ...fields } = fieldsOf(row)
    try {
      if (isVenueId(venue)) return ok({ ...fields, venue, permissions: readPermissions(permissions) })
    } catch {
      // Told below.
    }
    const detail = `the API key "${row.key_id}" is not what was written.`
    return fail('store.unusable', { path: database.path, detail })
  }
  const made = (key: NewApiKey): ApiKey => ({
    ...key,
    id: ulid(),
    createdAt: database.at(),
    replacedAt: null,
    removedAt: null,
  })
  return {
    list: (accountId) =>
      database.read(async (db) => {
        const all = db.selectFrom('api_keys').selectAll().orderBy('id', 'desc')
        const rows = await (accountId === undefined ? all : all.where('account_id', '=', accountId)).execute()
        return allOf(rows.map(keyFrom))
      }),
    inUse: (accountId) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('api_keys')
          .selectAll()
          .where('account_id', '=', accountId)
          .where('sealed', 'is not', null)
          .execute()
        const [row] = rows
        if (!row?.sealed) return ok(null)
        const key = keyFrom(row)
        return key.ok ? ok({ key: key.value, sealed: row.sealed }) : key
      }),
    add: (key, sealed) => database.write((tx) => add(tx, made(key), sealed)),
    rotate: (key, sealed, confirmed) => database.write((tx) => rotate(tx, made(key), sealed, confirmed)),
    remove: (accountId, confirmed) => database.write((tx) => remove(tx, accountId, database.at(), confirmed)),
    learn: (id, facts) => database.write((tx) => learn(tx, id, facts, database.at())),
  }
}
