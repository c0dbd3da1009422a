import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { migrate, versionOf } from '../../electron/store/migrations/index.ts'
import { findSchemaFlaw } from '../../electron/store/schema-check.ts'
import { failureOf, newAccount, newStore, tempDir, valueOf } from './support.ts'

const permit = {
  action: 'getSubAccount',
  signature: `0x${'ab'.repeat(65)}`,
  nonce: null,
  expiresAt: '1790000000000',
} as const

it('a permit is found again, and a new one takes its place', async () => {
  const store = await newStore()
  const { id } = valueOf(await store.accounts.add(newAccount()))
  expect(valueOf(await store.readPermits.get(id, permit.action))).toBeNull()
  valueOf(await store.readPermits.put(id, permit))
  expect(valueOf(await store.readPermits.get(id, permit.action))).toEqual(permit)
  const later = { ...permit, expiresAt: '1790000000001', nonce: '5' }
  valueOf(await store.readPermits.put(id, later))
  expect(valueOf(await store.readPermits.get(id, permit.action))).toEqual(later)
  expect(valueOf(await store.readPermits.get(id, 'getPositions'))).toBeNull()
})

it('a permit is a row of the history that does not hold its signature', async () => {
  const store = await newStore()
  const { id } = valueOf(await store.accounts.add(newAccount()))
  valueOf(await store.readPermits.put(id, permit))
  const [row] = valueOf(await store.history.list())
  expect(row?.kind).toBe('permit.signed')
  const { signature, ...told } = permit
  expect(JSON.parse(row?.body ?? '')).toEqual({ accountId: id, ...told })
  expect(row?.body).not.toContain(signature.slice(2))
})

it('a permit for no account is refused and leaves no trace', async () => {
  const store = await newStore()
  const head = valueOf(await store.history.head())
  expect(failureOf(await store.readPermits.put('nobody', permit)).code).toBe('request.unknownAccount')
  expect(valueOf(await store.history.head())).toEqual(head)
})

it('nobody else writes its rows of the history', async () => {
  const store = await newStore()
  expect(() => store.history.append({ kind: 'permit.signed', body: {} })).toThrow('permit.signed')
})

it('a database of schema 2 becomes one of schema 3 with nothing lost', () => {
  const raw = new BetterSqlite(join(tempDir(), 'test.db'))
  migrate(raw, () => undefined, 2)
  raw.exec(
    `INSERT INTO accounts (id, name, venue, network, address, signer, path, settings, created_at)
     VALUES ('1', 'a', 'compass', 'mainnet', '0x', '0x', '', '{}', '')`,
  )
  migrate(raw, () => undefined, 3)
  expect(versionOf(raw)).toBe(3)
  expect(findSchemaFlaw(raw)).toBeNull()
  expect(raw.prepare('SELECT count(*) FROM accounts').pluck().get()).toBe(1)
  raw.close()
})
