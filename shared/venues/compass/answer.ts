/**
 * Reading what Compass answers to `POST /execute`. HTTP 200 with another status than "ok" is refused; everything else
 * after sending is unknown, for Compass may have passed the signed action on to Hyperliquid.
 */
import * as v from 'valibot'
import { failure } from '../../errors.ts'
import { parseAnswerJson, type Json } from '../../strict-json.ts'
import type { HttpAnswer, SubmissionOutcome } from '../outcome.ts'

const executeAnswerSchema = v.object({ status: v.string(), response: v.optional(v.unknown()) })

const shortText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null)
  return text.length > 300 ? `${text.slice(0, 297)}...` : text
}

/** Reads the answer to a submission. */
export function readExecuteAnswer({ status, body, lost }: HttpAnswer): SubmissionOutcome {
  if (status === null) return { kind: 'unknown', reason: lost }
  if (status !== 200) return { kind: 'unknown', reason: `Compass answered HTTP ${status}.` }
  const parsed = parseAnswerJson(body)
  if (!parsed.ok) return { kind: 'unknown', reason: 'Compass answered something that cannot be read.' }
  const answer: Json = parsed.value
  if (!v.is(executeAnswerSchema, answer))
    return { kind: 'unknown', reason: 'Compass answered something that does not fit its protocol.' }
  if (answer.status === 'ok') return { kind: 'accepted' }
  return {
    kind: 'refused',
    failure: failure('answer.refused', { detail: `"${shortText(answer.response)}"` }),
  }
}
