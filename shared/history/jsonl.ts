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

/**
 * The row of a line without its line feed; a sentence when the line is not what `toLine` writes. That the body is
 * canonical is left to the verifier, which checks it of every row.
 */
export function fromLine(line: string): HistoryRow | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'this line is not JSON.'
  }
  const parsed = v.safeParse(lineSchema, value)
  if (!parsed.success) return 'this line does not have the fields of a row.'
  const { body } = value as { body: JsonObject }
  // Most bodies come back from JSON.stringify as they were; one that does not may still be canonical.
  const row: HistoryRow = { ...parsed.output, body: JSON.stringify(body) }
  if (toLine(row) === `${line}\n`) return row
  const canonical = canonicalJson(body)
  if (!canonical.ok) return canonical.error.message
  const exact: HistoryRow = { ...row, body: canonical.value }
  return toLine(exact) === `${line}\n` ? exact : 'this line is not in canonical form.'
}
