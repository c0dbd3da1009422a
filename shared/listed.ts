/**
 * Lists that others make, read record by record: what cannot be understood is left out and named with its reason, and
 * everything else goes on. What one request needs is looked for by its name and must then be well formed.
 */
import { isObject } from './check.ts'
import { fail, ok, type Result } from './errors.ts'
import { visibleText } from './visible-text.ts'

/** A record that was left out. */
export interface LeftOut {
  /** What the list calls it; where it names nothing, the place in the list. In characters that drive nothing. */
  readonly name: string
  /** One sentence that names the field. */
  readonly reason: string
}

/** The records of a list. */
export interface Listed<T> {
  readonly taken: readonly T[]
  readonly leftOut: readonly LeftOut[]
}

const longestName = 60

/** A name of others as one line that drives nothing, cut where it is long. */
export const shownName = (name: string): string =>
  visibleText(name.slice(0, longestName)) + (name.length > longestName ? '...' : '')

const nameIn = (record: unknown, key: string): string | null => {
  const name = isObject(record) ? record[key] : undefined
  return typeof name === 'string' && name !== '' ? name : null
}

/**
 * Reads each record of a list. `at` is where the list stands, `key` the field by which a record is called; `read` is told
 * the record, where it stands and its place.
 */
export function readEach<R, T>(
  records: readonly R[],
  { at, key }: { readonly at: string; readonly key: string },
  read: (record: R, at: string, place: number) => Result<T>,
): Listed<T> {
  const taken: T[] = []
  const leftOut: LeftOut[] = []
  records.forEach((record, place) => {
    const result = read(record, `${at}.${place}`, place)
    if (result.ok) taken.push(result.value)
    else
      leftOut.push({ name: shownName(nameIn(record, key) ?? `${at}.${place}`), reason: result.error.message })
  })
  return { taken, leftOut }
}

/** Several lists as one. */
export const joined = <T>(lists: readonly Listed<T>[]): Listed<T> => ({
  taken: lists.flatMap(({ taken }) => taken),
  leftOut: lists.flatMap(({ leftOut }) => leftOut),
})

/**
 * The place of the one record whose field `key` is `wanted`; null where none is. What else is in the list does not
 * matter, but for a record that names nothing, which could be the one. Fails with `input.badField` for such a list, and
 * where two records are about the same.
 */
export function placeOf(
  records: readonly unknown[],
  { at, key, wanted }: { readonly at: string; readonly key: string; readonly wanted: string | number },
): Result<number | null> {
  const nameOf = (record: unknown) => (isObject(record) ? record[key] : undefined)
  const places = [...records.keys()].filter((place) => nameOf(records[place]) === wanted)
  const [first, second] = places
  if (second !== undefined) {
    const detail = `the list has ${places.length} records about ${shownName(String(wanted))}.`
    return fail('input.badField', { field: `${at}.${second}.${key}`, detail })
  }
  if (first !== undefined) return ok(first)
  const nameless = records.findIndex((record) => typeof nameOf(record) !== typeof wanted)
  if (nameless < 0) return ok(null)
  const detail = `it does not say what it is about, which could be ${shownName(String(wanted))}.`
  return fail('input.badField', { field: `${at}.${nameless}.${key}`, detail })
}

/** How a person is told of what is not shown: one sentence, then one line for each record, at most `most`. */
export function notShownText(
  kind: readonly [one: string, many: string],
  leftOut: readonly LeftOut[],
  most = 20,
): readonly string[] {
  if (leftOut.length === 0) return []
  const count = leftOut.length === 1 ? `1 ${kind[0]} is` : `${leftOut.length} ${kind[1]} are`
  const lines = leftOut.slice(0, most).map(({ name, reason }) => `${name}: ${reason}`)
  if (leftOut.length === 1) return [`${count} not shown: ${lines.join('')}`]
  const more = leftOut.length > most ? [`... and ${leftOut.length - most} more.`] : []
  return [`${count} not shown:`, ...[...lines, ...more].map((line) => `  ${line}`)]
}
