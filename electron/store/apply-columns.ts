/** Values of a verified row as the columns of the tables hold them. */
import { canonicalJson, type JsonObject } from '../../shared/history/canonical-json.ts'
import type { HistoryRow } from '../../shared/history/chain.ts'
import type { Json } from '../../shared/strict-json.ts'

/** Puts what a row says into the tables. */
export type Apply = (row: HistoryRow, body: JsonObject) => void

/** A member as an object; an empty one for anything else. */
export const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}

/** A value as its column holds it: objects as canonical text. */
export function column(value: Json | undefined): string | number | null {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (value === undefined || value === null) return null
  const text = canonicalJson(value)
  if (!text.ok) throw new Error('a verified row is exact JSON')
  return text.value
}

/** Members of an object as columns, in the order of `names`. */
export const columns = (object: JsonObject, names: readonly string[]) =>
  names.map((name) => column(object[name]))

/** Question marks for so many values. */
export const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ')
