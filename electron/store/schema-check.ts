/**
 * Holds a database's tables, indexes and triggers against what the migrations make: a trigger that somebody dropped
 * no longer protects the history.
 */
import type BetterSqlite from 'better-sqlite3'
import { migrate, versionOf } from './migrations/index.ts'

/** What sqlite_schema says about each object, apart from where it is stored. SQLite's own tables are left out. */
const schemaOf = (raw: BetterSqlite.Database): Map<string, string> => {
  const rows = raw
    .prepare<[], { type: string; name: string; tbl_name: string; sql: string | null }>(
      `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'`,
    )
    .all()
  return new Map(rows.map((row) => [`${row.type} "${row.name}"`, `${row.tbl_name}\n${row.sql ?? ''}`]))
}

/** What is not as the migrations up to this database's version made it, in words; null when all is. */
export function findSchemaFlaw(raw: BetterSqlite.Database): string | null {
  const actual = schemaOf(raw)
  // The library is loaded lazily, so its class comes with the open handle.
  const model = new (raw.constructor as typeof BetterSqlite)(':memory:')
  try {
    migrate(model, () => undefined, versionOf(raw))
    const expected = schemaOf(model)
    for (const [name, sql] of expected) {
      const found = actual.get(name)
      if (found === undefined) return `its ${name} is missing.`
      if (found !== sql) return `its ${name} was changed.`
    }
    const added = [...actual.keys()].find((name) => !expected.has(name))
    return added === undefined ? null : `its ${added} is not Countersign's.`
  } finally {
    model.close()
  }
}
