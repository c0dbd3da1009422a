/** What a database says it is, read before anything is written to it: ours or not, how new, practice or real. */
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import type { Hex } from '../../shared/hex.ts'
import { latestVersion, versionOf } from './migrations/index.ts'

/** SQLite's `application_id` of our databases: "CSGN". */
export const applicationId = 0x4353474e

/** The mode and the name of a history, as its database is stamped. */
export interface Stamp {
  readonly mode: HistoryMode
  readonly chainId: Hex
}

/** The stamp of a database that has one. */
export const readStamp = (raw: BetterSqlite.Database): Stamp | undefined =>
  raw.prepare<[], Stamp>('SELECT mode, chain_id AS chainId FROM meta').get()

function identifyAtOnce(raw: BetterSqlite.Database, path: string): Result<Stamp | null> {
  const found = versionOf(raw)
  const id = raw.pragma('application_id', { simple: true })
  const tables = raw.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (id === 0 && found === 0 && tables === 0) return ok(null)
  if (id !== applicationId) {
    return fail('store.unusable', { path, detail: 'it is the database of another program.' })
  }
  if (found > latestVersion) return fail('store.newer', { path, found, known: latestVersion })
  const stamp = readStamp(raw)
  return stamp ? ok(stamp) : fail('store.unusable', { path, detail: 'it does not say what it holds.' })
}

/**
 * Whose database this is: a stamp, or null when it is new and empty. All of it is read in one transaction, because
 * another process may make the database between two reads. Fails with `store.newer`, or with `store.unusable` when it is
 * another program's.
 */
export const identify = (raw: BetterSqlite.Database, path: string): Result<Stamp | null> =>
  raw.transaction(() => identifyAtOnce(raw, path)).deferred()

/** Refuses with `store.practiceMixed` a stamp of the other mode. */
export const checkMode = (stamp: Stamp, asked: HistoryMode, path: string): Result<Stamp> =>
  stamp.mode === asked ? ok(stamp) : fail('store.practiceMixed', { path, found: stamp.mode, asked })
