/**
 * Checks every signature in a history from what the rows themselves say: digests are computed again from the prepared
 * requests, approvals are read word for word, bodies byte for byte. Takes rows that the chain and the replay accepted.
 */
import * as v from 'valibot'
import { approvalForms, readPreparedRequest, type PreparedRequest } from '../prepared-request.ts'
import { verifyApproval, type Approval } from '../approvals/approval.ts'
import { addressSchema, check, hexBytes, isObject } from '../check.ts'
import { isFinal, isRequestState } from '../request-state.ts'
import { contradiction } from '../request-columns.ts'
import { revocationFlaw } from '../revocation.ts'
import { readSignatureHex, recoverAddress, type RecoverAddress, type Signature } from '../signature.ts'
import { rulesOf } from '../venues/registry.ts'
import type { JsonObject } from './canonical-json.ts'
import type { HistoryRow } from './chain.ts'
import type { Traces } from './trace.ts'
import { grantChecks } from './verify-grants.ts'

/** What is known of a request while it is not over. */
interface Pending {
  readonly request: PreparedRequest
  approval: Approval | null
  /** What the Ledger signed for the venue; null before, and where an API key signs. */
  signature: Signature | null
}

/** Checks signatures row by row. */
export interface SignatureCheck {
  /** What is wrong with a row's signature or with what was signed; null when nothing is. */
  readonly push: (row: HistoryRow, body: JsonObject) => string | null
  /** How many signatures were right. */
  readonly count: () => number
}

const approvalSchema = v.strictObject({
  form: v.picklist(approvalForms.filter((form) => form !== 'none')),
  message: v.string(),
  signature: hexBytes(65),
  signer: addressSchema,
})

const revocationSchema = v.strictObject({
  of: hexBytes(32),
  digest: hexBytes(32),
  signature: hexBytes(65),
  body: v.string(),
})

/** Time does not count: what was approved in time stays approved. */
const always = Number.NEGATIVE_INFINITY

function readPrepared(id: string, body: JsonObject): PreparedRequest | string {
  const stored = body['request']
  if (!isObject(stored)) return 'it does not say what was prepared.'
  const request = readPreparedRequest(stored['prepared'], id)
  if (!request.ok)
    return `what was prepared is not what its digests say (${request.error.field ?? 'payload'}).`
  const { digest, signer, nonce, expiresAfter, venue, network } = stored
  const name = contradiction({ digest, signer, nonce, expiresAfter, venue, network }, request.value)
  return name === null ? request.value : `its "${name}" is not that of what was prepared.`
}

/** What is wrong with what was signed to revoke a request; null when nothing is. */
function revocationRowFlaw(
  request: PreparedRequest,
  body: JsonObject,
  recover: RecoverAddress,
): string | null {
  const read = check(revocationSchema, body)
  if (!read.ok) return 'its revocation is malformed.'
  return read.value.of === request.digests.digest
    ? revocationFlaw(request, read.value, recover)
    : 'it revokes another request.'
}

/** Starts a check. `accounts` are those that were added before a row. Requests that are over are forgotten. */
export function createSignatureCheck(
  accounts: Traces,
  recover: RecoverAddress = recoverAddress,
): SignatureCheck {
  const pending = new Map<string, Pending>()
  let count = 0

  const counted = (flaw: string | null): string | null => {
    if (flaw === null) count += 1
    return flaw
  }

  const approve = (id: string, now: Pending, body: JsonObject): string | null => {
    const read = check(approvalSchema, body['approval'])
    if (!read.ok) return 'its approval is malformed.'
    const verified = verifyApproval(id, now.request, read.value, always, recover)
    if (!verified.ok) return `its approval does not answer the request: ${verified.error.message}`
    now.approval = read.value
    count += 1
    return null
  }

  const sign = (now: Pending, body: JsonObject): string | null => {
    const { request, approval } = now
    if (request.approval !== 'none' && approval === null) return 'it was signed without its approval.'
    if (rulesOf(request.venue).signedBy === 'apiKey')
      return body['signature'] === approval?.signature ? null : 'its signature is not that of its approval.'
    const signature = readSignatureHex(body['signature'])
    if (!signature.ok) return 'its signature is malformed.'
    if (recover(request.digests.digest, signature.value) !== request.signer.address)
      return 'its signature is not by its signer over what was prepared.'
    now.signature = signature.value
    count += 1
    return null
  }

  const send = ({ request, signature }: Pending, body: JsonObject): string | null => {
    const submission = body['submission']
    const rules = rulesOf(request.venue)
    if (rules.signedBy === 'device' && signature === null) return 'it was sent unsigned.'
    const sent = isObject(submission) ? submission['body'] : null
    return sent === rules.bodyOf(request.wire, signature) ? null : 'what was sent is not what was signed.'
  }

  const follow = (row: HistoryRow, now: Pending, body: JsonObject): string | null => {
    if (row.kind === 'approval.signed') return approve(row.requestId ?? '', now, body)
    if (row.kind === 'request.signed') return sign(now, body)
    if (row.kind === 'revocation.signed') return counted(revocationRowFlaw(now.request, body, recover))
    return row.kind === 'request.sending' ? send(now, body) : null
  }

  return {
    push(row, body) {
      const { kind, requestId } = row
      const grant = grantChecks[kind]
      if (grant) {
        const flaw = grant(body, accounts, recover)
        return body['signature'] === null ? flaw : counted(flaw)
      }
      if (requestId === null) return null
      if (kind === 'request.prepared') {
        const request = readPrepared(requestId, body)
        if (typeof request === 'string') return request
        pending.set(requestId, { request, approval: null, signature: null })
        return null
      }
      const now = pending.get(requestId)
      if (!now) return null
      const flaw = follow(row, now, body)
      const state = kind.slice('request.'.length)
      if (kind.startsWith('request.') && isRequestState(state) && isFinal(state)) pending.delete(requestId)
      return flaw
    },
    count: () => count,
  }
}
