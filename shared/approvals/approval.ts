/**
 * The approval of one prepared request: what the Ledger is asked, and whether a signature answers exactly that. An API
 * key is opened for nothing less.
 */
import { hashMessage } from 'viem'
import { fail, ok, type Result } from '../errors.ts'
import { hashTypedData, type TypedData } from '../eip712/typed-data.ts'
import type { Hex } from '../hex.ts'
import { rulesOf } from '../venues/registry.ts'
import type { PreparedRequest } from '../prepared-request.ts'
import { readSignatureHex, recoverAddress, type RecoverAddress } from '../signature.ts'
import { changeText, checkFacts, modeText, untilMs, untilText, type ApprovalFacts } from './facts.ts'
import { exactText } from './text.ts'
import { approvalTypedData } from './typed-data.ts'

/** What the Ledger is asked: a personal message, or typed data. */
export type ApprovalQuestion =
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'typedData'; readonly typedData: TypedData }

/** An approval as it is kept. */
export interface Approval {
  readonly form: ApprovalQuestion['form']
  /** The personal message, or the typed data as JSON: what the Ledger signed. */
  readonly message: string
  readonly signature: Hex
  /** The Ledger's address, lower case. */
  readonly signer: Hex
}

/** The facts of a request, which has the id `id`. Fails with `approval.malformed` where one cannot be shown. */
export function approvalFactsOf(id: string, request: PreparedRequest): Result<ApprovalFacts> {
  const { venue, network, market, from, to, wire, digests } = request
  const rules = rulesOf(venue)
  return checkFacts({
    market: market.symbol,
    change: changeText(from, to),
    mode: modeText(from.isCross, to.isCross),
    venue: `${venue} ${network}`,
    subject: rules.subjectOf(request),
    until: untilText(rules.deadlineOf(wire)),
    request: id,
    digest: digests.request.slice(2),
  })
}

/** What the Ledger is asked to approve a request; null where it is not asked. Fails with `approval.malformed`. */
export function questionOf(id: string, request: PreparedRequest): Result<ApprovalQuestion | null> {
  if (request.approval === 'none') return ok(null)
  const facts = approvalFactsOf(id, request)
  if (!facts.ok) return facts
  if (request.approval === 'typedData')
    return ok({ form: 'typedData', typedData: approvalTypedData(facts.value) })
  const text = exactText(facts.value)
  return text.ok ? ok({ form: 'text', text: text.value }) : text
}

/** The text that is kept of what was asked. */
export const messageOf = (question: ApprovalQuestion): string =>
  question.form === 'text' ? question.text : JSON.stringify(question.typedData)

/** What the Ledger's signature covers: the EIP-191 or the EIP-712 digest. */
export const approvalDigest = (question: ApprovalQuestion): Hex =>
  question.form === 'text' ? hashMessage(question.text) : hashTypedData(question.typedData).digest

/**
 * Whether an approval is one of exactly this request, by the Ledger that answers for it, and in time.
 * Fails with `approval.*`; nothing was sent.
 */
export function verifyApproval(
  id: string,
  request: PreparedRequest,
  approval: Approval | null,
  nowMs: number,
  recover: RecoverAddress = recoverAddress,
): Result<null> {
  const question = questionOf(id, request)
  if (!question.ok) return question
  if (question.value === null || approval === null) return fail('approval.missing', { request: id })
  if (approval.form !== question.value.form)
    return fail('approval.otherRequest', { request: id, field: 'form' })
  if (approval.message !== messageOf(question.value))
    return fail('approval.otherRequest', { request: id, field: 'message' })
  const signature = readSignatureHex(approval.signature)
  if (!signature.ok) return fail('approval.otherRequest', { request: id, field: 'signature' })
  const signer = recover(approvalDigest(question.value), signature.value)
  if (signer !== request.signer.address || approval.signer !== signer) {
    const actual = signer ?? 'nobody'
    return fail('approval.signerDiffers', { request: id, actual, expected: request.signer.address })
  }
  const until = untilMs(untilText(rulesOf(request.venue).deadlineOf(request.wire)))
  if (until === null || nowMs >= until) return fail('approval.expired', { request: id })
  return ok(null)
}
