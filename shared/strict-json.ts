/**
 * JSON for payloads that are signed or that decide what is signed. What two readers could understand differently is
 * refused: a key that stands twice, and a number that is not a plain integer within ±(2^53 - 1). So is what is nested so
 * deeply that a reader who calls himself for each level would run out of stack.
 */
import { canonicalDecimal } from './decimal.ts'
import { fail, ok, type Result } from './errors.ts'

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g
/** No payload and no answer of a venue has more than ten levels. */
const deepest = 100
const plainInteger = /^-?(?:0|[1-9]\d*)$/

const isExactInteger = (lexeme: string): boolean =>
  plainInteger.test(lexeme) && lexeme !== '-0' && Number.isSafeInteger(Number(lexeme))

/** An object or array that is being read: where in it we are. */
interface Scope {
  /** Keys met so far; null in an array. */
  readonly keys: Set<string> | null
  key: string
  index: number
}

const pathOf = (scopes: readonly Scope[]): string =>
  scopes.map((scope) => (scope.keys ? scope.key : String(scope.index))).join('.') || 'the value'

/** Whether every reader makes the same decimal number of a lexeme, and writes it again as it is but for needless zeros. */
const isExactDecimal = (lexeme: string): boolean => {
  const exact = canonicalDecimal(lexeme)
  return exact !== null && String(Number(lexeme)) === exact
}

/**
 * Finds what readers could understand differently, in text that is known to be valid JSON. `decimals` are the places where
 * a number may have a fraction; null for everywhere.
 */
function findAmbiguity(text: string, decimals: readonly string[] | null): Result<null> {
  const scopes: Scope[] = []
  let lastString = '""'
  for (const [token] of text.matchAll(tokens)) {
    const scope = scopes.at(-1)
    if (scopes.length > deepest)
      return fail('input.notJson', { detail: `it is nested more than ${deepest} levels deep.` })
    if (token === '{') scopes.push({ keys: new Set(), key: '', index: 0 })
    else if (token === '[') scopes.push({ keys: null, key: '', index: 0 })
    else if (token === '}' || token === ']') scopes.pop()
    else if (token.startsWith('"')) lastString = token
    else if (token === ',' && scope) scope.index += 1
    else if (token === ':' && scope?.keys) {
      scope.key = JSON.parse(lastString) as string
      if (scope.keys.has(scope.key)) return fail('input.duplicateKey', { field: pathOf(scopes) })
      scope.keys.add(scope.key)
    } else if (decimals && /^[-\d]/.test(token) && !isExactInteger(token)) {
      if (decimals.includes(pathOf(scopes)) && isExactDecimal(token)) continue
      const detail = `${token.slice(0, 40)} is not a plain integer below 2^53.`
      return fail('input.badField', { field: pathOf(scopes), detail })
    }
  }
  return ok(null)
}

function parse(text: string, decimals: readonly string[] | null): Result<Json> {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (error) {
    return fail('input.notJson', { detail: error instanceof Error ? error.message : 'unreadable' })
  }
  const unambiguous = findAmbiguity(text, decimals)
  return unambiguous.ok ? ok(value) : unambiguous
}

/**
 * Parses the JSON of a payload. `decimals` are the paths, such as `request.leverage`, at which a number may have a fraction
 * that is exact. Fails with `input.notJson`, `input.duplicateKey` or `input.badField`; never throws.
 */
export const parseStrictJson = (text: string, decimals: readonly string[] = []): Result<Json> =>
  parse(text, decimals)

/** Parses the JSON of an answer, where other numbers may stand beside what is read. Otherwise as strict. */
export const parseAnswerJson = (text: string): Result<Json> => parse(text, null)
