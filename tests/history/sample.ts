/** Small histories for the tests. */
import fc from 'fast-check'
import { canonicalJson, type JsonObject } from '../../shared/history/canonical-json.ts'
import {
  nextRow,
  type HistoryContent,
  type HistoryMode,
  type HistoryRow,
} from '../../shared/history/chain.ts'

export const bodyText = (body: JsonObject): string => {
  const text = canonicalJson(body)
  if (!text.ok) throw new Error(text.error.message)
  return text.value
}

export const opening = (mode: HistoryMode = 'practice', name = 'ab'): HistoryContent => ({
  at: '2026-11-20T10:00:00.000Z',
  kind: 'history.opened',
  requestId: null,
  body: bodyText({ chainId: `0x${name.repeat(32)}`, format: 'countersign-history-1', mode }),
})

/** Chains contents into rows, the opening row first. */
export const chain = (contents: readonly HistoryContent[], first = opening()): HistoryRow[] => {
  const rows: HistoryRow[] = []
  for (const content of [first, ...contents]) rows.push(nextRow(rows.at(-1) ?? null, content))
  return rows
}

const content: fc.Arbitrary<HistoryContent> = fc.record({
  at: fc
    .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  kind: fc.constantFrom('device.rejected', 'desk.read', 'market.seen'),
  requestId: fc.option(fc.ulid()),
  body: fc
    .dictionary(
      fc.string({ unit: 'binary' }),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
    )
    .map(bodyText),
})

/** Histories of 2 to 12 rows. */
export const histories = fc.array(content, { minLength: 1, maxLength: 11 }).map((contents) => chain(contents))
