/**
 * The requests table. A request moves along the arrows of shared/request-state.ts only, from exactly the state that
 * the caller saw, and each step and its history row are one transaction.
 */
import { fail, ok, type Result } from '../../shared/errors.ts'
import {
  canonicalJson,
  readCanonicalObject,
  wellFormed,
  type JsonObject,
} from '../../shared/history/canonical-json.ts'
import { lower } from '../../shared/hex.ts'
import {
  eventBetween,
  failedGuard,
  frozen,
  isEnded,
  wrongState,
  type RequestFacts,
  type RequestState,
} from '../../shared/request-state.ts'
import { asObject } from '../../shared/history/trace.ts'
import { frozenSince, newestCopy } from './copies.ts'
import type { Database, Tx } from './database.ts'
import { allOf } from './failures.ts'
import { record } from './history.ts'
import type { Leases } from './leases.ts'
import { checkNumberOf } from './market-numbers.ts'
import type { PreparedRequest, RequestStore, StoredRequest, StoredState, TransitionPatch } from './port.ts'
import type { RequestsTable } from './schema.ts'

/** A table row by the names of `StoredRequest`, with its JSON still as text. */
export const fieldsOf = (row: RequestsTable) => ({
  id: row.id,
  accountId: row.account_id,
  venue: row.venue,
  network: row.network,
  prepared: row.prepared,
  digest: row.digest,
  signer: row.signer,
  nonce: row.nonce,
  expiresAfter: row.expires_after,
  state: row.state,
  signature: row.signature,
  detail: row.detail,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** A request as it is kept. Fails with `request.altered` when its JSON is not what the store writes. */
function requestFrom(row: RequestsTable, since: string | null): Result<StoredRequest> {
  const prepared = readCanonicalObject(row.prepared)
  const detail = row.detail === null ? null : readCanonicalObject(row.detail)
  if (prepared === null) return fail('request.altered', { request: row.id, field: 'prepared' })
  if (row.detail !== null && detail === null)
    return fail('request.altered', { request: row.id, field: 'detail' })
  return ok({ ...fieldsOf(row), prepared, detail, frozenSince: since })
}

/** What a venue or a device said, made writable: half characters become U+FFFD rather than losing the row. */
export const evidenceOf = (evidence: JsonObject | undefined): JsonObject =>
  evidence === undefined ? {} : { evidence: wellFormed(evidence) }

const select = (tx: Tx, id: string): Promise<RequestsTable | undefined> =>
  tx.selectFrom('requests').selectAll().where('id', '=', id).executeTakeFirst()

/** A step along an arrow. */
export interface Step extends TransitionPatch {
  readonly id: string
  readonly from: RequestState
  readonly to: StoredState
  readonly at: string
  /** More for the body of the history row. */
  readonly body?: JsonObject
}

/** What the guards of an event ask about. */
async function factsOf(tx: Tx, row: RequestsTable, step: Step, since: string | null): Promise<RequestFacts> {
  const find = (table: 'submissions' | 'revocations') =>
    tx.selectFrom(table).select('outcome').where('request_id', '=', row.id).executeTakeFirst()
  const revocation = await find('revocations')
  return {
    signature: row.signature !== null || step.signature !== undefined,
    submitted: (await find('submissions')) !== undefined,
    revoking: revocation !== undefined,
    revoked: revocation?.outcome === 'taken' || revocation?.outcome === 'nonceUsed',
    frozen: since !== null,
    read: asObject(step.detail?.['shown']) !== null,
  }
}

/** Whether a step may be taken now: the row is where the caller saw it, an event leads there, and its guards hold. */
async function allow(
  tx: Tx,
  leases: Leases,
  row: RequestsTable,
  step: Step,
  since: string | null,
): Promise<Result<null>> {
  const event = eventBetween(step.from, step.to)
  const refused = { ok: false, error: wrongState(row.id, row.state, step.to) } as const
  if (row.state !== step.from || event === null) return refused
  const failed = failedGuard(event, await factsOf(tx, row, step, since))
  if (since !== null && (failed === 'notFrozen' || failed === 'readWhereFrozen'))
    return { ok: false, error: frozen(row.id, since) }
  if (failed !== null) return refused
  return leases.check(tx, row.id, row.state)
}

/**
 * Moves a request within a transaction, if it is still in `from`, an event of the machine leads to `to` and its guards
 * hold, and writes the history row `request.<to>`. Fails with `request.unknown`, `request.wrongState`, `request.frozen`,
 * `request.busy` or `input.badField`.
 */
export async function move(tx: Tx, leases: Leases, step: Step): Promise<Result<StoredRequest>> {
  const { id, from, to, at } = step
  if ((to === 'signed') !== (step.signature !== undefined))
    throw new Error('a signature goes with "signed" only')
  const row = await select(tx, id)
  if (!row) return fail('request.unknown', { request: id })
  const since = await frozenSince(tx, row, await newestCopy(tx))
  const allowed = await allow(tx, leases, row, step, since)
  if (!allowed.ok) return allowed
  const detail = step.detail && canonicalJson(wellFormed(step.detail), 'detail')
  if (detail?.ok === false) return detail
  const change = {
    ...(step.signature === undefined ? {} : { signature: step.signature }),
    ...(detail === undefined ? {} : { detail: detail.value }),
  }
  const recorded = await record(tx, {
    at,
    kind: `request.${to}`,
    requestId: id,
    body: {
      from,
      digest: row.digest,
      ...(step.signature === undefined ? {} : { signature: step.signature }),
      ...(step.detail === undefined ? {} : { detail: wellFormed(step.detail) }),
      ...step.body,
      ...evidenceOf(step.evidence),
    },
  })
  if (!recorded.ok) return recorded
  const moved = await tx
    .updateTable('requests')
    .set({ ...change, state: to, updated_at: at })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return requestFrom(moved, isEnded(moved.state) ? null : since)
}

async function insert(
  tx: Tx,
  request: PreparedRequest,
  at: string,
  evidence: JsonObject | undefined,
): Promise<Result<StoredRequest>> {
  const { id, accountId, venue, network, prepared, digest, signer, nonce, expiresAfter } = request
  const account = await tx.selectFrom('accounts').select('id').where('id', '=', accountId).executeTakeFirst()
  if (!account) return fail('request.unknownAccount', { account: accountId })
  const taken =
    nonce !== null &&
    (await tx
      .selectFrom('requests')
      .select('id')
      .where('signer', '=', signer)
      .where('network', '=', network)
      .where('nonce', '=', nonce)
      .executeTakeFirst())
  if (taken) return fail('payload.nonceReused', { actual: nonce, field: 'nonce' })
  const sameNumber = await checkNumberOf(tx, request)
  if (!sameNumber.ok) return sameNumber
  const text = canonicalJson(prepared, 'prepared')
  if (!text.ok) return text
  const fixed = { id, accountId, venue, network, prepared, digest, signer, nonce, expiresAfter }
  const recorded = await record(tx, {
    at,
    kind: 'request.prepared',
    requestId: id,
    body: { request: fixed, ...evidenceOf(evidence) },
  })
  if (!recorded.ok) return recorded
  const row = await tx
    .insertInto('requests')
    .values({
      id,
      account_id: accountId,
      venue,
      network,
      state: 'prepared',
      prepared: text.value,
      digest,
      signer,
      nonce,
      expires_after: expiresAfter,
      signature: null,
      detail: null,
      created_at: at,
      updated_at: at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return requestFrom(row, null)
}

/** Once a request is in one of these it may have left, and no failure may say that it has not. */
const mayHaveLeft = (state: RequestState): boolean => state === 'sending' || state === 'unknown'

/** The requests of an open database. */
export const requestStore = (database: Database, leases: Leases): RequestStore => ({
  insertPrepared: (request, evidence) => {
    const exact = { ...request, digest: lower(request.digest), signer: lower(request.signer) }
    return database.write((tx) => insert(tx, exact, database.at(), evidence))
  },
  get: (id) =>
    database.read(async (db) => {
      const row = await db.selectFrom('requests').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) return fail('request.unknown', { request: id })
      return requestFrom(row, await frozenSince(db, row, await newestCopy(db)))
    }),
  list: ({ states, accountId, limit = 100, before } = {}) =>
    database.read(async (db) => {
      let query = db.selectFrom('requests').selectAll().orderBy('id', 'desc').limit(limit)
      if (states !== undefined) query = query.where('state', 'in', states)
      if (accountId !== undefined) query = query.where('account_id', '=', accountId)
      if (before !== undefined) query = query.where('id', '<', before)
      const copy = await newestCopy(db)
      const requests: Result<StoredRequest>[] = []
      for (const row of await query.execute())
        requests.push(requestFrom(row, await frozenSince(db, row, copy)))
      return allOf(requests)
    }),
  transition: (id, from, to, patch = {}) =>
    database.write(
      (tx) => move(tx, leases, { ...patch, id, from, to, at: database.at() }),
      mayHaveLeft(from) ? id : undefined,
    ),
})
