/** Reading the answer to a change of leverage: HTTP status and `retCode`, by tables. What is in neither is unknown. */
import * as v from 'valibot'
import { integer } from '../../check.ts'
import { failure } from '../../errors.ts'
import { parseAnswerJson } from '../../strict-json.ts'
import { outcomeWithoutAnswer, type HttpAnswer, type SubmissionOutcome } from '../outcome.ts'
import { meaningOf } from './ret-codes.ts'

const answerSchema = v.object({ retCode: integer(-999_999_999, 999_999_999), retMsg: v.string() })

const quoted = (text: string): string => (text.length > 300 ? `"${text.slice(0, 297)}..."` : `"${text}"`)

const refusal = (detail: string): SubmissionOutcome => ({
  kind: 'refused',
  failure: failure('answer.refused', { detail }),
})

function readBody(body: string): SubmissionOutcome {
  const parsed = parseAnswerJson(body)
  if (!parsed.ok) return { kind: 'unknown', reason: 'the venue answered something that is not JSON.' }
  if (!v.is(answerSchema, parsed.value))
    return { kind: 'unknown', reason: 'the venue answered something that does not fit its protocol.' }
  const { retCode, retMsg } = parsed.value as v.InferOutput<typeof answerSchema>
  const [outcome, words] = meaningOf(retCode)
  if (outcome === 'applied' || outcome === 'alreadySet') return { kind: 'accepted' }
  const said = `${words} It says: ${quoted(retMsg)} (retCode ${retCode})`
  return outcome === 'unknown' ? { kind: 'unknown', reason: `${said}.` } : refusal(said)
}

/** HTTP statuses by which a venue says that it did nothing, each with what it means. */
export type RefusingStatuses = Readonly<Record<number, string>>

/**
 * Reads the answer to a submission. Success is a status of 200 to 299 and a `retCode` that says so; it is then proven
 * by reading, for `result` is empty.
 */
export function readSetLeverageAnswer(answer: HttpAnswer, refusing: RefusingStatuses): SubmissionOutcome {
  const { status, body } = answer
  if (status === null) return outcomeWithoutAnswer(answer)
  if (status >= 200 && status < 300) return readBody(body)
  const words = refusing[status]
  if (words === undefined) return { kind: 'unknown', reason: `the venue answered HTTP ${status}.` }
  return refusal(`${words} It says: ${quoted(body.trim())} (HTTP ${status})`)
}
