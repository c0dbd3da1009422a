/** Replays what happens to API keys; of a key the history holds what is public only. */
import type { Json } from '../strict-json.ts'
import type { JsonObject } from './canonical-json.ts'
import type { HistoryRow } from './chain.ts'
import { asObject, setFields, startTrace, type Trace } from './trace.ts'

const isGone = ({ fields }: Trace): boolean =>
  fields.get('replacedAt') !== null || fields.get('removedAt') !== null

/** Follows the rows `key.*` into `keys`; a sentence for a row that cannot follow. */
export function followKeys(keys: Map<string, Trace>) {
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
    return other ? 'its account has a key already.' : startTrace(keys, row, key, more)
  }
  const moved = (row: HistoryRow, id: Json | undefined, fields: JsonObject): string | null => {
    const trace = inUse(id)
    if (!trace) return 'it is about an API key that is not in use.'
    trace.row = row.seq
    setFields(trace, fields)
    return null
  }
  return (row: HistoryRow, body: JsonObject): string | null => {
    const { key, keyId, expiresAt = null, permissions = null } = body
    switch (row.kind) {
      case 'key.confirmed':
        return inUse(key)?.fields.get('keyId') === keyId ? null : 'it is about an API key that is not in use.'
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
