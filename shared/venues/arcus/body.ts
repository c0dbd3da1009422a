/** Reading a `setLeverage` body and its headers that somebody else made, strictly. Nothing in it is changed. */
import * as v from 'valibot'
import { anyObject, check } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { JsonObject } from '../../history/canonical-json.ts'
import { spelledAddress } from './address.ts'
import { accountIndexSchema } from './settings.ts'
import { leverageSchema, marketIdSchema } from './wire.ts'

const bodySchema = v.strictObject({
  address: spelledAddress,
  accountIndex: v.exactOptional(accountIndexSchema),
  marketId: marketIdSchema,
  leverage: leverageSchema,
  isolated: v.exactOptional(v.boolean()),
})

/** The fields of a body as they were given; what is optional is absent where it was. */
export type SetLeverageBody = v.InferOutput<typeof bodySchema>

/** Reads a body. Fails with `input.*`. */
export const readSetLeverageBody = (value: unknown): Result<SetLeverageBody & JsonObject> =>
  check(bodySchema, value)

/** The headers that matter; null for one that was not given. */
export interface SignedHeaders {
  readonly keyId: string | null
  readonly timestamp: string | null
  readonly signature: string | null
}

const digits = (pattern: RegExp, detail: string) =>
  v.exactOptional(v.pipe(v.string(), v.regex(pattern, detail)))

const headersSchema = v.strictObject({
  'x-api-key': digits(/^[0-9a-fA-F]{64}$/, 'it must be 64 hex digits without 0x.'),
  'x-timestamp': digits(/^\d{1,20}$/, 'it must be nanoseconds in decimal digits.'),
  'x-signature': digits(/^[0-9a-f]{128}$/, 'it must be 128 lower-case hex digits without 0x.'),
  'content-type': v.exactOptional(v.string()),
})

const known = Object.keys(headersSchema.entries)

/** The headers by lower-case name; one that is not part of the request, or stands twice, is refused. */
function byLowerName(headers: Readonly<Record<string, unknown>>): Result<Readonly<Record<string, unknown>>> {
  const names = Object.keys(headers)
  const unknown = names.find((name) => !known.includes(name.toLowerCase()))
  if (unknown !== undefined) return fail('input.unknownField', { field: `headers.${unknown}` })
  const lowered = Object.fromEntries(names.map((name) => [name.toLowerCase(), headers[name]]))
  return Object.keys(lowered).length === names.length
    ? ok(lowered)
    : fail('input.duplicateKey', { field: 'headers' })
}

/**
 * Reads the headers of a request, whatever the case of their names. A signature can be checked only with key and time.
 * Fails with `input.*`.
 */
export function readSignedHeaders(value: unknown): Result<SignedHeaders> {
  const object = check(anyObject, value, 'headers')
  if (!object.ok) return object
  const lowered = byLowerName(object.value)
  if (!lowered.ok) return lowered
  const read = check(headersSchema, lowered.value, 'headers')
  if (!read.ok) return read
  const {
    'x-api-key': keyId = null,
    'x-timestamp': timestamp = null,
    'x-signature': signature = null,
  } = read.value
  if (signature !== null && keyId === null) return fail('input.missingField', { field: 'headers.X-API-Key' })
  if (signature !== null && timestamp === null)
    return fail('input.missingField', { field: 'headers.X-Timestamp' })
  return ok({ keyId: keyId && keyId.toLowerCase(), timestamp, signature })
}
