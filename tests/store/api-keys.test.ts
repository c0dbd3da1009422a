import BetterSqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import type { NewApiKey } from '../../electron/store/port.ts'
import { unsignedConfirmation } from '../support/key-confirmation.ts'
import { failureOf, newAccount, newDatabase, newStore, tamper, tempDir, valueOf } from './support.ts'

const sealed = '{"sealed":"not looked into by the store"}'

const newKey = (accountId: string, change: Partial<NewApiKey> = {}): NewApiKey => ({
  accountId,
  venue: 'hyperliquid',
  kind: 'ed25519',
  keyId: 'ab'.repeat(32),
  label: 'desk',
  sealedBy: 'passphrase',
  expiresAt: '2026-12-01T00:00:00.000Z',
  permissions: null,
  ...change,
})

const withKey = async () => {
  const dir = tempDir()
  const store = await newStore(dir)
  const account = valueOf(await store.accounts.add(newAccount()))
  const { id } = account
  const key = valueOf(await store.apiKeys.add(newKey(id), sealed))
  const replacing = (keyId: string) => unsignedConfirmation(account, key, keyId)
  const removing = (of = key) => unsignedConfirmation(account, of, null)
  return { dir, store, accountId: id, key, replacing, removing }
}

describe('the API keys of a database', () => {
  it('are read back as they were kept, after it was opened again', async () => {
    const { dir, store, accountId, key } = await withKey()
    await store.close()
    const again = await newStore(dir)
    expect(valueOf(await again.apiKeys.inUse(accountId))).toEqual({ key, sealed })
  })

  it('are one per account, of accounts that are there', async () => {
    const { store, accountId, removing, replacing } = await withKey()
    expect(failureOf(await store.apiKeys.add(newKey(accountId), sealed)).code).toBe('secret.exists')
    const nobody = newKey('01M7WE5NSKACS05YV97XXTQE7Y')
    expect(failureOf(await store.apiKeys.add(nobody, sealed)).code).toBe('request.unknownAccount')
    valueOf(await store.apiKeys.remove(accountId, removing()))
    const replaced = replacing('cd'.repeat(32))
    expect(failureOf(await store.apiKeys.remove(accountId, removing())).code).toBe('secret.none')
    expect(failureOf(await store.apiKeys.rotate(newKey(accountId), sealed, replaced)).code).toBe(
      'secret.none',
    )
    valueOf(await store.apiKeys.add(newKey(accountId), sealed))
  })

  it('go only where the one that was confirmed is still in use', async () => {
    const { store, accountId, removing, replacing } = await withKey()
    const next = newKey(accountId, { keyId: 'cd'.repeat(32) })
    const now = valueOf(await store.apiKeys.rotate(next, sealed, replacing(next.keyId)))
    expect(failureOf(await store.apiKeys.remove(accountId, removing())).code).toBe('secret.none')
    expect(valueOf(await store.apiKeys.inUse(accountId))?.key).toEqual(now)
    valueOf(await store.apiKeys.remove(accountId, removing(now)))
  })

  it('lose their sealed record when they are replaced or removed', async () => {
    const { store, accountId, removing, replacing } = await withKey()
    const next = newKey(accountId, { keyId: 'cd'.repeat(32) })
    const now = valueOf(await store.apiKeys.rotate(next, sealed, replacing(next.keyId)))
    valueOf(await store.apiKeys.remove(accountId, removing(now)))
    const raw = new BetterSqlite(store.path, { readonly: true })
    expect(raw.prepare('SELECT sealed FROM api_keys').pluck().all()).toEqual([null, null])
    raw.close()
    valueOf(await verifyHistoryFile(store.path))
  })

  it('are said by the history without their sealed record, which the store writes alone', async () => {
    const { store, accountId, key, removing } = await withKey()
    valueOf(await store.apiKeys.learn(key.id, { expiresAt: null, permissions: ['trade'] }))
    valueOf(await store.apiKeys.remove(accountId, removing()))
    const rows = valueOf(await store.history.list())
    expect(rows.map(({ kind }) => kind)).toEqual([
      'key.removed',
      'key.confirmed',
      'key.checked',
      'key.added',
      'account.added',
      'history.opened',
    ])
    expect(rows.map(({ body }) => body).join()).not.toContain('not looked into')
    await expect(async () => store.history.append({ kind: 'key.added', body: {} })).rejects.toThrow(
      'may be appended',
    )
    valueOf(await verifyHistoryFile(store.path))
  })

  it.each([
    ['another key', `UPDATE api_keys SET key_id = 'ef'`, 'its "keyId" differs'],
    ['a later end', `UPDATE api_keys SET expires_at = '2036-12-01T00:00:00.000Z'`, 'its "expiresAt" differs'],
    ['more rights', `UPDATE api_keys SET permissions = '["withdraw"]'`, 'its "permissions" differs'],
    ['another seal', `UPDATE api_keys SET sealed_by = 'keyring'`, 'its "sealedBy" differs'],
    ['no key', `DELETE FROM api_keys`, 'is not in the database'],
    [
      'a key that was removed',
      `UPDATE api_keys SET removed_at = '2026-12-01T00:00:00.000Z', sealed = NULL`,
      'its "removedAt" differs',
    ],
  ])('that were changed behind the history to %s are found', async (_, sql, flaw) => {
    const { store } = await withKey()
    await store.close()
    tamper(store.path, sql)
    const failure = failureOf(await verifyHistoryFile(store.path))
    expect(failure.code).toBe('history.broken')
    expect(failure.message).toContain(flaw)
  })

  it.each([
    [`UPDATE api_keys SET key_id = 'ef'`, 'never changes'],
    [`UPDATE api_keys SET sealed = 'another'`, 'a sealed record only goes'],
    [`UPDATE api_keys SET removed_at = 'x'`, 'CHECK constraint failed'],
    ['DELETE FROM api_keys', 'never deleted'],
    [
      `INSERT INTO api_keys SELECT 'x', account_id, venue, kind, key_id, label, sealed, sealed_by, created_at,
      expires_at, permissions, replaced_at, removed_at FROM api_keys`,
      'an account has one key',
    ],
  ])('refuse %s', async (sql, message) => {
    const dir = tempDir()
    const { id } = valueOf(await (await newStore(dir)).accounts.add(newAccount()))
    const store = await newStore(dir)
    valueOf(await store.apiKeys.add(newKey(id), sealed))
    const { raw } = await newDatabase(dir)
    expect(() => raw.exec(sql)).toThrow(message)
  })

  it('that are gone stay gone', async () => {
    const { dir, store, accountId, removing } = await withKey()
    valueOf(await store.apiKeys.remove(accountId, removing()))
    const { raw } = await newDatabase(dir)
    expect(() => raw.exec('UPDATE api_keys SET removed_at = NULL')).toThrow(
      'a key that is gone never changes',
    )
  })
})
