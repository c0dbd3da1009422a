import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { latestVersion, migrate, versionOf } from '../../electron/store/migrations/index.ts'
import { findSchemaFlaw } from '../../electron/store/schema-check.ts'
import { newStore, tempDir } from './support.ts'

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
