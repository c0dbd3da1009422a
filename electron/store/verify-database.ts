/** Verifies an open database: its identity, its schema with all triggers, its chain, and its tables against its history. */
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { HistoryRow } from '../../shared/history/chain.ts'
import { readVkey, type NoteKey } from '../../shared/history/note.ts'
import { createReplay } from '../../shared/history/replay.ts'
import { flaw, type HeadEntry, type LogFlaw } from '../../shared/history/verify-heads.ts'
import { verifyLog, type LogProof } from '../../shared/history/verify-log.ts'
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

const all = <Row>(raw: BetterSqlite.Database, sql: string): IterableIterator<Row> =>
  raw.prepare<[], Row>(sql).iterate()

const hasTable = (raw: BetterSqlite.Database, name: string): boolean =>
  raw.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined

function* rowsOf(raw: BetterSqlite.Database, watch: Watch): Generator<HistoryRow, void> {
  const last = raw.prepare<[], number>('SELECT max(seq) FROM history').pluck().get() ?? 0
  for (const stored of all<HistoryTable>(raw, 'SELECT * FROM history ORDER BY seq')) {
    watch.at(stored.seq, last)
    yield rowFrom(stored)
  }
}

/** The heads of a database. One that was made by an earlier version has none. */
function* headsOf(
  raw: BetterSqlite.Database,
  keys: readonly NoteKey[] | undefined,
): Generator<HeadEntry | string, void> {
  if (!hasTable(raw, 'heads')) return
  for (const row of all<HeadsTable>(raw, 'SELECT * FROM heads ORDER BY size')) {
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
  const native = nativeLogOptions({ ...options, keys })
  const found = verifyLog(rowsOf(raw, watch), headsOf(raw, options.keys), { ...native, replay })
  if (!found.ok) return ok(found)
  if (found.chainId !== stamp.value.chainId || found.mode !== stamp.value.mode)
    return ok(flaw(1, 'tables', 'it opens another history than the database is stamped with.'))
  return ok(tables.end(replay) ?? found)
}
