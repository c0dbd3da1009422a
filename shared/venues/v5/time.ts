/**
 * The venue's clock: the answer to `GET /v5/market/time`,
 * `{"retCode":0,"retMsg":"OK","result":{"timeSecond":"1688639403","timeNano":"1688639403423213947"},"time":1688639403423}`
 * (Bybit V5 docs, market/time).
 */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'

const timeSchema = v.object({
  time: v.nullish(integer(1, Number.MAX_SAFE_INTEGER)),
  result: v.nullish(v.object({ timeNano: v.nullish(v.string()) })),
})

const nanosecond = /^\d{19}$/

/** Unix ms of the venue's clock: `time`, or where it is not there, `timeNano`. Fails with `input.*`. */
export function readServerTime(value: unknown): Result<number> {
  const read = check(timeSchema, value, 'market/time')
  if (!read.ok) return read
  const { time, result } = read.value
  if (time) return ok(time)
  const nano = result?.timeNano ?? ''
  return nanosecond.test(nano)
    ? ok(Number(nano.slice(0, -6)))
    : fail('input.missingField', { field: 'market/time.time' })
}
