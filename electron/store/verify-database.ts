/** Verifies an open database: its identity, its schema with all triggers, its chain, and its tables against its history. */
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { HistoryRow } from '../../shared/history/chain.ts'
import { readVkey, type NoteKey } from '../../shared/history/note.ts'
import { isCopyKind } from '../../shared/copies.ts'
import { createReplay } from '../../shared/history/replay.ts'
import { flaw, type HeadEntry, type LogFlaw } from '../../shared/history/verify-heads.ts'
import { verifyLog, type LogProof, type VerifiedLog } from '../../shared/history/verify-log.ts'
import { unwatched, type Watch } from '../work/watch.ts'
import { nativeSha256 } from './hashing.ts'
import { headFrom } from './heads.ts'
import { rowFrom } from './history.ts'
import { identify } from './identity.ts'
import { findSchemaFlaw } from './schema-check.ts'
import type { HeadsTable, HistoryTable } from './schema.ts'
import type { FileOptions } from './verify-file.ts'
import { nativeLogOptions } from './verify-native.ts'
import { createTableCheck } from './verify-tables.ts'

const hasTable = (raw: BetterSqlite.Database, name: string): boolean =>
  raw.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined

function* rowsOf(raw: BetterSqlite.Database, watch: Watch, after = 0): Generator<HistoryRow, void> {
  const last = raw.prepare<[], number>('SELECT max(seq) FROM history').pluck().get() ?? 0
  const rows = raw.prepare<[number], HistoryTable>('SELECT * FROM history WHERE seq > ? ORDER BY seq')
  for (const stored of rows.iterate(after)) {
    watch.at(stored.seq - after, last - after)
    yield rowFrom(stored)
  }
}

/** The heads of a database. One that was made by an earlier version has none. */
function* headsOf(
  raw: BetterSqlite.Database,
  keys: readonly NoteKey[] | undefined,
  after = 0,
): Generator<HeadEntry | string, void> {
  if (!hasTable(raw, 'heads')) return
  const rows = raw.prepare<[number], HeadsTable>('SELECT * FROM heads WHERE size > ? ORDER BY size')
  for (const row of rows.iterate(after)) {
    const head = headFrom(row)
    const own = readVkey(row.key)
    if (!head.ok || own === null) yield 'its columns contradict each other.'
    else yield { note: row.note, ledger: head.value.ledger, keys: keys ?? [own] }
  }
}

/** The keys that a head from elsewhere may be signed by: those that are known, else those that signed a head here. */
function keysOf(raw: BetterSqlite.Database): readonly NoteKey[] {
  if (!hasTable(raw, 'heads')) return []
  const lines = raw.prepare<[], string>('SELECT DISTINCT key FROM heads').pluck().all()
  return lines.map(readVkey).filter((key) => key !== null)
}

/**
 * Verifies a database in one read transaction. Fails with `store.newer`, or `store.unusable` where it is damaged or not
 * ours; throws what SQLite throws.
 */
export function verifyDatabase(
  raw: BetterSqlite.Database,
  path: string,
  options: FileOptions,
  watch: Watch = unwatched,
  verified?: (log: VerifiedLog) => void,
): Result<LogProof | LogFlaw> {
  raw.exec('BEGIN')
  const stamp = identify(raw, path)
  if (!stamp.ok) return stamp
  if (!stamp.value) return ok(flaw(1, 'delete', 'the database is empty.'))
  const check = raw.pragma('integrity_check(1)', { simple: true })
  if (check !== 'ok') return fail('store.unusable', { path, detail: `the file is damaged: ${String(check)}` })
  const schema = findSchemaFlaw(raw)
  if (schema !== null) return ok(flaw(1, 'schema', `the database no longer protects it: ${schema}`))
  const tables = createTableCheck(raw)
  const replay = createReplay({ sha256: nativeSha256, over: tables.over })
  const keys = options.keys ?? keysOf(raw)
  const native = { ...nativeLogOptions({ ...options, keys }), ...(verified ? { verified } : {}) }
  const found = verifyLog(rowsOf(raw, watch), headsOf(raw, options.keys), { ...native, replay })
  if (!found.ok) return ok(found)
  if (found.chainId !== stamp.value.chainId || found.mode !== stamp.value.mode)
    return ok(flaw(1, 'tables', 'it opens another history than the database is stamped with.'))
  return ok(tables.end(replay, false) ?? found)
}

/** The rows without which those after the first `count` cannot be understood: of the same requests, and of none. */
function* contextOf(raw: BetterSqlite.Database, count: number): Generator<HistoryRow, void> {
  const rows = raw.prepare<[number, number], HistoryTable>(
    `SELECT * FROM history WHERE seq <= ? AND (request_id IS NULL OR request_id IN
       (SELECT request_id FROM history WHERE seq > ? AND request_id IS NOT NULL)) ORDER BY seq`,
  )
  for (const stored of rows.iterate(count, count)) yield rowFrom(stored)
}

/** Whether a new row tells of all requests at once, so that no part of them is enough. */
const tellsOfAll = (raw: BetterSqlite.Database, count: number): boolean =>
  raw
    .prepare<[number], string>('SELECT DISTINCT kind FROM history WHERE seq > ?')
    .pluck()
    .all(count)
    .some(isCopyKind)

/** What is known after rows were verified: the proof of all, and what a later verifying goes on from. */
export interface Verified {
  readonly proof: LogProof
  readonly log: VerifiedLog
}

/**
 * Verifies what was added to a database since a part of it was verified. Null where only the whole can be verified: it is
 * another history, it is shorter, or its newest verified row is another one.
 */
export function verifyAdded(
  raw: BetterSqlite.Database,
  path: string,
  log: VerifiedLog,
  watch: Watch = unwatched,
): Result<Verified | LogFlaw> | null {
  raw.exec('BEGIN')
  const stamp = identify(raw, path)
  if (!stamp.ok) return stamp
  const head = raw.prepare<[number], string>('SELECT hash FROM history WHERE seq = ?').pluck().get(log.count)
  if (stamp.value?.chainId !== log.chainId || head !== log.head || tellsOfAll(raw, log.count)) return null
  const schema = findSchemaFlaw(raw)
  if (schema !== null) return ok(flaw(1, 'schema', `the database no longer protects it: ${schema}`))
  const tables = createTableCheck(raw)
  const replay = createReplay({ sha256: nativeSha256, over: tables.over, isPartial: true })
  let verified: VerifiedLog = log
  const found = verifyLog(rowsOf(raw, watch, log.count), headsOf(raw, undefined, log.headAt), {
    ...nativeLogOptions({ keys: keysOf(raw) }),
    replay,
    since: { log, context: contextOf(raw, log.count) },
    verified: (now) => (verified = now),
  })
  if (!found.ok) return ok(found)
  return ok(tables.end(replay, true) ?? { proof: found, log: verified })
}
