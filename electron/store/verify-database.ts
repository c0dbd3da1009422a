/** Verifies an open database: its identity, its schema with all triggers, its chain, and its tables against its history. */
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { canonicalJson, type JsonObject } from '../../shared/history/canonical-json.ts'
import { createReplay, type Replay, type Trace } from '../../shared/history/replay.ts'
import { createVerifier, type HistoryProof, type VerifyOptions } from '../../shared/history/verify.ts'
import type { Json } from '../../shared/strict-json.ts'
import { fieldsOf as accountFields } from './accounts.ts'
import { fieldsOf as keyFields } from './api-keys.ts'
import { approvalFrom } from './approvals.ts'
import { nativeSha256, rowFrom } from './history.ts'
import { identify, type Stamp } from './identity.ts'
import { fieldsOf as requestFields } from './requests.ts'
import { findSchemaFlaw } from './schema-check.ts'
import type {
  AccountsTable,
  ApiKeysTable,
  ApprovalsTable,
  HistoryTable,
  RequestsTable,
  SubmissionsTable,
} from './schema.ts'
import { submissionFrom } from './submissions.ts'

const broken = (row: number, detail: string): Result<never> => fail('history.broken', { row, detail })

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
    row(id: string, actual: JsonObject): Result<null> {
      const trace = left.get(id)
      if (!trace) return broken(1, `the ${what} ${id} is in no row of the history.`)
      left.delete(id)
      const names = new Set([...trace.fields.keys(), ...Object.keys(actual)])
      for (const name of names) {
        if (asColumn(trace.fields.get(name)) === (actual[name] ?? null)) continue
        return broken(trace.row, `the ${what} ${id} is not what its history says: its "${name}" differs.`)
      }
      return ok(null)
    },
    end(): Result<null> {
      const [missing] = left as Iterable<[string, Trace]>
      return missing ? broken(missing[1].row, `the ${what} ${missing[0]} is not in the database.`) : ok(null)
    },
  }
}

const all = <Row>(raw: BetterSqlite.Database, sql: string): IterableIterator<Row> =>
  raw.prepare<[], Row>(sql).iterate()

function checkAccounts(raw: BetterSqlite.Database, replay: Replay): Result<null> {
  const comparison = compare(replay.accounts, 'account')
  for (const row of all<AccountsTable>(raw, 'SELECT * FROM accounts')) {
    const same = comparison.row(row.id, accountFields(row))
    if (!same.ok) return same
  }
  return comparison.end()
}

function checkKeys(raw: BetterSqlite.Database, replay: Replay): Result<null> {
  // A database of an earlier version has none; its schema was held against that version already.
  if (!raw.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'api_keys'`).get()) return ok(null)
  const comparison = compare(replay.keys, 'API key')
  for (const row of all<ApiKeysTable>(raw, 'SELECT * FROM api_keys')) {
    const same = comparison.row(row.id, keyFields(row))
    if (!same.ok) return same
  }
  return comparison.end()
}

function checkRequests(raw: BetterSqlite.Database, replay: Replay): Result<null> {
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
    if (!same.ok) return same
  }
  const strays = raw.prepare<[], number>(
    'SELECT count(*) FROM submissions WHERE request_id NOT IN (SELECT id FROM requests)',
  )
  if (strays.pluck().get() !== 0) return broken(1, 'a submission belongs to no request.')
  return comparison.end()
}

function checkChain(
  raw: BetterSqlite.Database,
  stamp: Stamp,
  replay: Replay,
  options: VerifyOptions,
): Result<HistoryProof> {
  const verifier = createVerifier({ sha256: nativeSha256, ...options })
  for (const stored of all<HistoryTable>(raw, 'SELECT * FROM history ORDER BY seq')) {
    const row = rowFrom(stored)
    const checked = verifier.push(row)
    if (!checked.ok) return broken(checked.row, checked.detail)
    const flaw = replay.push(row, checked.body)
    if (flaw !== null) return broken(row.seq, flaw)
  }
  const proof = verifier.end()
  if (!proof.ok) return broken(proof.row, proof.detail)
  return proof.chainId === stamp.chainId && proof.mode === stamp.mode
    ? ok(proof)
    : broken(1, 'it opens another history than the database is stamped with.')
}

/**
 * Verifies a database in one read transaction. Fails with `history.broken`, `store.newer`, or `store.unusable` where
 * it is damaged or not ours; throws what SQLite throws.
 */
export function verifyDatabase(
  raw: BetterSqlite.Database,
  path: string,
  options: VerifyOptions,
): Result<HistoryProof> {
  raw.exec('BEGIN')
  const stamp = identify(raw, path)
  if (!stamp.ok) return stamp
  if (!stamp.value) return broken(1, 'the database is empty.')
  const check = raw.pragma('integrity_check(1)', { simple: true })
  if (check !== 'ok') return fail('store.unusable', { path, detail: `the file is damaged: ${String(check)}` })
  const flaw = findSchemaFlaw(raw)
  if (flaw !== null) return broken(1, `the database no longer protects it: ${flaw}`)
  const replay = createReplay()
  const proof = checkChain(raw, stamp.value, replay, options)
  if (!proof.ok) return proof
  for (const check of [checkAccounts, checkKeys, checkRequests]) {
    const same = check(raw, replay)
    if (!same.ok) return same
  }
  return proof
}
