/**
 * What an approval in words says and who gave it: the personal message or the typed data, with or without its
 * signature, held against what was asked for. Whose request its digest names cannot be told without that request.
 */
import * as v from 'valibot'
import { approvalDigest, type ApprovalQuestion } from '../approvals/approval.ts'
import { untilMs, type ApprovalFacts } from '../approvals/facts.ts'
import { readApprovalText } from '../approvals/text.ts'
import { approvalTypedData, readApprovalTypedData } from '../approvals/typed-data.ts'
import { anyObject, check } from '../check.ts'
import { fail, failure, ok, type Failure, type Result } from '../errors.ts'
import type { Hex } from '../hex.ts'
import { readSignatureHex, recoverAddress, type Signature } from '../signature.ts'
import { isNetwork } from '../venues/module.ts'
import { difference } from './compare.ts'
import { concluded, type Finding, type Look } from './finding.ts'
import { inspectVenue, type AskedFor, type InspectInput } from './input.ts'

const textSchema = v.strictObject({ text: v.string(), signature: v.exactOptional(v.string()) })
const typedSchema = v.strictObject({ typedData: anyObject, signature: v.exactOptional(v.string()) })

interface GivenApproval {
  readonly question: ApprovalQuestion
  readonly facts: ApprovalFacts
  readonly signature: string | undefined
}

function readText(payload: InspectInput['payload']): Result<GivenApproval> {
  const given = check(textSchema, payload)
  if (!given.ok) return given
  const { text, signature } = given.value
  const facts = readApprovalText(text)
  return facts.ok ? ok({ question: { form: 'text', text }, facts: facts.value, signature }) : facts
}

function readTyped(payload: InspectInput['payload']): Result<GivenApproval> {
  const isWrapped = Object.hasOwn(payload, 'typedData')
  const given = isWrapped ? check(typedSchema, payload) : ok({ typedData: payload, signature: undefined })
  if (!given.ok) return given
  const facts = readApprovalTypedData(given.value.typedData)
  if (!facts.ok) return facts
  const typedData = approvalTypedData(facts.value)
  return ok({
    question: { form: 'typedData', typedData },
    facts: facts.value,
    signature: given.value.signature,
  })
}

const isAddress = (text: string): boolean => /^0x[0-9a-f]{40}$/.test(text)

/** The leverage that a change leads to, of buy and of sell. */
function leverageAfter({ change }: ApprovalFacts): { readonly buy: string; readonly sell: string } {
  const [buy = '', sell = buy] = (change.split(' -> ')[1] ?? '').split('/').map((side) => side.slice(0, -1))
  return { buy, sell }
}

function compareFacts(facts: ApprovalFacts, asked: AskedFor): readonly Failure[] {
  const symbol = typeof asked.asset === 'string' ? asked.asset : undefined
  const subject = facts.subject.toLowerCase()
  const { buy, sell } = leverageAfter(facts)
  return [
    ...difference('market', facts.market, symbol),
    ...difference('leverage', buy, asked.leverage),
    ...(sell === buy && asked.sellLeverage === undefined
      ? []
      : difference('sellLeverage', sell, asked.sellLeverage ?? asked.leverage)),
    ...difference('mode', facts.mode.startsWith('cross'), asked.isCross),
    ...(isAddress(subject) ? difference('subject', subject, asked.account) : []),
    ...difference('digest', `0x${facts.digest}`, asked.digest),
  ]
}

function compareApprover(signer: Hex | null, asked: AskedFor): readonly Failure[] {
  const expected = asked.signer ?? asked.owner
  if (signer === null || expected === undefined || signer === expected) return []
  return [failure('payload.signerDiffers', { field: 'signature', actual: signer, expected })]
}

function notesOn({ facts }: GivenApproval, signer: Hex | null, asked: AskedFor, nowMs: number) {
  const until = untilMs(facts.until)
  const expected = asked.signer ?? asked.owner
  const byNumber = asked.assetId !== undefined || typeof asked.asset === 'number'
  return [
    ...(until !== null && nowMs >= until ? [`It was good until ${facts.until}.`] : []),
    ...(asked.digest === undefined
      ? ['Whether its digest is that of the request that is meant cannot be told without that request.']
      : []),
    ...(byNumber ? ['An approval names its market by symbol; the number is not compared.'] : []),
    ...(signer === null && expected !== undefined
      ? ['There is no signature, so the signer is not compared.']
      : []),
    ...(signer !== null && expected === undefined
      ? ['Whether this signer may approve it is not compared: give signer to compare it.']
      : []),
  ]
}

function signatureOf({ signature }: GivenApproval): Result<Signature | null> {
  return signature === undefined ? ok(null) : readSignatureHex(signature)
}

/** Reads an approval and compares it. Fails with `approval.malformed` or `input.*`. */
function lookAtApproval({ payload, asked }: InspectInput, nowMs: number): Result<Finding> {
  const given = Object.hasOwn(payload, 'text') ? readText(payload) : readTyped(payload)
  if (!given.ok) return given
  const signature = signatureOf(given.value)
  if (!signature.ok) return signature
  const { question, facts } = given.value
  const signedDigest = approvalDigest(question)
  const signer = signature.value && recoverAddress(signedDigest, signature.value)
  if (signature.value && signer === null)
    return fail('input.badField', { field: 'signature', detail: 'no key can have made it.' })
  const [name = '', network = ''] = facts.venue.split(' ')
  const venue = inspectVenue(name)
  if (venue === null || !isNetwork(network))
    return fail('approval.malformed', { field: 'venue', detail: 'it is not known.' })
  const isExpected = (asked.signer ?? asked.owner ?? asked.digest) !== undefined
  return ok({
    venue,
    network,
    approval: { form: question.form, facts, signedDigest },
    signer,
    problems: [...compareFacts(facts, asked), ...compareApprover(signer, asked)],
    notes: notesOn(given.value, signer, asked, nowMs),
    compared: signer !== null && isExpected,
  })
}

/** Inspects an approval in words. */
export const inspectApproval: Look = (input, { nowMs }) =>
  concluded({ kind: 'approval' }, lookAtApproval(input, nowMs))
