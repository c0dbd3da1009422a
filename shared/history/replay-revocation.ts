/** Replays the revocation of a request: signed once, answered until its nonce is used up, and never followed by a sending. */
import { isRequestState, mayBeRevoked } from '../request-state.ts'
import type { JsonObject } from './canonical-json.ts'
import type { HistoryRow } from './chain.ts'
import { setFields, type Trace } from './trace.ts'

const has = ({ fields }: Trace): boolean => fields.has('revocation.signature')

/** Whether the venue said that the nonce of a request is used up. */
export const isNonceUsedUp = ({ fields }: Trace): boolean =>
  ['taken', 'nonceUsed'].includes(String(fields.get('revocation.outcome')))

/** Whether a revocation of a request was signed: then it is never sent. */
export const isRevoking = has

function signed(trace: Trace, row: HistoryRow, body: JsonObject): string | null {
  const { of, digest = null, signature = null, body: sent = null } = body
  const state = trace.fields.get('state')
  if (has(trace)) return 'it revokes a second time.'
  if (!isRequestState(state) || !mayBeRevoked(state, trace.fields.get('signature') !== null))
    return `a request that is ${String(state)} is not revoked.`
  if (of !== trace.fields.get('digest')) return 'its digest is not the one that was prepared.'
  const answer = { answeredAt: null, outcome: null }
  setFields(trace, { digest, signature, body: sent, signedAt: row.at, ...answer }, 'revocation.')
  return null
}

function answered(trace: Trace, row: HistoryRow, body: JsonObject): string | null {
  if (!has(trace)) return 'it answers a revocation that was not signed.'
  if (isNonceUsedUp(trace)) return 'it answers a revocation that was taken before.'
  setFields(trace, { answeredAt: row.at, outcome: body['outcome'] ?? null }, 'revocation.')
  return null
}

/** Takes a row `revocation.*` of a request; a sentence when it cannot follow from the rows before it. */
export function followRevocation(trace: Trace, row: HistoryRow, body: JsonObject): string | null {
  if (row.kind === 'revocation.signed') return signed(trace, row, body)
  if (row.kind === 'revocation.answered') return answered(trace, row, body)
  return `"${row.kind}" is not something that happens to a revocation.`
}
