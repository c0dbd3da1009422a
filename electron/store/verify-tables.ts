/**
 * Holds the tables of a database against what its history says of them. The sealed record of an API key and the signature
 * of a permit to read are in no history; the rest of their rows is held against it.
 */
import type BetterSqlite from 'better-sqlite3'
import { canonicalJson, type JsonObject } from '../../shared/history/canonical-json.ts'
import { permitId } from '../../shared/history/replay-grants.ts'
import type { Replay } from '../../shared/history/replay.ts'
import type { Trace, Traces } from '../../shared/history/trace.ts'
import { flaw, type LogFlaw } from '../../shared/history/verify-heads.ts'
import type { Json } from '../../shared/strict-json.ts'
import { fieldsOf as accountFields } from './accounts.ts'
import { fieldsOf as keyFields } from './api-keys.ts'
import { approvalFrom } from './approvals.ts'
import { fieldsOf as requestFields } from './requests.ts'
import { revocationFrom } from './revocations.ts'
import type {
  AccountsTable,
  ApiKeysTable,
  ApprovalsTable,
  ReadPermitsTable,
  RequestsTable,
  RevocationsTable,
  SubmissionsTable,
} from './schema.ts'
import { submissionFrom } from './submissions.ts'

const all = <Row>(raw: BetterSqlite.Database, sql: string): IterableIterator<Row> =>
  raw.prepare<[], Row>(sql).iterate()

const differs = (row: number, detail: string): LogFlaw => flaw(row, 'tables', detail)

/** A value as its column holds it: objects as canonical text. */
const asColumn = (value: Json | undefined): Json => {
  if (typeof value !== 'object' || value === null) return value ?? null
  const text = canonicalJson(value)
  return text.ok ? text.value : null
}

/** Holds table rows against their traces. Each row found is ticked off; what is left over was deleted. */
function compare(traces: Traces, what: string) {
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

function checkAccounts(raw: BetterSqlite.Database, replay: Replay): LogFlaw | null {
  const comparison = compare(replay.accounts, 'account')
  for (const row of all<AccountsTable>(raw, 'SELECT * FROM accounts')) {
    const same = comparison.row(row.id, accountFields(row))
    if (same !== null) return same
  }
  return comparison.end()
}

function checkKeys(raw: BetterSqlite.Database, replay: Replay): LogFlaw | null {
  const comparison = compare(replay.keys, 'API key')
  for (const row of all<ApiKeysTable>(raw, 'SELECT * FROM api_keys')) {
    const same = comparison.row(row.id, keyFields(row))
    if (same !== null) return same
  }
  return comparison.end()
}

/** The permits that are there; one that is not is only signed again. Their signatures are in no history. */
function checkPermits(raw: BetterSqlite.Database, replay: Replay): LogFlaw | null {
  const comparison = compare(replay.permits, 'permit to read')
  for (const row of all<ReadPermitsTable>(raw, 'SELECT * FROM read_permits')) {
    const { account_id: accountId, action, nonce, expires_at: expiresAt } = row
    const same = comparison.row(permitId(accountId, action), { accountId, action, nonce, expiresAt })
    if (same !== null) return same
  }
  return null
}

const prefixed = (prefix: string, fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix}.${name}`, value]))

/** Everything that the tables say of what belongs to a request. */
function belongingsOf(raw: BetterSqlite.Database) {
  const find = <Row>(table: string) =>
    raw.prepare<[string], Row>(`SELECT * FROM ${table} WHERE request_id = ?`)
  const submissions = find<SubmissionsTable>('submissions')
  const approvals = find<ApprovalsTable>('approvals')
  const revocations = find<RevocationsTable>('revocations')
  return (id: string): JsonObject => {
    const [submission, approval, revocation] = [submissions.get(id), approvals.get(id), revocations.get(id)]
    const { requestId: _, ...sent } = submission ? submissionFrom(submission) : { requestId: null }
    const { requestId: __, ...revoked } = revocation ? revocationFrom(revocation) : { requestId: null }
    return {
      ...prefixed('submission', sent),
      ...(approval ? prefixed('approval', { ...approvalFrom(approval), at: approval.at }) : {}),
      ...prefixed('revocation', revoked),
    }
  }
}

function checkRequests(raw: BetterSqlite.Database, replay: Replay): LogFlaw | null {
  const comparison = compare(replay.requests, 'request')
  const belongings = belongingsOf(raw)
  for (const row of raw.prepare<[], RequestsTable>('SELECT * FROM requests').all()) {
    const same = comparison.row(row.id, { ...requestFields(row), ...belongings(row.id) })
    if (same !== null) return same
  }
  for (const [table, what] of [
    ['submissions', 'a submission'],
    ['approvals', 'an approval'],
    ['revocations', 'a revocation'],
  ] as const) {
    const strays = raw.prepare<[], number>(
      `SELECT count(*) FROM ${table} WHERE request_id NOT IN (SELECT id FROM requests)`,
    )
    if (strays.pluck().get() !== 0) return differs(1, `${what} belongs to no request.`)
  }
  return comparison.end()
}

/** The first difference between the tables and what a replay of the whole history says of them; null without any. */
export const tableFlaw = (raw: BetterSqlite.Database, replay: Replay): LogFlaw | null =>
  checkAccounts(raw, replay) ??
  checkKeys(raw, replay) ??
  checkPermits(raw, replay) ??
  checkRequests(raw, replay)
