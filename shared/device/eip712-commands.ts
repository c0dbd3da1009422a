/**
 * Typed data as hw-app-eth 7.9.0 streams it to the Ethereum app, its peculiarities included (what it does with
 * absent values, sizes and long strings), so that the preview sees what the device will see.
 */
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { TypedData, TypedField, TypedValue } from '../eip712/typed-data.ts'
import { fieldKinds } from './eip712-format.ts'
import type { FieldKind } from './eip712-format.ts'
import type { StreamCommand } from './eip712-session.ts'

interface ParsedType {
  readonly kind: FieldKind
  /** Name without dimensions and size. */
  readonly name: string
  /** Bits of intN and uintN, bytes of bytesN. */
  readonly size: number | undefined
  readonly dimensions: readonly (number | undefined)[]
}

const plainKinds: readonly FieldKind[] = ['int', 'uint', 'address', 'bool', 'string', 'bytes']

function parseType(type: string): ParsedType {
  const [, base = '', arrays = ''] = /^([^[\]]*)(.*)$/.exec(type) ?? []
  const [, word = base, digits] = /^(u?int|bytes)(\d{1,3})$/.exec(base) ?? []
  const size = digits === undefined ? undefined : Number(digits)
  const dimensions = [...arrays.matchAll(/\[(\d*)\]/g)].map(([, length = '']) =>
    length === '' ? undefined : Number(length),
  )
  const plain = plainKinds.find((kind) => kind === word)
  const kind = plain === 'bytes' && size !== undefined ? 'bytesN' : (plain ?? 'custom')
  return { kind, name: word, size, dimensions }
}

const text = (value: string): number[] => [value.length, ...utf8ToBytes(value)]

/** The size byte. A bare `int` or `uint` is announced with a size, but sent without one: the app refuses it. */
function sizeBytes({ kind, size }: ParsedType): number[] {
  if (size === undefined) return []
  return [kind === 'int' || kind === 'uint' ? size / 8 : size]
}

function fieldDefinition({ name, type }: TypedField): Uint8Array {
  const parsed = parseType(type)
  const { kind, dimensions } = parsed
  const sized = kind === 'int' || kind === 'uint' || kind === 'bytesN'
  const description = (dimensions.length > 0 ? 0x80 : 0) | (sized ? 0x40 : 0) | fieldKinds.indexOf(kind)
  const levels = dimensions.flatMap((length) => (length === undefined ? [0] : [1, length]))
  return Uint8Array.from([
    description,
    ...(kind === 'custom' ? text(parsed.name) : []),
    ...sizeBytes(parsed),
    ...(dimensions.length > 0 ? [dimensions.length, ...levels] : []),
    ...text(name),
  ])
}

const evenHex = (hex: string): Uint8Array => hexToBytes(hex.length % 2 === 0 ? hex : `0${hex}`)

function integerBytes(value: TypedValue | undefined, bits: number): Uint8Array {
  if (typeof value === 'string' && value.startsWith('0x')) return evenHex(value.slice(2))
  const number = typeof value === 'string' || typeof value === 'number' ? BigInt(value) : 0n
  return evenHex((number < 0n ? number + (1n << BigInt(bits)) : number).toString(16))
}

const hexValue = (value: TypedValue | undefined): Uint8Array =>
  typeof value === 'string' ? evenHex(value.replace(/^0x/, '')) : new Uint8Array()

function encodeValue({ kind, size }: ParsedType, value: TypedValue | undefined): Uint8Array {
  switch (kind) {
    case 'int':
    case 'uint':
      return integerBytes(value, kind === 'int' ? (size ?? 256) : 256)
    case 'bool':
      return integerBytes(typeof value === 'boolean' ? Number(value) : value, 256)
    case 'address':
      return hexValue(value).subarray(0, 20)
    case 'string':
      return utf8ToBytes(typeof value === 'string' ? value : '')
    default:
      return hexValue(value).subarray(0, size)
  }
}

const implement = (p2: number, data: Uint8Array, p1 = 0x00): StreamCommand => ({
  kind: 'implement',
  p1,
  p2,
  data,
})
const define = (p2: number, data: Uint8Array): StreamCommand => ({ kind: 'define', p1: 0x00, p2, data })

const longestChunk = 255

/** Length and value in chunks; the library counts the chunks by 256 and cuts them at 255. */
function valueCommands(value: Uint8Array): StreamCommand[] {
  const data = Uint8Array.of(value.length >> 8, value.length & 0xff, ...value)
  const count = Math.ceil(data.length / 256)
  return Array.from({ length: count }, (_, index) => {
    const chunk = data.subarray(index * longestChunk, (index + 1) * longestChunk)
    return implement(0xff, chunk, index === count - 1 ? 0x00 : 0x01)
  })
}

type Struct = { readonly [name: string]: TypedValue }

const isStruct = (value: TypedValue | undefined): value is Struct =>
  typeof value === 'object' && !Array.isArray(value)

function walk(
  types: TypedData['types'],
  type: ParsedType,
  depth: number,
  value: TypedValue | undefined,
): StreamCommand[] {
  if (Array.isArray(value) && depth < type.dimensions.length) {
    const size = implement(0x0f, Uint8Array.of(value.length & 0xff))
    return [size, ...value.flatMap((entry: TypedValue) => walk(types, type, depth + 1, entry))]
  }
  if (type.kind !== 'custom') return valueCommands(encodeValue(type, value))
  const struct = isStruct(value) ? value : {}
  return walkStruct(types, types[type.name] ?? [], struct)
}

const walkStruct = (
  types: TypedData['types'],
  fields: readonly TypedField[],
  struct: Struct,
): StreamCommand[] => fields.flatMap(({ name, type }) => walk(types, parseType(type), 0, struct[name]))

/** Every command from the first definition to the last value, in order. */
export function streamCommands({ types, primaryType, domain, message }: TypedData): StreamCommand[] {
  const definitions = Object.keys(types)
    .sort()
    .flatMap((struct) => [
      define(0x00, utf8ToBytes(struct)),
      ...(types[struct] ?? []).map((field) => define(0xff, fieldDefinition(field))),
    ])
  const root = (name: string, struct: Struct): StreamCommand[] => [
    implement(0x00, utf8ToBytes(name)),
    ...walkStruct(types, types[name] ?? [], struct),
  ]
  return [...definitions, ...root('EIP712Domain', domain), ...root(primaryType, message)]
}
