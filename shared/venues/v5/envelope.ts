/**
 * The envelope around every answer: `{"retCode":0,"retMsg":"OK","result":{},"retExtInfo":{},"time":...}`. Not every answer
 * has `retExtInfo` and `time` (Bybit V5 docs, account/account-info has neither); only the question for the time needs one.
 */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { isAboutKey } from './ret-codes.ts'

const envelopeSchema = v.object({
  // Negative codes occur (Bybit V5 docs, error).
  retCode: integer(-999_999_999, 999_999_999),
  retMsg: v.nullish(v.string(), ''),
  result: v.unknown(),
})

/**
 * Opens the answer to a question and gives its `result`. Fails with `venue.keyRefused` where the API key was not taken, with
 * `venue.readFailed` for any other `retCode` than 0, and with `input.*` for what is no envelope.
 */
export function openEnvelope(value: unknown, venue: string): Result<unknown> {
  const read = check(envelopeSchema, value, 'answer')
  if (!read.ok) return read
  const { retCode, retMsg, result } = read.value
  if (retCode === 0) return ok(result)
  const detail = `"${retMsg.slice(0, 200)}" (retCode ${retCode}).`
  return fail(isAboutKey(retCode) ? 'venue.keyRefused' : 'venue.readFailed', { venue, detail })
}
