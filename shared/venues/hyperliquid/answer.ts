/**
 * Reading what Hyperliquid answers to `POST /exchange`. Only what is certain decides: "ok" is applied (and is proven by
 * reading again), a refusal in the venue's own form is refused, everything else is unknown.
 */
import * as v from 'valibot'
import { failure } from '../../errors.ts'
import { parseAnswerJson } from '../../strict-json.ts'
import { outcomeWithoutAnswer, type HttpAnswer, type SubmissionOutcome } from '../outcome.ts'

const acceptedSchema = v.object({
  status: v.literal('ok'),
  response: v.object({ type: v.literal('default') }),
})
const refusedSchema = v.object({ status: v.literal('err'), response: v.string() })

const unknownSigner = /User or API Wallet (0x[0-9a-fA-F]{40}) does not exist/

/** Refusals that mean the same thing in plainer words; matched by substring, for the venue's wording is no contract. */
const plainer: readonly (readonly [RegExp, string])[] = [
  [/Cross margin is not allowed/i, 'this market allows isolated margin only.'],
  [
    /Cannot switch leverage type with open position/i,
    'the margin mode cannot be changed while a position is open in this market.',
  ],
  [
    /Cannot decrease leverage with open position/i,
    'leverage cannot be lowered while a position is open in this market.',
  ],
  [
    /does not have sufficient margin available to decrease leverage/i,
    'there is not enough margin to lower the leverage of the open position; deposit or add margin first.',
  ],
  [/Invalid leverage value/i, 'the venue does not allow this leverage here.'],
  [
    /Too many cumulative requests/i,
    'the account has used up its requests; the venue allows one every 10 s until more is traded.',
  ],
  [/Must deposit before performing actions/i, 'the account was never funded.'],
]

/** The failure that stands for a refusal text of the venue: `answer.signerUnknown` or `answer.refused`. */
function refusal(text: string): SubmissionOutcome {
  const short = text.length > 300 ? `${text.slice(0, 297)}...` : text
  const address = unknownSigner.exec(text)?.[1]
  if (address) return { kind: 'refused', failure: failure('answer.signerUnknown', { detail: address }) }
  const words = plainer.find(([pattern]) => pattern.test(text))?.[1]
  const detail = words ? `${words} It says: "${short}"` : `"${short}"`
  return { kind: 'refused', failure: failure('answer.refused', { detail }) }
}

/** Reads the answer to a submission. */
export function readExchangeAnswer(answer: HttpAnswer): SubmissionOutcome {
  const { status, body } = answer
  if (status === null) return outcomeWithoutAnswer(answer)
  if (status === 422) return refusal(body.trim() || 'the body was malformed')
  if (status !== 200) return { kind: 'unknown', reason: `the venue answered HTTP ${status}.` }
  const parsed = parseAnswerJson(body)
  if (!parsed.ok) return { kind: 'unknown', reason: 'the venue answered something that is not JSON.' }
  if (v.is(acceptedSchema, parsed.value)) return { kind: 'accepted' }
  if (v.is(refusedSchema, parsed.value)) return refusal(parsed.value.response)
  return { kind: 'unknown', reason: 'the venue answered something that does not fit its protocol.' }
}
