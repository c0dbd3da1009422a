/**
 * Canonical JSON (RFC 8785): one text, and so one hash, for one value. A value that RFC 8785 or I-JSON (RFC 7493)
 * cannot hold exactly is refused, so that what is read back is always what was written.
 */
import canonicalize from 'canonicalize'
import { fail, ok, type Result } from '../errors.ts'
import type { Json } from '../strict-json.ts'

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json }

/** How deep arrays and objects may stand inside each other; a value that contains itself is refused by this too. */
const maxDepth = 64

/** What is wrong with a value and where; null when it can be written exactly. */
interface Flaw {
  readonly path: string
  readonly detail: string
}

const scalarFlaw = (value: unknown): string | null => {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? null : 'it has half of a character (a lone surrogate).'
    case 'boolean':
      return null
    case 'number':
      if (!Number.isFinite(value)) return 'it is not a number.'
      return Number.isInteger(value) && !Number.isSafeInteger(value)
        ? 'it is a whole number above 2^53 - 1; write it as text.'
        : null
    default:
      return value === null ? null : `JSON has no ${typeof value}.`
  }
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function findFlaw(value: unknown, path: string, depth: number): Flaw | null {
  if (typeof value !== 'object' || value === null) {
    const detail = scalarFlaw(value)
    return detail === null ? null : { path, detail }
  }
  if (depth > maxDepth) return { path, detail: `it is nested deeper than ${maxDepth} levels.` }
  if (!Array.isArray(value) && !isPlain(value)) return { path, detail: 'it is not a plain object or array.' }
  // Array.from makes a hole an undefined, which is then refused.
  const entries = Array.isArray(value) ? Array.from(value).entries() : Object.entries(value)
  for (const [key, item] of entries) {
    const at = path === '' ? String(key) : `${path}.${key}`
    if (typeof key === 'string' && !key.isWellFormed()) {
      return { path: at.toWellFormed(), detail: 'its name has half of a character (a lone surrogate).' }
    }
    const flaw = findFlaw(item, at, depth + 1)
    if (flaw) return flaw
  }
  return null
}

/**
 * The canonical text of a JSON value. Refuses with `input.badField` (naming the path, which begins with `at`):
 * undefined and other values that are not JSON, NaN and infinities, whole numbers beyond ±(2^53 - 1), lone
 * surrogates, bigint, Date and other objects that are not plain, and nesting beyond 64 levels.
 */
export function canonicalJson(value: unknown, at = ''): Result<string> {
  const flaw = findFlaw(value, at, 0)
  if (flaw) return fail('input.badField', { field: flaw.path || 'the value', detail: flaw.detail })
  return ok(canonicalize(value) ?? 'null')
}

/** Whether a parsed value has its names in canonical order and exact numbers everywhere. */
function isOrdered(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth > maxDepth) return false
  if (Array.isArray(value)) return value.every((item) => isOrdered(item, depth + 1))
  const names = Object.keys(value)
  return (
    names.every((name, at) => at === 0 || (names[at - 1] ?? '') < name) &&
    Object.values(value).every((item) => isOrdered(item, depth + 1))
  )
}

/**
 * Whether `text` is canonical, for most texts that are: JSON.stringify writes what RFC 8785 asks for but for the order
 * of names and for lone surrogates, which it escapes. False says nothing.
 */
const isPlainlyCanonical = (text: string, value: unknown): boolean =>
  JSON.stringify(value) === text && text.isWellFormed() && !text.includes('\\ud') && isOrdered(value, 0)

/** The object that a canonical text stands for; null when the text is not the canonical text of a JSON object. */
export function readCanonicalObject(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    if (isPlainlyCanonical(text, value)) return value as JsonObject
    const again = canonicalJson(value)
    return again.ok && again.value === text ? (value as JsonObject) : null
  } catch {
    return null
  }
}

/**
 * A copy of a JSON value in which every lone surrogate is U+FFFD, so that text from a venue can always be written
 * down. Numbers are kept as they are.
 */
export function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(wellFormed)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]),
  )
}
