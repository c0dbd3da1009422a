/** The history as text: one row a line, each the canonical JSON of the row, so a line has exactly one right form. */
import * as v from 'valibot'
import { canonicalJson, type JsonObject } from './canonical-json.ts'
import type { HistoryRow } from './chain.ts'
import { isHex, type Hex } from '../hex.ts'

const hash = v.custom<Hex>((value) => isHex(value, 32) && value === value.toLowerCase())

const lineSchema = v.strictObject({
  at: v.string(),
  body: v.record(v.string(), v.unknown()),
  hash,
  kind: v.string(),
  prevHash: hash,
  requestId: v.nullable(v.string()),
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
})

const text = (value: string | null): string => JSON.stringify(value)

/** The line of a row, with its line feed. The row's body must be canonical and its texts well-formed. */
export const toLine = (row: HistoryRow): string =>
  `{"at":${text(row.at)},"body":${row.body},"hash":${text(row.hash)},"kind":${text(row.kind)},` +
  `"prevHash":${text(row.prevHash)},"requestId":${text(row.requestId)},"seq":${row.seq}}\n`

/** The row of a line without its line feed; a sentence when the line is not exactly what `toLine` writes. */
export function fromLine(line: string): HistoryRow | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'this line is not JSON.'
  }
  const parsed = v.safeParse(lineSchema, value)
  if (!parsed.success) return 'this line does not have the fields of a row.'
  const body = canonicalJson((value as { body: JsonObject }).body)
  if (!body.ok) return body.error.message
  const row: HistoryRow = { ...parsed.output, body: body.value }
  return toLine(row) === `${line}\n` ? row : 'this line is not in canonical form.'
}
