/** The venue's clock: the answer to `GET /v1/time`, `{"timeNs": ...}`. */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'

const detail = 'it must be Unix nanoseconds.'

/** As far as a JSON number of that size is exact: to less than a microsecond. */
const nanoseconds = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{19}$/, detail), v.transform(Number))], detail),
  v.minValue(1e18, detail),
  v.maxValue(9e18, detail),
)

/** Unix ms of the venue's clock. Fails with `input.*` for anything that is not in nanoseconds. */
export function readTime(value: unknown): Result<number> {
  const read = check(v.object({ timeNs: nanoseconds }), value)
  return read.ok ? ok(Math.floor(read.value.timeNs / 1e6)) : read
}
