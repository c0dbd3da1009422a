/** The validation sheet of one request. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { readCanonicalObject } from '../../shared/history/canonical-json.ts'
import { rowHash } from '../../shared/history/chain.ts'
import { createReplay } from '../../shared/history/replay.ts'
import type { Trace } from '../../shared/history/trace.ts'
import { nativeSha256 } from '../store/hashing.ts'
import type { HistoryStore } from '../store/port.ts'
import type { Exported } from './folder.ts'
import { drawSheet } from './sheet.ts'
import { sheetContent } from './sheet-content.ts'
import { toldRequest } from './told-request.ts'

/** A sheet as a file. */
export interface RequestSheet {
  readonly fileName: string
  readonly pdf: Uint8Array
}

/** More rows than a request has. */
const maxRows = 10_000

/**
 * What the rows of one request say of it, each held against its hash; null where there are none. However long the history
 * is, no other row is read: that all of them fit is what the head that is signed for them says.
 */
async function traceOf(history: HistoryStore, id: string): Promise<Result<Trace | null>> {
  const rows = await history.list({ requestId: id, limit: maxRows })
  if (!rows.ok) return rows
  const over = new Map<string, Trace>()
  const replay = createReplay({
    sha256: nativeSha256,
    isPartial: true,
    over: (of, trace) => void over.set(of, trace),
  })
  for (const row of rows.value.toReversed()) {
    const body = readCanonicalObject(row.body)
    if (body === null || rowHash(row, nativeSha256) !== row.hash)
      return fail('history.broken', {
        row: row.seq,
        detail: 'its content was changed: its hash does not fit.',
      })
    const flaw = replay.push(row, body)
    if (flaw !== null) return fail('history.broken', { row: row.seq, detail: flaw })
  }
  return ok(over.get(id) ?? replay.requests.get(id) ?? null)
}

/**
 * Signs a head and draws the sheet of a request from what its rows say. Fails with `request.unknown`, `request.altered`,
 * `history.broken`, `store.*`, and with what `heads.sign` fails with.
 */
export async function requestSheet(store: Exported, id: string): Promise<Result<RequestSheet>> {
  const head = await store.heads.sign()
  if (!head.ok) return head
  const trace = await traceOf(store.history, id)
  if (!trace.ok) return trace
  if (trace.value === null) return fail('request.unknown', { request: id })
  const request = toldRequest(id, trace.value)
  if (!request.ok) return request
  const source = { mode: store.mode, chainId: store.chainId, head: head.value }
  return ok({
    fileName: `countersign-sheet-${id}.pdf`,
    pdf: await drawSheet(sheetContent(request.value, source)),
  })
}
