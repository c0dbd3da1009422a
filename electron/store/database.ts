/**
 * The one door to SQLite. It opens a database only when it is whole, ours, of the asked mode and not newer than this
 * program, and every write through it is one durable transaction.
 */
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { Kysely, type Transaction } from 'kysely'
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Failure, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import {
  historyFormat,
  nextRow,
  openedKind,
  type HistoryMode,
  type HistoryRow,
} from '../../shared/history/chain.ts'
import { toHex } from '../../shared/hex.ts'
import { untilFree } from './busy.ts'
import { ImmediateDialect } from './dialect.ts'
import { busyTimeoutMs, storeFailure } from './failures.ts'
import { ensurePrivateFile, makePrivateDir } from './files.ts'
import { applicationId, checkMode, identify, readStamp, type Stamp } from './identity.ts'
import { checkNotLost, withOffer } from './recovery.ts'
import { latestVersion, migrate, versionOf } from './migrations/index.ts'
import { findSchemaFlaw } from './schema-check.ts'
import type { Schema } from './schema.ts'

/** Where a transaction's queries go. */
export type Tx = Transaction<Schema>

/** An open database. */
export interface Database extends Stamp {
  readonly path: string
  readonly raw: BetterSqlite.Database
  /** The time of this machine, ISO 8601 in UTC with milliseconds. */
  at(): string
  /**
   * Runs queries in one BEGIN IMMEDIATE transaction; a failure undoes all of them. `maybeSent` is the id of a request
   * that may have left, so that what SQLite reports is never told as "not sent".
   */
  write<T>(work: (tx: Tx) => Promise<Result<T>>, maybeSent?: string): Promise<Result<T>>
  /** Runs synchronous reads on one moment of the database, in its turn behind the transactions of this process. */
  snapshot<T>(work: (raw: BetterSqlite.Database) => Result<T>): Promise<Result<T>>
  /** Runs queries; what SQLite reports becomes a failure. */
  read<T>(work: (db: Kysely<Schema>) => Promise<Result<T>>): Promise<Result<T>>
  close(): Promise<void>
}

/** Loads better-sqlite3 at first use: its native part must not be needed to show a help text. */
export const loadSqlite = async (): Promise<typeof BetterSqlite> => (await import('better-sqlite3')).default

/** Carries a failure out of a transaction, so that Kysely rolls it back. */
class Undo extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

/** Makes a new database that of a history by its first row. `body` is the row's own, read. */
export function stampAs(raw: BetterSqlite.Database, row: HistoryRow, { mode, chainId }: JsonObject): void {
  raw.pragma(`application_id = ${applicationId}`)
  raw
    .prepare('INSERT INTO meta (id, mode, chain_id, created_at) VALUES (1, ?, ?, ?)')
    .run(mode, chainId, row.at)
  raw
    .prepare(
      'INSERT INTO history (seq, at, kind, request_id, body, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(row.seq, row.at, row.kind, row.requestId, row.body, row.prevHash, row.hash)
}

/** Row 1 says whose history this is; every other row hangs on it. */
const stampNew = (raw: BetterSqlite.Database, mode: HistoryMode, at: string): void => {
  const chainId = toHex(randomBytes(32))
  const body = `{"chainId":"${chainId}","format":"${historyFormat}","mode":"${mode}"}`
  stampAs(raw, nextRow(null, { at, kind: openedKind, requestId: null, body }), { mode, chainId })
}

const settings = [
  // better-sqlite3 is built with NORMAL for WAL, which may lose the newest transactions in a power cut.
  'synchronous = FULL',
  'fullfsync = ON',
  'checkpoint_fullfsync = ON',
  'foreign_keys = ON',
  'recursive_triggers = ON',
  'trusted_schema = OFF',
]

/** Runs before a database of an older version is migrated; a failure leaves it as it is. */
export type BeforeMigration = (raw: BetterSqlite.Database) => Promise<Result<unknown>>

/** Looks at a database that is ours and of the asked mode before anything is done with it; a failure refuses it. */
export type BeforeUse = (raw: BetterSqlite.Database, stamp: Stamp) => Result<null>

/** What is asked before a database is used. */
export interface Checks {
  readonly beforeUse?: BeforeUse
  readonly beforeMigration?: BeforeMigration
}

interface Opening extends Checks {
  readonly path: string
  readonly mode: HistoryMode
  readonly at: string
}

/** Proves that a database is ours, of the asked mode, not newer than this program, and whole. */
function inspect(raw: BetterSqlite.Database, { path, mode, beforeUse }: Opening): Result<null> {
  const found = identify(raw, path)
  if (!found.ok) return found
  if (found.value) {
    const right = checkMode(found.value, mode, path)
    if (!right.ok) return right
    const usable = beforeUse?.(raw, found.value) ?? ok(null)
    if (!usable.ok) return usable
  }
  const check = raw.pragma('quick_check(1)', { simple: true })
  return check === 'ok'
    ? ok(null)
    : fail('store.unusable', { path, detail: `the file is damaged: ${String(check)}` })
}

async function prepare(raw: BetterSqlite.Database, opening: Opening): Promise<Result<Stamp>> {
  const { path, mode, at, beforeMigration } = opening
  const right = inspect(raw, opening)
  if (!right.ok) return right
  const version = versionOf(raw)
  if (beforeMigration && version > 0 && version < latestVersion) {
    const safe = await beforeMigration(raw)
    if (!safe.ok) return safe
  }
  // Two processes that make the database at once both want it for themselves alone here.
  const journal = await untilFree(raw, () => raw.pragma('journal_mode = WAL', { simple: true }))
  if (journal !== 'wal') {
    return fail('store.unusable', { path, detail: 'this disk does not support write-ahead logs.' })
  }
  for (const setting of settings) raw.pragma(setting)
  migrate(raw, () => stampNew(raw, mode, at))
  const flaw = findSchemaFlaw(raw)
  if (flaw !== null) return fail('store.unusable', { path, detail: flaw })
  // Read again: another process may have made the database in the meantime, for the other mode.
  const stamp = readStamp(raw)
  if (!stamp) return fail('store.unusable', { path, detail: 'it does not say what it holds.' })
  return checkMode(stamp, mode, path)
}

const wrap = (raw: BetterSqlite.Database, stamp: Stamp, path: string, now: () => number): Database => {
  const db = new Kysely<Schema>({ dialect: new ImmediateDialect(raw) })
  const attempt = async <T>(work: () => Promise<Result<T>>, maybeSent?: string): Promise<Result<T>> => {
    try {
      return await work()
    } catch (error) {
      return { ok: false, error: storeFailure(error, path, maybeSent) }
    }
  }
  return {
    ...stamp,
    path,
    raw,
    at: () => new Date(now()).toISOString(),
    read: (work) => attempt(() => work(db)),
    snapshot: (work) =>
      attempt(() => db.connection().execute(async () => raw.transaction(() => work(raw)).deferred())),
    write: <T>(work: (tx: Tx) => Promise<Result<T>>, maybeSent?: string) =>
      attempt(async () => {
        try {
          return await db.transaction().execute(async (tx) => {
            const result = await work(tx)
            if (!result.ok) throw new Undo(result.error)
            return result
          })
        } catch (error) {
          if (!(error instanceof Undo)) throw error
          const claimsNotSent = maybeSent !== undefined && error.failure.code === 'input.badField'
          return claimsNotSent
            ? fail('store.notRecorded', { request: maybeSent, path, detail: error.failure.message })
            : { ok: false, error: error.failure }
        }
      }, maybeSent),
    // Waits its turn behind what is under way.
    close: async () => {
      if (raw.open) await db.connection().execute(async () => void raw.close())
    },
  }
}

/**
 * Opens, and where needed makes or migrates, the database at `path`; the checks may refuse it. Fails with
 * `store.unusable`, `store.lost`, `store.busy`, `store.newer` or `store.practiceMixed`; a database that is refused is left
 * as it was.
 */
export async function openDatabase(
  path: string,
  mode: HistoryMode,
  now: () => number,
  checks: Checks = {},
): Promise<Result<Database>> {
  const Sqlite = await loadSqlite()
  let raw: BetterSqlite.Database | null = null
  try {
    const notLost = await checkNotLost(path)
    if (!notLost.ok) return notLost
    makePrivateDir(dirname(path))
    ensurePrivateFile(path)
    raw = new Sqlite(path, { timeout: busyTimeoutMs, fileMustExist: true })
    const at = new Date(now()).toISOString()
    const stamp = await prepare(raw, { path, mode, at, ...checks })
    if (stamp.ok) return ok(wrap(raw, stamp.value, path, now))
    raw.close()
    return { ok: false, error: withOffer(stamp.error, path) }
  } catch (error) {
    raw?.close()
    return { ok: false, error: withOffer(storeFailure(error, path), path) }
  }
}
