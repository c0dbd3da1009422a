/** Walking JSON leaf by leaf, so that a case can change each field once and none is forgotten. */
import { isObject } from '../../shared/check.ts'

/** A field by its dotted path, with its value. */
export type Leaf = readonly [path: string, value: unknown]

/** Every field of a JSON object that holds no object itself. */
export function leavesOf(value: unknown, at = ''): readonly Leaf[] {
  if (!isObject(value)) return [[at, value]]
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, at === '' ? name : `${at}.${name}`))
}

/** The object with one field changed, or left out where `leaf` is undefined. */
export function withLeaf(value: unknown, path: string, leaf: unknown): unknown {
  if (!isObject(value)) throw new Error(`there is no ${path}`)
  const [name = '', ...rest] = path.split('.')
  if (rest.length > 0) return { ...value, [name]: withLeaf(value[name], rest.join('.'), leaf) }
  const { [name]: _, ...others } = value
  return leaf === undefined ? others : { ...value, [name]: leaf }
}

/** The object with its fields the other way round, on every level. */
export function reversed(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, inner]) => [name, reversed(inner)]),
  )
}

/** Another value of the same type. */
export function altered(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  return typeof value === 'string' ? `${value}1` : 'x'
}
