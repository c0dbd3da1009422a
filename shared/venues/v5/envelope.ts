/** The envelope around every answer: `{"retCode":0,"retMsg":"OK","result":{},"retExtInfo":{},"time":...}`. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { isAboutKey } from './ret-codes.ts'

const envelopeSchema = v.object({
  retCode: integer(0, 999_999_999),
  retMsg: v.string(),
  result: v.unknown(),
  time: integer(0, Number.MAX_SAFE_INTEGER),
})

/** The inside of an answer to a question. */
export interface V5Reading {
  readonly result: unknown
  /** The venue's clock, Unix ms. */
  readonly time: number
}

/**
 * Opens the answer to a question. Fails with `venue.keyRefused` where the API key was not taken, with
 * `venue.readFailed` for any other `retCode` than 0, and with `input.*` for what is no envelope.
 */
export function openEnvelope(value: unknown, venue: string): Result<V5Reading> {
  const read = check(envelopeSchema, value, 'answer')
  if (!read.ok) return read
  const { retCode, retMsg, result, time } = read.value
  if (retCode === 0) return ok({ result, time })
  const detail = `"${retMsg.slice(0, 200)}" (retCode ${retCode}).`
  return fail(isAboutKey(retCode) ? 'venue.keyRefused' : 'venue.readFailed', { venue, detail })
}
