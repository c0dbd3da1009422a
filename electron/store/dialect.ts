/**
 * Kysely's SQLite dialect with the transactions that several processes need. SQLite's plain BEGIN takes the write
 * lock at the first write; two processes that have both read by then cannot both go on, and one fails at once with
 * SQLITE_BUSY_SNAPSHOT whatever the time limit. BEGIN IMMEDIATE takes the lock first, so they queue.
 */
import type BetterSqlite from 'better-sqlite3'
import { CompiledQuery, SqliteDialect, SqliteDriver, type DatabaseConnection, type Driver } from 'kysely'

class ImmediateDriver extends SqliteDriver {
  readonly #raw: BetterSqlite.Database

  constructor(raw: BetterSqlite.Database) {
    super({ database: raw })
    this.#raw = raw
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
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
