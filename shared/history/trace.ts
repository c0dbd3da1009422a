/** What a replay knows of one thing that the history tells of. */
import type { Json } from '../strict-json.ts'
import type { JsonObject } from './canonical-json.ts'
import type { HistoryRow } from './chain.ts'

/** What the history says about one account, key, permit or request, and the first and the newest row that say so. */
export interface Trace {
  readonly first: number
  row: number
  /** The fields of its table row; those of what belongs to a request as `submission.<field>`, `approval.<field>` and so on. */
  readonly fields: Map<string, Json>
}

/** Traces by id. */
export type Traces = ReadonlyMap<string, Trace>

/** A JSON value as an object; null for anything else. */
export const asObject = (value: Json | undefined): JsonObject | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null

/** Sets fields of a trace, their names after `prefix`. */
export const setFields = (trace: Trace, fields: JsonObject, prefix = ''): void => {
  for (const [name, value] of Object.entries(fields)) trace.fields.set(prefix + name, value)
}

/** A trace of which only its row is known. */
export const newTrace = ({ seq }: HistoryRow): Trace => ({ first: seq, row: seq, fields: new Map() })

/** Starts the trace of what a row adds, `of` with its `id`, and `more`; a sentence where it cannot be added. */
export function startTrace(
  traces: Map<string, Trace>,
  row: HistoryRow,
  of: JsonObject,
  more: JsonObject,
): string | null {
  const { id } = of
  if (typeof id !== 'string') return 'it does not name what it is about.'
  if (traces.has(id)) return `${id} is added a second time.`
  const trace = newTrace(row)
  setFields(trace, of)
  setFields(trace, more)
  traces.set(id, trace)
  return null
}
