/** One place where schemas meet values: a schema's first complaint becomes a catalogue failure that names the field. */
import * as v from 'valibot'
import { isCanonicalDecimal } from './decimal.ts'
import { fail, ok, type Result } from './errors.ts'
import { isHex, lower, type Hex } from './hex.ts'

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/**
 * Checks a value against a schema. `at` is put before the field's path in a failure.
 * Fails with `input.unknownField`, `input.missingField` or `input.badField`.
 */
export function check<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  at = '',
): Result<v.InferOutput<S>> {
  const parsed = v.safeParse(schema, value, { abortEarly: true })
  if (parsed.success) return ok(parsed.output)
  const issue = parsed.issues[0]
  const path = v.getDotPath(issue)
  const field = [at, path].filter(Boolean).join('.') || 'payload'
  const aboutKey = issue.type === 'strict_object' && path !== null
  if (aboutKey && issue.expected === 'never') return fail('input.unknownField', { field })
  if (aboutKey && issue.received === 'undefined') return fail('input.missingField', { field })
  // Where a schema has no words of its own, the library's begin like this.
  const detail = issue.message.startsWith('Invalid ')
    ? `expected ${issue.expected ?? 'another type'}, got ${shown(issue.input)}.`
    : issue.message
  return fail('input.badField', { field, detail })
}

/** A whole number from `min` to `max`, as a JSON number; both ends included and safe integers. */
export const integer = (min: number, max: number) => {
  const message = `it must be a whole number from ${min} to ${max}.`
  return v.pipe(v.number(), v.safeInteger(message), v.minValue(min, message), v.maxValue(max, message))
}

/** An unsigned decimal number above 0 in its one exact form. */
export const positiveDecimal = v.pipe(
  v.string(),
  v.check(
    (value) => isCanonicalDecimal(value) && value !== '0',
    'it must be a decimal number above 0 in a string, without needless zeros.',
  ),
)

/** Exactly `bytes` bytes of hex with 0x, in either case; comes out in lower case. */
export const hexBytes = (bytes: number) =>
  v.pipe(
    v.string(),
    v.check((text) => isHex(text, bytes), `it must be 0x and ${2 * bytes} hex digits.`),
    v.transform((text) => lower(text as Hex)),
  )

/** An address of 20 bytes; comes out in lower case. */
export const addressSchema = hexBytes(20)

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * An object that another schema reads, passed on as it is. (A loose object schema would drop keys such as
 * `__proto__` and `constructor`, and with them what must be refused.)
 */
export const anyObject = v.custom<Readonly<Record<string, unknown>>>(isObject, 'it must be an object.')
