/**
 * Replays what a verified history says about accounts, API keys and requests, so that the tables beside it can be held against
 * it. A history whose rows do not make sense one after the other is refused: arrows that do not exist, a digest that
 * changes on the way, a second submission. Of a request that is over only its id is kept, so that memory grows by a few
 * bytes a request.
 */
import { isCopyKind } from '../copies.ts'
import {
  holdsWhileFrozen,
  isEnded,
  isOverFor,
  isRequestState,
  mayFollow,
  type RequestState,
} from '../request-state.ts'
import type { JsonObject } from './canonical-json.ts'
import type { HistoryRow, Sha256 } from './chain.ts'
import { followGrants } from './replay-grants.ts'
import { followKeys } from './replay-keys.ts'
import { followNumbers } from './replay-numbers.ts'
import { followRevocation, isNonceUsedUp, isRevoking } from './replay-revocation.ts'
import type { Json } from '../strict-json.ts'
import { createTextSet } from './text-set.ts'
import { asObject, setFields, startTrace, type Trace, type Traces } from './trace.ts'

/** What a replay computes with, and what it tells. */
export interface ReplayOptions {
  readonly sha256?: Sha256
  /** Is given each request that is over, once, before it is forgotten. */
  readonly over?: (id: string, trace: Trace) => void
  /** Not all requests are replayed: what is said of all of them at once cannot be held against them. */
  readonly isPartial?: boolean
}

/** Accounts, API keys and requests that are not over by id, permits by `permitId`. */
export interface Replay {
  readonly accounts: Traces
  readonly keys: Traces
  readonly permits: Traces
  readonly requests: Traces
  /** Numbers of markets by `numberId`. */
  readonly numbers: Traces
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

/** Whether a step leads on from a copy in which the request was open: only what the venue showed ends it there. */
const goesOnFrozen = (from: RequestState, to: RequestState, body: JsonObject): boolean =>
  !holdsWhileFrozen(from, to, asObject(asObject(body['detail'])?.['shown']) !== null)

function step(
  trace: Trace,
  row: HistoryRow,
  to: RequestState,
  body: JsonObject,
  copiedAt: number,
): string | null {
  const from = trace.fields.get('state')
  if (!isRequestState(from) || body['from'] !== from || !mayFollow(from, to)) {
    return `a request that is ${String(from)} cannot become ${to}.`
  }
  if (body['digest'] !== trace.fields.get('digest')) return 'its digest is not the one that was prepared.'
  if (trace.first < copiedAt && goesOnFrozen(from, to, body))
    return 'it was open when this copy was made, and goes on from it.'
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

const isEndState = (state: Json | undefined): boolean => isRequestState(state) && isEnded(state)

/** Whether no row may follow about a request: nothing leads on, and nothing that was sent is still to be answered. */
function isOver(trace: Trace): boolean {
  const state = trace.fields.get('state')
  const isAnswered = trace.fields.get('submission.answeredAt') !== null
  const signature = trace.fields.get('signature') !== null
  if (!isRequestState(state) || !isOverFor(state, signature)) return false
  return isAnswered && (!isRevoking(trace) || isNonceUsedUp(trace))
}

/** Starts a replay. */
export function createReplay({ sha256, over, isPartial = false }: ReplayOptions = {}): Replay {
  const accounts = new Map<string, Trace>()
  const keys = new Map<string, Trace>()
  const permits = new Map<string, Trace>()
  const requests = new Map<string, Trace>()
  const followKey = followKeys(keys)
  const overIds = createTextSet(sha256)
  const numbers = new Map<string, Trace>()
  const followNumber = followNumbers(accounts, numbers)
  const followGrant = followGrants(accounts, permits, sha256)
  /** Number of the newest row that says that the history goes on in a copy. */
  let copiedAt = 0

  const copy = (row: HistoryRow, body: JsonObject): string | null => {
    const open = [...requests].filter(([, { fields }]) => !isEndState(fields.get('state'))).map(([id]) => id)
    copiedAt = row.seq
    const source = asObject(body['source'])
    const isOfItsRows = source?.['count'] === row.seq - 1 && source['head'] === row.prevHash
    if (row.kind === 'desk.found' ? body['source'] !== null : !isOfItsRows)
      return 'it is not a copy of the rows before it.'
    return isPartial || JSON.stringify(body['frozen']) === JSON.stringify(open.toSorted())
      ? null
      : 'the requests that it freezes are not those that were open.'
  }

  const prepare = (row: HistoryRow, body: JsonObject): string | null => {
    const request = asObject(body['request']) ?? {}
    if (request['id'] !== row.requestId) return 'it is about two requests.'
    if (overIds.has(row.requestId ?? '')) return `${row.requestId} is added a second time.`
    const { at } = row
    const fresh = { state: 'prepared', signature: null, detail: null, createdAt: at, updatedAt: at }
    const flaw = startTrace(requests, row, request, fresh)
    if (flaw === null) followNumber.prepared(row, request)
    return flaw
  }

  /** The request that a row is about; a sentence where it may be about none. */
  const traceOf = ({ requestId, seq }: HistoryRow): Trace | string => {
    const trace = requests.get(requestId ?? '')
    if (trace === undefined)
      return overIds.has(requestId ?? '')
        ? 'it is about a request that is over.'
        : 'it is about a request that was not prepared before.'
    trace.row = seq
    return trace
  }

  const forgetOver = (id: string): void => {
    const trace = requests.get(id)
    if (trace === undefined || !isOver(trace)) return
    over?.(id, trace)
    overIds.add(id)
    requests.delete(id)
  }

  const follow = (row: HistoryRow, body: JsonObject): string | null => {
    const trace = traceOf(row)
    if (typeof trace === 'string') return trace
    if (row.kind === 'submission.answered') return answer(trace, row, body)
    if (row.kind.startsWith('revocation.')) return followRevocation(trace, row, body)
    const to = row.kind.slice('request.'.length)
    return isRequestState(to)
      ? step(trace, row, to, body, copiedAt)
      : `"${row.kind}" is not a step of a request.`
  }

  const approve = (row: HistoryRow, body: JsonObject): string | null => {
    const trace = traceOf(row)
    if (typeof trace === 'string') return trace
    const approval = asObject(body['approval'])
    if (!approval) return 'it does not say what was approved.'
    if (trace.first < copiedAt) return 'it is approved although it was open when this copy was made.'
    if (trace.fields.has('approval.signature')) return 'it approves a second time.'
    setFields(trace, { ...approval, at: row.at }, 'approval.')
    return null
  }

  return {
    accounts,
    keys,
    permits,
    requests,
    numbers,
    push(row, body) {
      const { kind } = row
      if (kind === 'account.added') return startTrace(accounts, row, asObject(body['account']) ?? {}, {})
      if (kind === 'request.prepared') return prepare(row, body)
      if (isCopyKind(kind)) return copy(row, body)
      if (kind === 'market.renumbered') return followNumber.renumbered(row, body)
      if (kind.startsWith('key.')) return followKey(row, body)
      if (kind === 'approval.signed') return approve(row, body)
      if (!/^(?:request|revocation)\.|^submission\.answered$/.test(kind)) return followGrant(row, body)
      const flaw = follow(row, body)
      if (flaw === null) forgetOver(row.requestId ?? '')
      return flaw
    },
  }
}
