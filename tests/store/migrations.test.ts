import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listBackups } from '../../electron/store/backups.ts'
import { applicationId } from '../../electron/store/identity.ts'
import { latestVersion, migrate, versionOf } from '../../electron/store/migrations/index.ts'
import { openStore } from '../../electron/store/open-store.ts'
import { restoreDesk } from '../../electron/store/restore.ts'
import { findSchemaFlaw } from '../../electron/store/schema-check.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { bodyOf } from './body.ts'
import { failureOf, newStore, signedRequest, signer, tamper, tempDir, valueOf } from './support.ts'

let raw: BetterSqlite.Database

beforeEach(() => {
  raw = new BetterSqlite(join(tempDir(), 'test.db'))
})

afterEach(() => {
  raw.close()
})

const cutPower = (): never => {
  throw new Error('power cut')
}

const objects = (type: string): string[] =>
  raw
    .prepare<[string], string>(
      `SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    .pluck()
    .all(type)

describe('migration 001', () => {
  it('makes all tables, STRICT, and a trigger against each change of what must not change', () => {
    migrate(raw, () => undefined, 1)
    expect(versionOf(raw)).toBe(1)
    const tables = ['accounts', 'history', 'meta', 'requests', 'submissions', 'used_nonces']
    expect(objects('table')).toEqual(tables)
    const strict = raw.prepare<[], { name: string; strict: number }>('PRAGMA table_list').all()
    for (const table of tables) expect(strict.find(({ name }) => name === table)?.strict).toBe(1)
    const triggers = objects('trigger')
    for (const table of tables) {
      expect(triggers).toContain(`${table}_no_update`)
      expect(triggers).toContain(`${table}_no_delete`)
    }
    expect(findSchemaFlaw(raw)).toBeNull()
  })

  it('keeps every column as text, but for numbers that are counted here', () => {
    migrate(raw, () => undefined, 1)
    const columns = objects('table').flatMap((table) =>
      raw
        .prepare<[], { name: string; type: string }>(`PRAGMA table_info(${table})`)
        .all()
        .map(({ name, type }) => `${table}.${name} ${type}`),
    )
    expect(columns.filter((column) => !column.endsWith(' TEXT'))).toEqual([
      'history.seq INTEGER',
      'meta.id INTEGER',
      'submissions.http_status INTEGER',
      'used_nonces.nonce INTEGER',
    ])
  })
})

describe('migrating', () => {
  it('leaves nothing of a step that failed, and does it whole the next time', () => {
    expect(() => migrate(raw, cutPower)).toThrow('power cut')
    expect([versionOf(raw), objects('table')]).toEqual([0, []])
    migrate(raw, () => undefined)
    expect(versionOf(raw)).toBe(latestVersion)
  })

  it('does nothing to a database of the latest version', () => {
    migrate(raw, () => undefined)
    expect(() => migrate(raw, cutPower)).not.toThrow()
  })
})

describe('the schema of a database', () => {
  it.each([
    ['DROP TRIGGER history_no_update', 'trigger "history_no_update" is missing'],
    ['DROP INDEX requests_by_nonce', 'index "requests_by_nonce" is missing'],
    ['ALTER TABLE accounts ADD COLUMN note TEXT', 'table "accounts" was changed'],
    ['CREATE TRIGGER mine AFTER INSERT ON history BEGIN SELECT 1; END', 'trigger "mine" is not Countersign'],
    ['CREATE VIEW v AS SELECT 1', 'view "v" is not Countersign'],
    [
      `DROP TRIGGER history_no_delete;
       CREATE TRIGGER history_no_delete BEFORE DELETE ON history BEGIN SELECT 1; END`,
      'trigger "history_no_delete" was changed',
    ],
  ])('after %s is not ours', (sql, flaw) => {
    migrate(raw, () => undefined)
    raw.exec(sql)
    expect(findSchemaFlaw(raw)).toContain(flaw)
  })

  it('is ours as long as only SQLite added its statistics', async () => {
    const store = await newStore()
    const other = new BetterSqlite(store.path)
    other.exec('ANALYZE')
    expect(findSchemaFlaw(other)).toBeNull()
    other.close()
  })
})

/**
 * Makes a database of an earlier version by that version's own migrations, with what a desk wrote. A migration that
 * changes a table of an earlier version needs the rows of that table here as they were.
 */
async function filled(
  version: number,
  path: string,
): Promise<{ readonly head: string; readonly id: string; readonly body: string }> {
  const store = await newStore()
  const request = await signedRequest(store)
  const body = bodyOf(request)
  valueOf(await store.submissions.begin(request.id, body))
  const head = valueOf(await store.history.head())
  const old = new BetterSqlite(path)
  migrate(old, () => undefined, version)
  old.pragma(`application_id = ${applicationId}`)
  old.exec(`ATTACH '${store.path}' AS new`)
  const tables = old
    .prepare<[], string>(`SELECT name FROM main.sqlite_schema WHERE type = 'table'`)
    .pluck()
    .all()
  // Of its heads the newest: rows come at once here, and a head is of all rows that there are.
  const newest = 'WHERE size = (SELECT max(size) FROM new.heads)'
  for (const table of tables)
    old.exec(`INSERT INTO main."${table}" SELECT * FROM new."${table}" ${table === 'heads' ? newest : ''}`)
  old.exec('DETACH new')
  old.exec(
    `INSERT INTO used_nonces VALUES ('${signer}', 'testnet', ${newestNonce}, 'desk', '2026-11-20T10:00:00.000Z')`,
  )
  old.pragma('journal_mode = WAL')
  old.close()
  return { head: head.hash, id: request.id, body }
}

/** Higher than any nonce of a sample request. */
const newestNonce = 1_799_000_000_000

const earlier = Array.from({ length: latestVersion - 1 }, (_, n) => n + 1)

describe.each(earlier)('a database of version %i', (version) => {
  it('is backed up, then migrated, and loses nothing', async () => {
    const dir = tempDir()
    const path = join(dir, 'countersign.db')
    const { head, id, body } = await filled(version, path)
    const store = await newStore(dir)
    // A file of this age says that it was found without what lay beside it, in a row after those that it had.
    const added = version < 7 ? 0 : 1
    const rows = valueOf(await store.history.list({ limit: 1000 }))
    expect(rows[added]?.hash).toBe(head)
    expect(valueOf(await verifyHistoryFile(path)).head).toBe(rows[0]?.hash)
    expect(valueOf(await store.requests.get(id)).state).toBe('sending')
    expect(valueOf(await store.submissions.get(id))?.body).toBe(body)
    expect(valueOf(await store.nonces.allocate(signer, 'testnet', 0))).toBe(newestNonce + 1)

    const [backup, ...more] = valueOf(listBackups(path))
    expect([backup?.reason, more]).toEqual(['migration', []])
    const before = new BetterSqlite(backup?.path ?? '', { readonly: true })
    expect(versionOf(before)).toBe(version)
    before.close()
  })

  it('can be verified and restored as it is', async () => {
    const path = join(tempDir(), 'old.db')
    const { head, id } = await filled(version, path)
    const bytes = readFileSync(path)
    expect(valueOf(await verifyHistoryFile(path)).head).toBe(head)
    expect(readFileSync(path).equals(bytes)).toBe(true)
    const dir = tempDir()
    valueOf(await restoreDesk(path, dir, 'practice', Date.now()))
    expect(valueOf(await (await newStore(dir)).requests.get(id)).state).toBe('sending')
  })

  it('knows the numbers of the markets that its requests used', async () => {
    const dir = tempDir()
    const { id } = await filled(version, join(dir, 'countersign.db'))
    const store = await newStore(dir)
    const { prepared, venue, network } = valueOf(await store.requests.get(id))
    const { symbol, id: number } = prepared['market'] as { readonly symbol: string; readonly id: number }
    expect(Number.isSafeInteger(number)).toBe(true)
    expect(valueOf(await store.marketNumbers.list(venue, network))).toEqual([{ symbol, number }])
  })

  it('is left as it is where it cannot be backed up', async () => {
    const dir = tempDir()
    const path = join(dir, 'countersign.db')
    await filled(version, path)
    writeFileSync(join(dir, 'backups'), 'a file where the folder belongs')
    expect(failureOf(await openStore({ dir, mode: 'practice' })).code).toBe('store.unusable')
    const left = new BetterSqlite(path, { readonly: true })
    expect(versionOf(left)).toBe(version)
    left.close()
  })

  it('is copied and migrated even where its history was tampered with, and then still does not verify', async () => {
    const dir = tempDir()
    const path = join(dir, 'countersign.db')
    await filled(version, path)
    tamper(path, `UPDATE history SET body = '{}' WHERE seq = 2`)
    await newStore(dir)
    expect(valueOf(listBackups(path))).toHaveLength(1)
    expect(failureOf(await verifyHistoryFile(path)).code).toBe('history.broken')
  })
})
