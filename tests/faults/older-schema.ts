/** Brings a database back to an older schema with all that it holds, as an older Countersign would have left it. */
import { renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { applicationId } from '../../electron/store/identity.ts'
import { migrate } from '../../electron/store/migrations/index.ts'
import { newestHeadName } from '../../electron/store/newest-head.ts'
import { verifiedName } from '../../electron/store/verified-mark.ts'

const columnsOf = (raw: BetterSqlite.Database, schema: string, table: string): readonly string[] =>
  raw.prepare<[string, string], string>('SELECT name FROM pragma_table_info(?, ?)').pluck().all(table, schema)

/** Writes the rows of `path` into a database of `version` and puts that in its place. */
export function toOlderSchema(path: string, version: number): void {
  const older = `${path}.older`
  const raw = new BetterSqlite(older)
  raw.pragma(`application_id = ${applicationId}`)
  migrate(raw, () => undefined, version)
  raw.prepare('ATTACH ? AS newer').run(path)
  raw.pragma('foreign_keys = OFF')
  // Triggers ask for one row after the other in the order of a life; here it is table by table.
  const triggers = raw
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'`,
    )
    .all()
  for (const { name } of triggers) raw.exec(`DROP TRIGGER main.${name}`)
  const tables = raw
    .prepare<[], string>(
      `SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    )
    .pluck()
    .all()
  for (const table of tables) {
    const known = columnsOf(raw, 'newer', table)
    const columns = columnsOf(raw, 'main', table).filter((column) => known.includes(column))
    if (columns.length === 0) continue
    const order = table === 'history' ? ' ORDER BY seq' : ''
    const list = columns.join(', ')
    raw.exec(`INSERT INTO main.${table} (${list}) SELECT ${list} FROM newer.${table}${order}`)
  }
  raw.exec('DETACH newer')
  for (const { sql } of triggers) raw.exec(sql)
  raw.close()
  for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
  // What an older Countersign kept beside its database: none of these.
  for (const name of [newestHeadName, verifiedName]) rmSync(join(dirname(path), name), { force: true })
  renameSync(older, path)
}
