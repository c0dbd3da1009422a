/**
 * Holds the tables of a database against what its history says of them. The sealed record of an API key and the signature
 * of a permit to read are in no history; the rest of their rows is held against it.
 */
import type BetterSqlite from 'better-sqlite3'
import { canonicalJson, type JsonObject } from '../../shared/history/canonical-json.ts'
import { permitId } from '../../shared/history/replay-grants.ts'
import { numberId } from '../../shared/history/replay-numbers.ts'
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
  MarketNumbersTable,
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

/** The first field in which what a table says of one thing differs from what its history says; null without any. */
function differingField({ fields }: Trace, actual: JsonObject): string | null {
  const names = [...new Set([...fields.keys(), ...Object.keys(actual)])]
  return names.find((name) => asColumn(fields.get(name)) !== (actual[name] ?? null)) ?? null
}

function fieldFlaw(what: string, id: string, trace: Trace, actual: JsonObject): LogFlaw | null {
  const name = differingField(trace, actual)
  return name === null
    ? null
    : differs(trace.row, `the ${what} ${id} is not what its history says: its "${name}" differs.`)
}

const missing = (what: string, id: string, { row }: Trace): LogFlaw =>
  differs(row, `the ${what} ${id} is not in the database.`)

const stray = (what: string, id: string): LogFlaw =>
  differs(1, `the ${what} ${id} is in no row of the history.`)

/** Holds table rows against their traces. Each row found is ticked off; what is left over was deleted. */
function compare(traces: Traces, what: string) {
  const left = new Map(traces)
  return {
    row(id: string, actual: JsonObject): LogFlaw | null {
      const trace = left.get(id)
      if (!trace) return stray(what, id)
      left.delete(id)
      return fieldFlaw(what, id, trace, actual)
    },
    end(): LogFlaw | null {
      const [first] = left
      return first ? missing(what, ...first) : null
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

function checkNumbers(raw: BetterSqlite.Database, replay: Replay): LogFlaw | null {
  const comparison = compare(replay.numbers, 'number of a market')
  for (const { venue, network, symbol, number } of all<MarketNumbersTable>(
    raw,
    'SELECT * FROM market_numbers',
  )) {
    const id = numberId(venue, network, symbol)
    const same = comparison.row(id, { venue, network, symbol, number })
    if (same !== null) return same
  }
  return comparison.end()
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

const belongings = [
  ['submissions', 'a submission'],
  ['approvals', 'an approval'],
  ['revocations', 'a revocation'],
] as const

/** Everything that the tables say of a request; null where it is not there. */
function requestReader(raw: BetterSqlite.Database) {
  const find = raw.prepare<[string], RequestsTable>('SELECT * FROM requests WHERE id = ?')
  const belongingsOfRequest = belongingsOf(raw)
  return (id: string): JsonObject | null => {
    const row = find.get(id)
    return row ? { ...requestFields(row), ...belongingsOfRequest(id) } : null
  }
}

/** The first field of a request in which the tables differ from its trace; `id` where it is not there; null without any. */
export function differingRequestField(raw: BetterSqlite.Database, id: string, trace: Trace): string | null {
  const actual = requestReader(raw)(id)
  return actual ? differingField(trace, actual) : 'id'
}

/** The same of an account. */
export function differingAccountField(raw: BetterSqlite.Database, id: string, trace: Trace): string | null {
  const row = raw.prepare<[string], AccountsTable>('SELECT * FROM accounts WHERE id = ?').get(id)
  return row ? differingField(trace, accountFields(row)) : 'id'
}

/** What is in the tables of requests and in no row of the history, which is verified by now. */
function strayFlaw(raw: BetterSqlite.Database): LogFlaw | null {
  const id = raw
    .prepare<[], string>(
      `SELECT id FROM requests WHERE NOT EXISTS
       (SELECT 1 FROM history WHERE request_id = requests.id AND kind = 'request.prepared')`,
    )
    .pluck()
    .get()
  if (id !== undefined) return stray('request', id)
  for (const [table, what] of belongings) {
    const strays = raw.prepare<[], number>(
      `SELECT count(*) FROM ${table} WHERE request_id NOT IN (SELECT id FROM requests)`,
    )
    if (strays.pluck().get() !== 0) return differs(1, `${what} belongs to no request.`)
  }
  return null
}

/** Holds the tables of a database against its history while that is replayed. */
export interface TableCheck {
  /** Takes each request that is over. */
  readonly over: (id: string, trace: Trace) => void
  /** The first difference once the history was replayed; null without any. A part of it does not tell all numbers and strays. */
  readonly end: (replay: Replay, isPartial: boolean) => LogFlaw | null
}

/** Starts a check of tables. Of the requests it keeps nothing but the first difference. */
export function createTableCheck(raw: BetterSqlite.Database): TableCheck {
  const read = requestReader(raw)
  let first: LogFlaw | null = null

  const over = (id: string, trace: Trace): void => {
    if (first !== null) return
    const actual = read(id)
    first = actual ? fieldFlaw('request', id, trace, actual) : missing('request', id, trace)
  }

  return {
    over,
    end(replay, isPartial) {
      for (const [id, trace] of replay.requests) over(id, trace)
      return (
        checkAccounts(raw, replay) ??
        checkKeys(raw, replay) ??
        checkPermits(raw, replay) ??
        (isPartial ? null : checkNumbers(raw, replay)) ??
        first ??
        (isPartial ? null : strayFlaw(raw))
      )
    },
  }
}
