/** The revocations table: what was signed to use up a request's nonce, kept before it is sent, and what came of it. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { mayBeRevoked, wrongState } from '../../shared/request-state.ts'
import type { Database, Tx } from './database.ts'
import { record } from './history.ts'
import type { Leases } from './leases.ts'
import type {
  Revocation,
  RevocationAnswer,
  RevocationStore,
  StoredRequest,
  StoredRevocation,
} from './port.ts'
import { move } from './requests.ts'
import type { RequestsTable, RevocationsTable } from './schema.ts'

/** How much of an answer is kept, in UTF-16 units. */
const maxAnswer = 65_536

/** A revocation as the table has it. */
export const revocationFrom = (row: RevocationsTable): StoredRevocation => ({
  requestId: row.request_id,
  digest: row.digest,
  signature: row.signature,
  body: row.body,
  signedAt: row.signed_at,
  answeredAt: row.answered_at,
  outcome: row.outcome,
})

const requestOf = (tx: Tx, id: string): Promise<RequestsTable | undefined> =>
  tx.selectFrom('requests').selectAll().where('id', '=', id).executeTakeFirst()

async function add(
  tx: Tx,
  leases: Leases,
  requestId: string,
  revocation: Revocation,
  at: string,
): Promise<Result<StoredRevocation>> {
  const request = await requestOf(tx, requestId)
  if (!request) return fail('request.unknown', { request: requestId })
  if (!mayBeRevoked(request.state, request.signature !== null))
    return { ok: false, error: wrongState(requestId, request.state, 'revoked') }
  const free = await leases.check(tx, requestId, request.state)
  if (!free.ok) return free
  const { digest, signature, body } = revocation
  const recorded = await record(tx, {
    at,
    kind: 'revocation.signed',
    requestId,
    body: { of: request.digest, digest, signature, body },
  })
  if (!recorded.ok) return recorded
  const row = await tx
    .insertInto('revocations')
    .values({ request_id: requestId, digest, signature, body, signed_at: at })
    .returningAll()
    .executeTakeFirstOrThrow()
  return ok(revocationFrom(row))
}

async function answered(
  tx: Tx,
  requestId: string,
  { outcome, httpStatus, answer }: RevocationAnswer,
  at: string,
): Promise<Result<StoredRevocation>> {
  const kept = answer === null ? null : answer.slice(0, maxAnswer).toWellFormed()
  const recorded = await record(tx, {
    at,
    kind: 'revocation.answered',
    requestId,
    body: { outcome, httpStatus, answer: kept },
  })
  if (!recorded.ok) return recorded
  const row = await tx
    .updateTable('revocations')
    .set({ answered_at: at, outcome })
    .where('request_id', '=', requestId)
    .returningAll()
    .executeTakeFirst()
  return row ? ok(revocationFrom(row)) : fail('request.unknown', { request: requestId })
}

async function conclude(
  tx: Tx,
  leases: Leases,
  requestId: string,
  detail: JsonObject,
  at: string,
): Promise<Result<StoredRequest>> {
  const request = await requestOf(tx, requestId)
  if (!request) return fail('request.unknown', { request: requestId })
  return move(tx, leases, { id: requestId, from: request.state, to: 'revoked', at, detail })
}

/** The revocations of an open database. */
export const revocationStore = (database: Database, leases: Leases): RevocationStore => ({
  add: (requestId, revocation) =>
    database.write((tx) => add(tx, leases, requestId, revocation, database.at())),
  answered: (requestId, answer) =>
    database.write((tx) => answered(tx, requestId, answer, database.at()), requestId),
  conclude: (requestId, detail) =>
    database.write((tx) => conclude(tx, leases, requestId, detail, database.at()), requestId),
  get: (requestId) =>
    database.read(async (db) => {
      const row = await db
        .selectFrom('revocations')
        .selectAll()
        .where('request_id', '=', requestId)
        .executeTakeFirst()
      return ok(row ? revocationFrom(row) : null)
    }),
})
