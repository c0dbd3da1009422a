/**
 * Replays what a verified history says about accounts, API keys and requests, so that the tables beside it can be held against
 * it. A history whose rows do not make sense one after the other is refused: arrows that do not exist, a digest that
 * changes on the way, a second submission.
 */
import { isRequestState, mayFollow, type RequestState } from '../request-state.ts'
import type { JsonObject } from './canonical-json.ts'
import type { HistoryRow } from './chain.ts'
import { followGrants } from './replay-grants.ts'
import { followKeys } from './replay-keys.ts'
import { followRevocation, isNonceUsedUp, isRevoking } from './replay-revocation.ts'
import { asObject, setFields, startTrace, type Trace, type Traces } from './trace.ts'

/** Accounts, API keys and requests by id, permits by `permitId`. */
export interface Replay {
  readonly accounts: Traces
  readonly keys: Traces
  readonly permits: Traces
  readonly requests: Traces
  /** Takes a row that verified; a sentence when it cannot follow from the rows before it. */
  push(row: HistoryRow, body: JsonObject): string | null
}

function send(trace: Trace, row: HistoryRow, body: JsonObject): string | null {
  const submission = asObject(body['submission'])
  if (!submission) return 'it does not say what was sent.'
  if (isRevoking(trace)) return 'it is sent although its revocation was signed.'
  const unanswered = { answeredAt: null, httpStatus: null, answer: null, outcome: null }
  setFields(trace, { ...submission, startedAt: row.at, ...unanswered }, 'submission.')
  return null
}

function step(trace: Trace, row: HistoryRow, to: RequestState, body: JsonObject): string | null {
  const from = trace.fields.get('state')
  if (!isRequestState(from) || body['from'] !== from || !mayFollow(from, to)) {
    return `a request that is ${String(from)} cannot become ${to}.`
  }
  if (body['digest'] !== trace.fields.get('digest')) return 'its digest is not the one that was prepared.'
  if (to === 'revoked' && !isNonceUsedUp(trace)) return 'the venue did not take its revocation.'
  setFields(trace, { state: to, updatedAt: row.at })
  for (const name of ['signature', 'detail']) {
    const value = body[name]
    if (value !== undefined) trace.fields.set(name, value)
  }
  return to === 'sending' ? send(trace, row, body) : null
}

function answer(trace: Trace, row: HistoryRow, body: JsonObject): string | null {
  if (body['submission'] !== trace.fields.get('submission.id')) return 'it answers what was not sent.'
  if (trace.fields.get('submission.answeredAt') !== null) return 'it answers a second time.'
  const { httpStatus = null, answer = null, outcome = null } = body
  setFields(trace, { answeredAt: row.at, httpStatus, answer, outcome }, 'submission.')
  return null
}

/** Starts a replay. */
export function createReplay(): Replay {
  const accounts = new Map<string, Trace>()
  const keys = new Map<string, Trace>()
  const permits = new Map<string, Trace>()
  const requests = new Map<string, Trace>()
  const followKey = followKeys(keys)
  const followGrant = followGrants(accounts, permits)

  const prepare = (row: HistoryRow, body: JsonObject): string | null => {
    const request = asObject(body['request']) ?? {}
    if (request['id'] !== row.requestId) return 'it is about two requests.'
    const { at } = row
    const fresh = { state: 'prepared', signature: null, detail: null, createdAt: at, updatedAt: at }
    return startTrace(requests, row, request, fresh)
  }

  const follow = (row: HistoryRow, body: JsonObject): string | null => {
    const trace = requests.get(row.requestId ?? '')
    if (!trace) return 'it is about a request that was not prepared before.'
    trace.row = row.seq
    if (row.kind === 'submission.answered') return answer(trace, row, body)
    if (row.kind.startsWith('revocation.')) return followRevocation(trace, row, body)
    const to = row.kind.slice('request.'.length)
    return isRequestState(to) ? step(trace, row, to, body) : `"${row.kind}" is not a step of a request.`
  }

  const approve = (row: HistoryRow, body: JsonObject): string | null => {
    const trace = requests.get(row.requestId ?? '')
    const approval = asObject(body['approval'])
    if (!trace || !approval) return 'it approves a request that was not prepared before.'
    if (trace.fields.has('approval.signature')) return 'it approves a second time.'
    trace.row = row.seq
    setFields(trace, { ...approval, at: row.at }, 'approval.')
    return null
  }

  return {
    accounts,
    keys,
    permits,
    requests,
    push(row, body) {
      const { kind } = row
      if (kind === 'account.added') return startTrace(accounts, row, asObject(body['account']) ?? {}, {})
      if (kind === 'request.prepared') return prepare(row, body)
      if (kind.startsWith('key.')) return followKey(row, body)
      if (kind === 'approval.signed') return approve(row, body)
      return /^(?:request|revocation)\.|^submission\.answered$/.test(kind)
        ? follow(row, body)
        : followGrant(row, body)
    },
  }
}
