/**
 * Kysely's SQLite dialect with the transactions that several processes need. SQLite's plain BEGIN takes the write
 * lock at the first write; two processes that have both read by then cannot both go on, and one fails at once with
 * SQLITE_BUSY_SNAPSHOT whatever the time limit. BEGIN IMMEDIATE takes the lock first, so they queue.
 */
import type BetterSqlite from 'better-sqlite3'
import {
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely'
import { untilFree } from './busy.ts'

/** More statements than the store has; a bound all the same, because lists of states make statements of their own. */
const maxStatements = 200

/** Compiles each statement once: Kysely asks for it again at every query, which costs more than running it. */
const withStatementCache = (raw: BetterSqlite.Database): SqliteDatabase => {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => void raw.close(),
    prepare: (sql) => {
      const known = statements.get(sql)
      if (known) return known
      if (statements.size >= maxStatements) statements.clear()
      const statement = raw.prepare(sql)
      statements.set(sql, statement)
      return statement
    },
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #raw: BetterSqlite.Database
  readonly #begin: BetterSqlite.Statement

  constructor(raw: BetterSqlite.Database) {
    super({ database: withStatementCache(raw) })
    this.#raw = raw
    this.#begin = raw.prepare('BEGIN IMMEDIATE')
  }

  override async beginTransaction(): Promise<void> {
    await untilFree(this.#raw, () => this.#begin.run())
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // After a full disk or an I/O error SQLite has rolled back already; a second one would hide the first error.
    if (this.#raw.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** Kysely over an open better-sqlite3 handle; every transaction is BEGIN IMMEDIATE, one at a time. */
export class ImmediateDialect extends SqliteDialect {
  readonly #raw: BetterSqlite.Database

  constructor(raw: BetterSqlite.Database) {
    super({ database: raw })
    this.#raw = raw
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#raw)
  }
}
