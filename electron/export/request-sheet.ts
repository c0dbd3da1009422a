/** The validation sheet of one request. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Exported } from './folder.ts'
import { readHistory } from './read-history.ts'
import { drawSheet } from './sheet.ts'
import { sheetContent } from './sheet-content.ts'
import { toldRequest } from './told-request.ts'

/** A sheet as a file. */
export interface RequestSheet {
  readonly fileName: string
  readonly pdf: Uint8Array
}

/**
 * Draws the sheet of a request from what the verified history says of it. Fails with `request.unknown`,
 * `request.altered`, `history.broken` or `store.*`.
 */
export async function requestSheet(store: Exported, id: string): Promise<Result<RequestSheet>> {
  const read = await readHistory(store.history)
  if (!read.ok) return read
  const trace = read.value.replay.requests.get(id)
  if (!trace) return fail('request.unknown', { request: id })
  const request = toldRequest(id, trace)
  if (!request.ok) return request
  return ok({
    fileName: `countersign-sheet-${id}.pdf`,
    pdf: await drawSheet(sheetContent(request.value, store)),
  })
}
