/**
 * The submissions table. A request has at most one, for ever; it is on the disk with its exact body before anything
 * leaves, and how it ended is written once.
 */
import { ulid } from 'ulid'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { wrongState } from '../../shared/request-state.ts'
import type { Database, Tx } from './database.ts'
import { record } from './history.ts'
import type { Leases } from './leases.ts'
import type { Completion, Submission, SubmissionStore } from './port.ts'
import { evidenceOf, move } from './requests.ts'
import type { SubmissionsTable } from './schema.ts'

/** How much of an answer is kept, in UTF-16 units; an honest one is a few hundred. */
const maxAnswer = 65_536

/** A submission as the table has it. */
export const submissionFrom = (row: SubmissionsTable): Submission => ({
  id: row.id,
  requestId: row.request_id,
  body: row.body,
  startedAt: row.started_at,
  answeredAt: row.answered_at,
  httpStatus: row.http_status,
  answer: row.answer,
  outcome: row.outcome,
})

async function begin(
  tx: Tx,
  leases: Leases,
  submission: { readonly id: string; readonly requestId: string; readonly body: string; readonly at: string },
  evidence: JsonObject | undefined,
): Promise<Result<Submission>> {
  const { id, requestId, body, at } = submission
  const moved = await move(tx, leases, {
    id: requestId,
    from: 'signed',
    to: 'sending',
    at,
    body: { submission: { id, body } },
    ...(evidence === undefined ? {} : { evidence }),
  })
  if (!moved.ok) return moved
  const row = await tx
    .insertInto('submissions')
    .values({ id, request_id: requestId, body, started_at: at })
    .returningAll()
    .executeTakeFirstOrThrow()
  return ok(submissionFrom(row))
}

async function complete(
  tx: Tx,
  leases: Leases,
  requestId: string,
  { outcome, httpStatus, answer, evidence, settle }: Completion,
  at: string,
): Promise<Result<Submission>> {
  const found = await tx
    .selectFrom('submissions')
    .innerJoin('requests', 'requests.id', 'submissions.request_id')
    .select(['submissions.id', 'submissions.answered_at', 'requests.state'])
    .where('request_id', '=', requestId)
    .executeTakeFirst()
  if (!found) return fail('request.unknown', { request: requestId })
  if (found.answered_at !== null)
    return { ok: false, error: wrongState(requestId, found.state, outcomeState[outcome]) }
  const kept = answer === null ? null : answer.slice(0, maxAnswer).toWellFormed()
  const recorded = await record(tx, {
    at,
    kind: 'submission.answered',
    requestId,
    body: { submission: found.id, outcome, httpStatus, answer: kept, ...evidenceOf(evidence) },
  })
  if (!recorded.ok) return recorded
  const row = await tx
    .updateTable('submissions')
    .set({ answered_at: at, http_status: httpStatus, answer: kept, outcome })
    .where('id', '=', found.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (settle) {
    const moved = await move(tx, leases, { ...settle, id: requestId, from: 'sending', at })
    if (!moved.ok) return moved
  }
  return ok(submissionFrom(row))
}

const outcomeState = { accepted: 'applied', refused: 'refused', unknown: 'unknown' } as const

/** The submissions of an open database. */
export const submissionStore = (database: Database, leases: Leases): SubmissionStore => ({
  begin: (requestId, body, evidence) =>
    database.write((tx) => begin(tx, leases, { id: ulid(), requestId, body, at: database.at() }, evidence)),
  complete: (requestId, completion) =>
    database.write((tx) => complete(tx, leases, requestId, completion, database.at()), requestId),
  get: (requestId) =>
    database.read(async (db) => {
      const row = await db
        .selectFrom('submissions')
        .selectAll()
        .where('request_id', '=', requestId)
        .executeTakeFirst()
      return ok(row ? submissionFrom(row) : null)
    }),
})
