/**
 * Proves of one request, or one account, that its rows in the tables are what its rows in the history say, that these
 * follow from each other with every signature in them, and that the chain around them holds. It reads the rows of that one
 * thing and their neighbours, however long the history is.
 */
import type BetterSqlite from 'better-sqlite3'
import { fail, failure, ok, type Failure } from '../../shared/errors.ts'
import { readCanonicalObject } from '../../shared/history/canonical-json.ts'
import { genesisHash, rowHash, type HistoryRow } from '../../shared/history/chain.ts'
import { createReplay, type Replay } from '../../shared/history/replay.ts'
import type { Trace } from '../../shared/history/trace.ts'
import { createSignatureCheck, type SignatureCheck } from '../../shared/history/verify-signatures.ts'
import type { Database } from './database.ts'
import { nativeSha256 } from './hashing.ts'
import { rowFrom } from './history.ts'
import { nativeRecoverAddress } from './native-signatures.ts'
import type { AccountStore, ProofStore } from './port.ts'
import type { HistoryTable } from './schema.ts'
import { differingAccountField, differingRequestField } from './verify-tables.ts'

/** Looks at rows of the history. */
function readerOf(raw: BetterSqlite.Database) {
  const since = raw.prepare<[number], HistoryTable>('SELECT * FROM history WHERE seq > ? ORDER BY seq')
  const at = raw.prepare<[number], HistoryTable>('SELECT * FROM history WHERE seq = ?')
  const ofRequest = raw.prepare<[string], HistoryTable>(
    'SELECT * FROM history WHERE request_id = ? ORDER BY seq',
  )
  const ofAccounts = raw.prepare<[string], HistoryTable>(
    `SELECT * FROM history WHERE request_id IS NULL AND kind LIKE 'account.%' AND instr(body, ?) > 0 ORDER BY seq`,
  )
  return {
    at: (seq: number): HistoryRow | null => {
      const row = at.get(seq)
      return row ? rowFrom(row) : null
    },
    ofRequest: (id: string) => ofRequest.all(id).map(rowFrom),
    /** Rows about accounts that name `text`; all of them where it is empty. */
    ofAccounts: (text: string) => ofAccounts.all(text).map(rowFrom),
    since: (seq: number) => since.all(seq).map(rowFrom),
  }
}

type Reader = ReturnType<typeof readerOf>

const isWhole = (row: HistoryRow | null): boolean => row !== null && rowHash(row, nativeSha256) === row.hash

/** Whether a row is whole, follows the one before it, and is followed by the one after it, if there is one. */
function fits(reader: Reader, row: HistoryRow): boolean {
  const before = row.seq === 1 ? genesisHash : reader.at(row.seq - 1)?.hash
  const after = reader.at(row.seq + 1)
  const neighbours = row.seq === 1 || isWhole(reader.at(row.seq - 1))
  return (
    isWhole(row) &&
    neighbours &&
    row.prevHash === before &&
    (after === null || (after.prevHash === row.hash && isWhole(after)))
  )
}

/** The first of some rows that is not right; null where all are. */
function follow(
  reader: Reader,
  rows: readonly HistoryRow[],
  replay: Replay,
  signatures: SignatureCheck,
): HistoryRow | null {
  for (const row of rows) {
    const body = fits(reader, row) ? readCanonicalObject(row.body) : null
    if (body === null || replay.push(row, body) !== null || signatures.push(row, body) !== null) return row
  }
  return null
}

/** How a row of the history that is not right is named. */
const nameOf = ({ kind, seq }: HistoryRow): string => `row ${seq} of the history (${kind})`

/**
 * The first row after row `after` that does not verify: itself, or with what the history said of its request before. Null
 * where all do.
 */
export function flawSince(raw: BetterSqlite.Database, after: number): HistoryRow | null {
  const reader = readerOf(raw)
  const replay = createReplay({ sha256: nativeSha256 })
  const signatures = createSignatureCheck(replay.accounts, nativeRecoverAddress)
  const proven = new Set<string>()
  let accounts: HistoryRow | null | undefined
  for (const row of reader.since(after)) {
    const { requestId } = row
    if (!fits(reader, row)) return row
    if (requestId === null) {
      if (accounts === undefined) accounts = follow(reader, reader.ofAccounts(''), replay, signatures)
      const body = readCanonicalObject(row.body)
      if (accounts !== null || body === null || signatures.push(row, body) !== null) return accounts ?? row
    } else if (!proven.has(requestId)) {
      proven.add(requestId)
      const wrong = follow(
        reader,
        reader.ofRequest(requestId),
        createReplay({ sha256: nativeSha256 }),
        signatures,
      )
      if (wrong !== null) return wrong
    }
  }
  return null
}

/** What of an account is not as its history says: the name of a field; null where all is. */
function accountFlaw(raw: BetterSqlite.Database, id: string): string | null {
  const reader = readerOf(raw)
  const replay = createReplay({ sha256: nativeSha256 })
  const signatures = createSignatureCheck(replay.accounts, nativeRecoverAddress)
  const wrong = follow(reader, reader.ofAccounts(JSON.stringify(id)), replay, signatures)
  if (wrong !== null) return nameOf(wrong)
  const trace = replay.accounts.get(id)
  return trace ? differingAccountField(raw, id, trace) : 'history'
}

/** What of a request is not as its history says: the name of a field; null where all is. */
export function requestFlaw(raw: BetterSqlite.Database, id: string): string | null {
  const reader = readerOf(raw)
  let ended: Trace | undefined
  const replay = createReplay({ sha256: nativeSha256, over: (_, trace) => (ended = trace) })
  const signatures = createSignatureCheck(replay.accounts, nativeRecoverAddress)
  const wrong = follow(reader, reader.ofRequest(id), replay, signatures)
  if (wrong !== null) return nameOf(wrong)
  const trace = ended ?? replay.requests.get(id)
  return trace ? differingRequestField(raw, id, trace) : 'history'
}

/** A request that differs from its history; where the history or a table says that it was sent, it may have been applied. */
function altered(raw: BetterSqlite.Database, request: string, field: string): Failure {
  const sent = raw.prepare(
    `SELECT 1 FROM submissions WHERE request_id = :id UNION ALL
     SELECT 1 FROM history WHERE request_id = :id AND kind = 'request.sending'`,
  )
  const made = failure('request.altered', { request, field })
  return sent.get({ id: request }) === undefined ? made : { ...made, outcome: 'unknown' }
}

/** The proofs of an open database. */
export const proofStore = (database: Database): ProofStore => ({
  request: (id) =>
    database.snapshot((raw) => {
      const field = requestFlaw(raw, id)
      return field === null ? ok(null) : { ok: false, error: altered(raw, id, field) }
    }),
  account: (id) =>
    database.snapshot((raw) => {
      const field = accountFlaw(raw, id)
      return field === null ? ok(null) : fail('store.accountAltered', { account: id, field })
    }),
})

/** Accounts of which each is proven before it is used. */
export const provenAccounts = (accounts: AccountStore, proofs: ProofStore): AccountStore => ({
  ...accounts,
  get: async (nameOrId) => {
    const found = await accounts.get(nameOrId)
    if (!found.ok) return found
    const proven = await proofs.account(found.value.id)
    return proven.ok ? found : proven
  },
})
