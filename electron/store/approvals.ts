/** The approvals table: what the Ledger signed in words for a request, kept once. */
import type { Approval } from '../../shared/approvals/approval.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { frozen, isEnded, wrongState } from '../../shared/request-state.ts'
import { frozenSince, newestCopy } from './copies.ts'
import type { Database, Tx } from './database.ts'
import { record } from './history.ts'
import type { Leases } from './leases.ts'
import type { ApprovalStore } from './port.ts'
import type { ApprovalsTable } from './schema.ts'

/** An approval as the table has it. */
export const approvalFrom = ({ form, message, signature, signer }: ApprovalsTable): Approval => ({
  form,
  message,
  signature,
  signer,
})

async function add(
  tx: Tx,
  leases: Leases,
  requestId: string,
  approval: Approval,
  at: string,
): Promise<Result<Approval>> {
  const request = await tx
    .selectFrom('requests')
    .select(['id', 'state'])
    .where('id', '=', requestId)
    .executeTakeFirst()
  if (!request) return fail('request.unknown', { request: requestId })
  const { state } = request
  if (isEnded(state)) return { ok: false, error: wrongState(requestId, state, 'signed') }
  const since = await frozenSince(tx, request, await newestCopy(tx))
  if (since !== null) return { ok: false, error: frozen(requestId, since) }
  const free = await leases.check(tx, requestId, state)
  if (!free.ok) return free
  const recorded = await record(tx, {
    at,
    kind: 'approval.signed',
    requestId,
    body: { approval: { ...approval } },
  })
  if (!recorded.ok) return recorded
  await tx
    .insertInto('approvals')
    .values({ request_id: requestId, ...approval, at })
    .execute()
  return ok(approval)
}

/** The approvals of an open database. */
export const approvalStore = (database: Database, leases: Leases): ApprovalStore => ({
  add: (requestId, approval) => database.write((tx) => add(tx, leases, requestId, approval, database.at())),
  get: (requestId) =>
    database.read(async (db) => {
      const row = await db
        .selectFrom('approvals')
        .selectAll()
        .where('request_id', '=', requestId)
        .executeTakeFirst()
      return ok(row ? approvalFrom(row) : null)
    }),
})
