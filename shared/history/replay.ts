/**
 * Replays what a verified history says about accounts, API keys and requests, so that the tables beside it can be held against
 * it. A history whose rows do not make sense one after the other is refused: arrows that do not exist, a digest that
 * changes on the way, a second submission.
 */
import { isRequestState, mayFollow, type RequestState } from '../request-state.ts'
import type { Json } from '../strict-json.ts'
import type { JsonObject } from './canonical-json.ts'
import type { HistoryRow } from './chain.ts'

/** What the history says about one account, key or request, and the newest row that says so. */
export interface Trace {
  row: number
  /** The fields of its table row, and those of its submission and approval as `submission.<field>`, `approval.<field>`. */
  readonly fields: Map<string, Json>
}

/** Accounts, API keys and requests by id. */
export interface Replay {
  readonly accounts: ReadonlyMap<string, Trace>
  readonly keys: ReadonlyMap<string, Trace>
  readonly requests: ReadonlyMap<string, Trace>
  /** Takes a row that verified; a sentence when it cannot follow from the rows before it. */
  push(row: HistoryRow, body: JsonObject): string | null
}

const asObject = (value: Json | undefined): JsonObject | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null

const set = (trace: Trace, fields: JsonObject, prefix = ''): void => {
  for (const [name, value] of Object.entries(fields)) trace.fields.set(prefix + name, value)
}

const start = (
  traces: Map<string, Trace>,
  row: HistoryRow,
  of: JsonObject,
  more: JsonObject,
): string | null => {
  const { id } = of
  if (typeof id !== 'string') return 'it does not name what it is about.'
  if (traces.has(id)) return `${id} is added a second time.`
  const trace: Trace = { row: row.seq, fields: new Map() }
  set(trace, of)
  set(trace, more)
  traces.set(id, trace)
  return null
}

function step(trace: Trace, row: HistoryRow, to: RequestState, body: JsonObject): string | null {
  const from = trace.fields.get('state')
  if (!isRequestState(from) || body['from'] !== from || !mayFollow(from, to)) {
    return `a request that is ${String(from)} cannot become ${to}.`
  }
  if (body['digest'] !== trace.fields.get('digest')) return 'its digest is not the one that was prepared.'
  trace.fields.set('state', to)
  trace.fields.set('updatedAt', row.at)
  for (const name of ['signature', 'detail']) {
    const value = body[name]
    if (value !== undefined) trace.fields.set(name, value)
  }
  const submission = asObject(body['submission'])
  if (to !== 'sending') return null
  if (!submission) return 'it does not say what was sent.'
  set(trace, submission, 'submission.')
  set(
    trace,
    { startedAt: row.at, answeredAt: null, httpStatus: null, answer: null, outcome: null },
    'submission.',
  )
  return null
}

function answer(trace: Trace, row: HistoryRow, body: JsonObject): string | null {
  if (body['submission'] !== trace.fields.get('submission.id')) return 'it answers what was not sent.'
  if (trace.fields.get('submission.answeredAt') !== null) return 'it answers a second time.'
  const { httpStatus = null, answer = null, outcome = null } = body
  set(trace, { answeredAt: row.at, httpStatus, answer, outcome }, 'submission.')
  return null
}

const isGone = ({ fields }: Trace): boolean =>
  fields.get('replacedAt') !== null || fields.get('removedAt') !== null

/** Follows what happens to API keys; of a key the history holds what is public only. */
function followKeys(keys: Map<string, Trace>) {
  const inUse = (id: Json | undefined): Trace | null => {
    const trace = typeof id === 'string' ? keys.get(id) : undefined
    return trace && !isGone(trace) ? trace : null
  }
  const added = (row: HistoryRow, body: JsonObject): string | null => {
    const key = asObject(body['key']) ?? {}
    const more = { createdAt: row.at, replacedAt: null, removedAt: null }
    const other = [...keys.values()].some(
      (trace) => trace.fields.get('accountId') === key['accountId'] && !isGone(trace),
    )
    return other ? 'its account has a key already.' : start(keys, row, key, more)
  }
  const moved = (row: HistoryRow, id: Json | undefined, fields: JsonObject): string | null => {
    const trace = inUse(id)
    if (!trace) return 'it is about an API key that is not in use.'
    trace.row = row.seq
    set(trace, fields)
    return null
  }
  return (row: HistoryRow, body: JsonObject): string | null => {
    const { key, expiresAt = null, permissions = null } = body
    switch (row.kind) {
      case 'key.added':
        return added(row, body)
      case 'key.rotated':
        return moved(row, body['replaced'], { replacedAt: row.at }) ?? added(row, body)
      case 'key.removed':
        return moved(row, key, { removedAt: row.at })
      case 'key.checked':
        return moved(row, key, { expiresAt, permissions })
      default:
        return `"${row.kind}" is not something that happens to an API key.`
    }
  }
}

/** Starts a replay. */
export function createReplay(): Replay {
  const accounts = new Map<string, Trace>()
  const keys = new Map<string, Trace>()
  const followKey = followKeys(keys)
  const requests = new Map<string, Trace>()

  const follow = (row: HistoryRow, body: JsonObject): string | null => {
    const trace = requests.get(row.requestId ?? '')
    if (!trace) return 'it is about a request that was not prepared before.'
    trace.row = row.seq
    if (row.kind === 'submission.answered') return answer(trace, row, body)
    const to = row.kind.slice('request.'.length)
    return isRequestState(to) ? step(trace, row, to, body) : `"${row.kind}" is not a step of a request.`
  }

  const approve = (row: HistoryRow, body: JsonObject): string | null => {
    const trace = requests.get(row.requestId ?? '')
    const approval = asObject(body['approval'])
    if (!trace || !approval) return 'it approves a request that was not prepared before.'
    if (trace.fields.has('approval.signature')) return 'it approves a second time.'
    trace.row = row.seq
    set(trace, approval, 'approval.')
    return null
  }

  return {
    accounts,
    keys,
    requests,
    push(row, body) {
      if (row.kind === 'account.added') {
        return start(accounts, row, asObject(body['account']) ?? {}, {})
      }
      if (row.kind === 'request.prepared') {
        const request = asObject(body['request']) ?? {}
        if (request['id'] !== row.requestId) return 'it is about two requests.'
        const { at } = row
        return start(requests, row, request, {
          state: 'prepared',
          signature: null,
          detail: null,
          createdAt: at,
          updatedAt: at,
        })
      }
      if (row.kind.startsWith('key.')) return followKey(row, body)
      if (row.kind === 'approval.signed') return approve(row, body)
      return row.kind.startsWith('request.') || row.kind === 'submission.answered' ? follow(row, body) : null
    },
  }
}
