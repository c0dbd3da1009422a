/**
 * Reading what Arcus answers to `POST /v1/setLeverage` (Arcus docs, "Set leverage for a market"): 200 is applied, 422 is
 * refused by the engine with the leverage that is still in force, 202 says nothing yet. An answer in another form than
 * the venue's own decides nothing.
 */
import * as v from 'valibot'
import { integer } from '../../check.ts'
import { failure } from '../../errors.ts'
import { parseAnswerJson } from '../../strict-json.ts'
import { refusedBy } from '../module.ts'
import { outcomeWithoutAnswer, type HttpAnswer, type SubmissionOutcome } from '../outcome.ts'
import { sameAddress } from './address.ts'
import { accountIndexSchema } from './settings.ts'
import { marketIdSchema, type ArcusWire } from './wire.ts'

const answerSchema = v.object({
  address: v.string(),
  accountIndex: accountIndexSchema,
  marketId: marketIdSchema,
  leverage: integer(1, 1000),
  status: v.picklist(['ACK', 'APPLIED', 'REJECTED']),
  rejectReason: v.optional(v.string()),
  marginMode: v.optional(v.picklist(['CROSS', 'ISOLATED'])),
})

type Answer = v.InferOutput<typeof answerSchema>

const errorSchema = v.object({ error: v.string(), code: v.optional(v.string()) })

const reasons: Readonly<Record<string, string>> = {
  UNDERCOLLATERALIZED:
    'at this leverage the open positions would need more margin than the account has; deposit or reduce positions first.',
  INVALID_LEVERAGE: 'the venue does not allow this leverage here.',
  UNKNOWN_MARKET: 'the venue does not know this market.',
  HAS_OPEN_POSITION: 'the margin mode cannot become isolated while a position is open in this market.',
}

/** Statuses with which the venue refuses before its engine sees anything, when the body is in its own form. */
const refusals: Readonly<Record<number, string>> = {
  400: 'a field is not acceptable to it.',
  401: 'it did not accept the time, the key or the signature.',
  403: 'the key is not one of this account, or the venue does not serve this address or region.',
  429: 'too many requests were sent; it did not look at this one.',
}

const unknown = (reason: string): SubmissionOutcome => ({ kind: 'unknown', reason })

const short = (text: string): string => (text.length > 300 ? `${text.slice(0, 297)}...` : text)

const refused = (detail: string): SubmissionOutcome => refusedBy(failure('answer.refused', { detail }))

/** What an answer says about the change; null where it is about another one or in another form. */
function readOwn(body: string, wire: ArcusWire): Answer | null {
  const parsed = parseAnswerJson(body)
  const read = v.safeParse(answerSchema, parsed.ok ? parsed.value : null)
  if (!read.success) return null
  const { address, accountIndex, marketId } = read.output
  const about =
    sameAddress(address, wire.address) && accountIndex === wire.accountIndex && marketId === wire.marketId
  return about ? read.output : null
}

function isApplied({ status, leverage, marginMode }: Answer, wire: ArcusWire): boolean {
  if (status !== 'APPLIED' || leverage !== wire.leverage) return false
  if (wire.isolated === null || marginMode === undefined) return true
  return marginMode === (wire.isolated ? 'ISOLATED' : 'CROSS')
}

function byEngine({ rejectReason = 'no reason given', leverage }: Answer): SubmissionOutcome {
  const words = reasons[rejectReason]
  const says = `Arcus says ${short(rejectReason)}; ${leverage}x is still in force.`
  return refused(words === undefined ? says : `${words} ${says}`)
}

/** A refusal in the venue's own form, `{"error":"..."}`. */
function beforeEngine(status: number, words: string, body: string): SubmissionOutcome {
  const parsed = parseAnswerJson(body)
  const read = v.safeParse(errorSchema, parsed.ok ? parsed.value : null)
  if (!read.success) return unknown(`Arcus answered HTTP ${status}, but not in its own form.`)
  const { error, code } = read.output
  const said = code === undefined ? error : `${error} (${code})`
  return refused(`${words} Arcus says: "${short(said)}" (HTTP ${status}).`)
}

/** Reads the answer to a submission. */
export function readSetLeverageAnswer(answer: HttpAnswer, wire: ArcusWire): SubmissionOutcome {
  const { status, body } = answer
  if (status === null) return outcomeWithoutAnswer(answer)
  if (status === 202) return unknown('Arcus took the change in, but its engine has not confirmed it.')
  const words = refusals[status]
  if (words !== undefined) return beforeEngine(status, words, body)
  if (status !== 200 && status !== 422) return unknown(`Arcus answered HTTP ${status}.`)
  const own = readOwn(body, wire)
  if (own === null) return unknown('Arcus answered something that does not fit its protocol.')
  if (status === 422 && own.status === 'REJECTED') return byEngine(own)
  return status === 200 && isApplied(own, wire)
    ? { kind: 'accepted' }
    : unknown(`Arcus answered HTTP ${status} with status ${own.status} and ${own.leverage}x.`)
}
