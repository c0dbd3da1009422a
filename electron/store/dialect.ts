/**
 * Kysely's SQLite dialect with the transactions that several processes need. SQLite's plain BEGIN takes the write
 * lock at the first write; two processes that have both read by then cannot both go on, and one fails at once with
 * SQLITE_BUSY_SNAPSHOT whatever the time limit. BEGIN IMMEDIATE takes the lock first, so they queue.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type BetterSqlite from 'better-sqlite3'
import {
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely'
import { busyTimeoutMs, isBusy } from './failures.ts'

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

  /**
   * Waits for the write lock without stopping this process meanwhile, as SQLite's own waiting would: the lock may be
   * held by another connection of this very process, which then could never give it back.
   */
  override async beginTransaction(): Promise<void> {
    const deadline = performance.now() + busyTimeoutMs
    this.#raw.pragma('busy_timeout = 0')
    try {
      // Unevenly, so that none of those who wait looks only at moments when another has just been given the lock.
      while (!this.#tryBegin(performance.now() > deadline)) await wait(1 + Math.random() * 3)
    } finally {
      this.#raw.pragma(`busy_timeout = ${busyTimeoutMs}`)
    }
  }

  /** Whether the lock was to be had. Throws on the last try where it was not. */
  #tryBegin(lastTry: boolean): boolean {
    try {
      this.#begin.run()
      return true
    } catch (error) {
      if (lastTry || !isBusy(error)) throw error
      return false
    }
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
