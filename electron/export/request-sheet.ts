/** The validation sheet of one request. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Exported } from './folder.ts'
import { readHistory } from './read-history.ts'
import { drawSheet } from './sheet.ts'
import { sheetContent } from './sheet-content.ts'
import { toldRequest, withheld } from './told-request.ts'

/** A sheet as a file. */
export interface RequestSheet {
  readonly fileName: string
  readonly pdf: Uint8Array
}

/**
 * Signs a head and draws the sheet of a request from what the verified rows under it say. Fails with `request.unknown`,
 * `request.altered`, `history.broken`, `store.*`, and with what `heads.sign` fails with. A signature that could still be
 * used is left out.
 */
export async function requestSheet(store: Exported, id: string): Promise<Result<RequestSheet>> {
  const head = await store.heads.sign()
  if (!head.ok) return head
  const read = await readHistory(store.history, head.value.size, (one) => one === id)
  if (!read.ok) return read
  const [found] = read.value.requests
  if (!found) return fail('request.unknown', { request: id })
  const request = toldRequest(...found)
  if (!request.ok) return request
  const usable = await store.usable()
  if (!usable.ok) return usable
  const waits = usable.value.find((one) => one.what === 'request' && one.requestId === id)
  const source = { mode: store.mode, chainId: store.chainId, head: head.value }
  return ok({
    fileName: `countersign-sheet-${id}.pdf`,
    pdf: await drawSheet(sheetContent(waits ? withheld(request.value, waits) : request.value, source)),
  })
}
