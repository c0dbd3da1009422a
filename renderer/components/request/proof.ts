/**
 * One digest in four places, each computed here and not believed: from the fields shown, from the signature, from the
 * body that was sent, and from the history's own copy.
 */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { approvalDigest, questionOf } from '../../../shared/approvals/approval.ts'
import type { HistoryRowView, RequestView } from '../../../shared/contract.ts'
import { readCanonicalObject } from '../../../shared/history/canonical-json.ts'
import { toHex, type Hex } from '../../../shared/hex.ts'
import {
  readPreparedRequest,
  recomputeDigests,
  typedDataOf,
  type PreparedRequest,
  type RequestDigests,
} from '../../../shared/prepared-request.ts'
import { readSignatureHex, recoverAddress } from '../../../shared/signature.ts'
import { rulesOf } from '../../../shared/venues/registry.ts'

/** Where the digest stands. */
export type PlaceName = 'previewed' | 'ledger' | 'sent' | 'history'

/** What a place says: the digest it gives, or null where it is not there (yet). */
export interface Place {
  readonly name: PlaceName
  readonly value: Hex | null
}

/** The digest by which a person knows a request, and its name: what hides the change, or the request's own. */
export const shownDigest = (digests: RequestDigests): { readonly name: string; readonly value: Hex } =>
  digests.connectionId === null
    ? { name: 'Digest', value: digests.digest }
    : { name: 'connectionId', value: digests.connectionId }

/** What the signature of a request covers: the venue's typed data, or the approval that lets the API key sign. */
export function signedDigest(id: string, prepared: PreparedRequest): Hex | null {
  if (typedDataOf(prepared) !== null) return recomputeDigests(prepared).digest
  const question = questionOf(id, prepared)
  return question.ok && question.value ? approvalDigest(question.value) : null
}

/** Whether the signature of a request is its signer's, over what it was asked for. */
export function signedBySigner({
  id,
  prepared,
  signature,
}: Pick<RequestView, 'id' | 'prepared' | 'signature'>): boolean {
  const read = readSignatureHex(signature)
  const digest = signedDigest(id, prepared)
  return read.ok && digest !== null && recoverAddress(digest, read.value) === prepared.signer.address
}

/**
 * The digest of what was sent: the request's own when the body is, byte for byte, what its fields and its signature give;
 * another one when it is anything else.
 */
function sentDigest({ prepared, submission, signature }: RequestView): Hex | null {
  if (!submission) return null
  const rules = rulesOf(prepared.venue)
  const read = readSignatureHex(signature)
  if (rules.signedBy === 'device' && !read.ok) return null
  const body = rules.bodyOf(prepared.wire, rules.signedBy === 'device' && read.ok ? read.value : null)
  return submission.body === body
    ? shownDigest(recomputeDigests(prepared)).value
    : toHex(keccak_256(utf8ToBytes(submission.body)))
}

/** The digest that the history's own copy of the request gives, where every later row speaks of it. */
function historyDigest(rows: readonly HistoryRowView[], id: string): Hex | null {
  const bodies = rows.map(({ kind, body }) => ({ kind, body: readCanonicalObject(body) }))
  const first = bodies.find(({ kind }) => kind === 'request.prepared')?.body?.['request']
  if (typeof first !== 'object' || first === null || !('prepared' in first)) return null
  const read = readPreparedRequest(first['prepared'], id)
  if (!read.ok) return null
  const { digest } = read.value.digests
  const agree = bodies.every(({ body }) => body?.['digest'] === undefined || body['digest'] === digest)
  return agree ? shownDigest(read.value.digests).value : null
}

/** The four places of a request; `rows` are its rows of the history. */
export function placesOf(request: RequestView, rows: readonly HistoryRowView[]): readonly Place[] {
  const previewed = shownDigest(recomputeDigests(request.prepared)).value
  return [
    { name: 'previewed', value: previewed },
    { name: 'ledger', value: request.signature && signedBySigner(request) ? previewed : null },
    { name: 'sent', value: sentDigest(request) },
    { name: 'history', value: historyDigest(rows, request.id) },
  ]
}
