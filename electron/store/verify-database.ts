/** Verifies an open database: its identity, its schema with all triggers, its chain, and its tables against its history. */
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { canonicalJson, type JsonObject } from '../../shared/history/canonical-json.ts'
import type { HistoryRow } from '../../shared/history/chain.ts'
import { readVkey, type NoteKey } from '../../shared/history/note.ts'
import { createReplay, type Replay, type Trace } from '../../shared/history/replay.ts'
import { flaw, type HeadEntry, type LogFlaw } from '../../shared/history/verify-heads.ts'
import { verifyLog, type LogProof } from '../../shared/history/verify-log.ts'
import type { Json } from '../../shared/strict-json.ts'
import { fieldsOf as accountFields } from './accounts.ts'
import { fieldsOf as keyFields } from './api-keys.ts'
import { approvalFrom } from './approvals.ts'
import { headFrom } from './heads.ts'
import { rowFrom } from './history.ts'
import { identify } from './identity.ts'
import { fieldsOf as requestFields } from './requests.ts'
import { findSchemaFlaw } from './schema-check.ts'
import type {
  AccountsTable,
  ApiKeysTable,
  ApprovalsTable,
  HeadsTable,
  HistoryTable,
  RequestsTable,
  SubmissionsTable,
} from './schema.ts'
import { submissionFrom } from './submissions.ts'
import type { FileOptions } from './verify-file.ts'
import { nativeLogOptions } from './verify-native.ts'

const differs = (row: number, detail: string): LogFlaw => flaw(row, 'tables', detail)

/** A value as its column holds it: objects as canonical text. */
const asColumn = (value: Json | undefined): Json => {
  if (typeof value !== 'object' || value === null) return value ?? null
  const text = canonicalJson(value)
  return text.ok ? text.value : null
}

/** Holds table rows against their traces. Each row found is ticked off; what is left over was deleted. */
function compare(traces: Replay['requests'], what: string) {
  const left = new Map(traces)
  return {
    row(id: string, actual: JsonObject): LogFlaw | null {
      const trace = left.get(id)
      if (!trace) return differs(1, `the ${what} ${id} is in no row of the history.`)
      left.delete(id)
      const names = new Set([...trace.fields.keys(), ...Object.keys(actual)])
      for (const name of names) {
        if (asColumn(trace.fields.get(name)) === (actual[name] ?? null)) continue
        return differs(trace.row, `the ${what} ${id} is not what its history says: its "${name}" differs.`)
      }
      return null
    },
    end(): LogFlaw | null {
      const [missing] = left as Iterable<[string, Trace]>
      return missing ? differs(missing[1].row, `the ${what} ${missing[0]} is not in the database.`) : null
    },
  }
}

const all = <Row>(raw: BetterSqlite.Database, sql: string): IterableIterator<Row> =>
  raw.prepare<[], Row>(sql).iterate()

function checkAccounts(raw: BetterSqlite.Database, replay: Replay): LogFlaw | null {
  const comparison = compare(replay.accounts, 'account')
  for (const row of all<AccountsTable>(raw, 'SELECT * FROM accounts')) {
    const same = comparison.row(row.id, accountFields(row))
    if (same !== null) return same
  }
  return comparison.end()
}

const hasTable = (raw: BetterSqlite.Database, name: string): boolean =>
  raw.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined

function checkKeys(raw: BetterSqlite.Database, replay: Replay): LogFlaw | null {
  // A database of an earlier version has none; its schema was held against that version already.
  if (!hasTable(raw, 'api_keys')) return null
  const comparison = compare(replay.keys, 'API key')
  for (const row of all<ApiKeysTable>(raw, 'SELECT * FROM api_keys')) {
    const same = comparison.row(row.id, keyFields(row))
    if (same !== null) return same
  }
  return comparison.end()
}

function checkRequests(raw: BetterSqlite.Database, replay: Replay): LogFlaw | null {
  const comparison = compare(replay.requests, 'request')
  const submissionOf = raw.prepare<[string], SubmissionsTable>(
    'SELECT * FROM submissions WHERE request_id = ?',
  )
  const approvalOf = raw.prepare<[string], ApprovalsTable>('SELECT * FROM approvals WHERE request_id = ?')
  for (const row of raw.prepare<[], RequestsTable>('SELECT * FROM requests').all()) {
    const submission = submissionOf.get(row.id)
    const { requestId: _, ...sent } = submission ? submissionFrom(submission) : { requestId: null }
    const sentFields = Object.entries(sent).map(([name, value]) => [`submission.${name}`, value] as const)
    const approval = approvalOf.get(row.id)
    const approved = approval ? Object.entries(approvalFrom(approval)) : []
    const approvalFields = approved.map(([name, value]) => [`approval.${name}`, value] as const)
    const same = comparison.row(row.id, {
      ...requestFields(row),
      ...Object.fromEntries([...sentFields, ...approvalFields]),
    })
    if (same !== null) return same
  }
  const strays = raw.prepare<[], number>(
    'SELECT count(*) FROM submissions WHERE request_id NOT IN (SELECT id FROM requests)',
  )
  if (strays.pluck().get() !== 0) return differs(1, 'a submission belongs to no request.')
  return comparison.end()
}

function* rowsOf(raw: BetterSqlite.Database): Generator<HistoryRow, void> {
  for (const stored of all<HistoryTable>(raw, 'SELECT * FROM history ORDER BY seq')) yield rowFrom(stored)
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
): Result<LogProof | LogFlaw> {
  raw.exec('BEGIN')
  const stamp = identify(raw, path)
  if (!stamp.ok) return stamp
  if (!stamp.value) return ok(flaw(1, 'delete', 'the database is empty.'))
  const check = raw.pragma('integrity_check(1)', { simple: true })
  if (check !== 'ok') return fail('store.unusable', { path, detail: `the file is damaged: ${String(check)}` })
  const schema = findSchemaFlaw(raw)
  if (schema !== null) return ok(flaw(1, 'schema', `the database no longer protects it: ${schema}`))
  const replay = createReplay()
  const keys = options.keys ?? keysOf(raw)
  const native = nativeLogOptions({ ...options, keys })
  const found = verifyLog(rowsOf(raw), headsOf(raw, options.keys), { ...native, replay })
  if (!found.ok) return ok(found)
  if (found.chainId !== stamp.value.chainId || found.mode !== stamp.value.mode)
    return ok(flaw(1, 'tables', 'it opens another history than the database is stamped with.'))
  return ok(checkAccounts(raw, replay) ?? checkKeys(raw, replay) ?? checkRequests(raw, replay) ?? found)
}
