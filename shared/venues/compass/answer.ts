/**
 * Reading what Compass answers to `POST /execute`. HTTP 200 with another status than "ok" is refused; everything else
 * after sending is unknown, for Compass may have passed the signed action on to Hyperliquid.
 */
import * as v from 'valibot'
import { failure } from '../../errors.ts'
import { parseAnswerJson, type Json } from '../../strict-json.ts'
import { outcomeWithoutAnswer, type HttpAnswer, type SubmissionOutcome } from '../outcome.ts'

const executeAnswerSchema = v.object({ status: v.string(), response: v.optional(v.unknown()) })

const shortText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null)
  return text.length > 300 ? `${text.slice(0, 297)}...` : text
}

/** Reads the answer to a submission. */
export function readExecuteAnswer(answer: HttpAnswer): SubmissionOutcome {
  const { status, body } = answer
  if (status === null) return outcomeWithoutAnswer(answer)
  if (status !== 200) return { kind: 'unknown', reason: `Compass answered HTTP ${status}.` }
  const parsed = parseAnswerJson(body)
  if (!parsed.ok) return { kind: 'unknown', reason: 'Compass answered something that cannot be read.' }
  const said: Json = parsed.value
  if (!v.is(executeAnswerSchema, said))
    return { kind: 'unknown', reason: 'Compass answered something that does not fit its protocol.' }
  if (said.status === 'ok') return { kind: 'accepted' }
  return {
    kind: 'refused',
    failure: failure('answer.refused', { detail: `"${shortText(said.response)}"` }),
  }
}
