/**
 * One digest in four places, each computed here and not believed: from the fields shown, from the signature, from the
 * body that was sent, and from the history's own copy.
 */
import type { HistoryRowView, RequestView } from '../../../shared/contract.ts'
import { readCanonicalObject } from '../../../shared/history/canonical-json.ts'
import type { Hex } from '../../../shared/hex.ts'
import { readPreparedRequest, recomputeDigests } from '../../../shared/prepared-request.ts'
import { readSignatureHex, recoverAddress } from '../../../shared/signature.ts'
import { parseStrictJson } from '../../../shared/strict-json.ts'
import { readExecuteBody } from '../../../shared/venues/compass/request.ts'
import { connectionIdOf } from '../../../shared/venues/hyperliquid/digest.ts'
import { readExchangeBody } from '../../../shared/venues/hyperliquid/request.ts'

/** Where the digest stands. */
export type PlaceName = 'previewed' | 'ledger' | 'sent' | 'history'

/** What a place says: the connectionId it gives, or null where it is not there (yet). */
export interface Place {
  readonly name: PlaceName
  readonly value: Hex | null
}

/** Whether the signature of a request is its signer's, over its digest. */
export function signedBySigner({
  prepared,
  signature,
}: Pick<RequestView, 'prepared' | 'signature'>): boolean {
  const read = readSignatureHex(signature)
  return read.ok && recoverAddress(recomputeDigests(prepared).digest, read.value) === prepared.signer.address
}

/** The connectionId of the body that was sent; null where it cannot be read. */
function sentId({ prepared, submission }: RequestView): Hex | null {
  const json = submission ? parseStrictJson(submission.body) : null
  if (!json?.ok) return null
  if (prepared.venue === 'compass') {
    const body = readExecuteBody(json.value)
    if (!body.ok) return null
    const { action, nonce } = body.value
    return connectionIdOf(action, { nonce, vaultAddress: null, expiresAfter: null })
  }
  const body = readExchangeBody(json.value)
  return body.ok ? connectionIdOf(body.value.action, body.value.context) : null
}

/** The connectionId that the history's own copy of the request gives, where every later row speaks of its digest. */
function historyId(rows: readonly HistoryRowView[], id: string): Hex | null {
  const bodies = rows.map(({ kind, body }) => ({ kind, body: readCanonicalObject(body) }))
  const first = bodies.find(({ kind }) => kind === 'request.prepared')?.body?.['request']
  if (typeof first !== 'object' || first === null || !('prepared' in first)) return null
  const read = readPreparedRequest(first['prepared'], id)
  if (!read.ok) return null
  const { digest, connectionId } = read.value.digests
  const agree = bodies.every(({ body }) => body?.['digest'] === undefined || body['digest'] === digest)
  return agree ? connectionId : null
}

/** The four places of a request; `rows` are its rows of the history. */
export function placesOf(request: RequestView, rows: readonly HistoryRowView[]): readonly Place[] {
  const previewed = recomputeDigests(request.prepared).connectionId
  return [
    { name: 'previewed', value: previewed },
    { name: 'ledger', value: request.signature && signedBySigner(request) ? previewed : null },
    { name: 'sent', value: request.submission ? sentId(request) : null },
    { name: 'history', value: historyId(rows, request.id) },
  ]
}
