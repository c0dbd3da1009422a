/** Random typed data of every kind of type that a Ledger takes, nested structs and arrays included. */
import fc from 'fast-check'
import type { TypedData, TypedField, TypedValue } from '../../shared/eip712/typed-data.ts'

interface Typed {
  readonly type: string
  readonly value: TypedValue
}

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

/** Lengths at which hw-app-eth 7.9.0 cuts a value wrongly. */
const cutWrongly = (length: number): boolean =>
  length >= 254 && (length - 254) % 255 < 1 + Math.floor(length / 255)

const bytesOf = (max: number) =>
  fc.uint8Array({ minLength: 0, maxLength: max }).filter(({ length }) => !cutWrongly(length))

const text = fc
  .oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ minLength: 200, maxLength: 240 }),
    fc.lorem({ maxCount: 20 }),
  )
  .filter((value) => !cutWrongly(Buffer.byteLength(value)))

const integer = (bits: number, signed: boolean): fc.Arbitrary<Typed> => {
  const half = 1n << BigInt(bits - 1)
  const range = signed ? { min: -half, max: half - 1n } : { min: 0n, max: 2n * half - 1n }
  return fc.bigInt(range).map((value) => ({ type: `${signed ? '' : 'u'}int${bits}`, value: String(value) }))
}

const leaf: fc.Arbitrary<Typed> = fc.oneof(
  text.map((value) => ({ type: 'string', value })),
  bytesOf(500).map((value) => ({ type: 'bytes', value: hex(value) })),
  fc
    .integer({ min: 1, max: 32 })
    .chain((size) =>
      fc
        .uint8Array({ minLength: size, maxLength: size })
        .map((value) => ({ type: `bytes${size}`, value: hex(value) })),
    ),
  fc.uint8Array({ minLength: 20, maxLength: 20 }).map((value) => ({ type: 'address', value: hex(value) })),
  fc.boolean().map((value) => ({ type: 'bool', value })),
  fc.constantFrom(8, 24, 64, 128, 256).chain((bits) => integer(bits, false)),
  fc.constantFrom(8, 16, 32, 64, 128, 256).chain((bits) => integer(bits, true)),
)

/** Arrays of a leaf's type: its own value again and again, in one or two dimensions, fixed or not. */
const array = (element: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> =>
  fc
    .tuple(element, fc.nat(3), fc.nat(2), fc.boolean(), fc.boolean())
    .map(([{ type, value }, size, rows, fixed, flat]) => {
      const row = Array.from({ length: size }, () => value)
      const length = fixed && size > 0 ? String(size) : ''
      if (flat) return { type: `${type}[${length}]`, value: row }
      return { type: `${type}[${length}][]`, value: Array.from({ length: rows }, () => row) }
    })

/** Names of fields; those of the fields that are added to `Root` are not among them. */
const fieldName = fc
  .stringMatching(/^[a-z][a-zA-Z0-9]{0,20}$/)
  .filter((name) => !(name in {}) && !/^extra\d+$/.test(name))

interface Struct {
  readonly fields: readonly TypedField[]
  readonly value: { readonly [name: string]: TypedValue }
}

const struct = (element: fc.Arbitrary<Typed>, max: number): fc.Arbitrary<Struct> =>
  fc
    .uniqueArray(fc.tuple(fieldName, element), { minLength: 1, maxLength: max, selector: ([name]) => name })
    .map((entries) => ({
      fields: entries.map(([name, { type }]) => ({ name, type })),
      value: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    }))

const plain = fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: array(leaf) })

const domainFields = fc.subarray<[string, Typed]>(
  [
    ['name', { type: 'string', value: 'Countersign' }],
    ['version', { type: 'string', value: '1' }],
    ['chainId', { type: 'uint256', value: 1337 }],
    ['verifyingContract', { type: 'address', value: '0xcccccccccccccccccccccccccccccccccccccccc' }],
  ],
  { minLength: 1 },
)

/** Typed data with a root struct `Root`, and with structs `Inner` and `Deep` in it, alone and in arrays. */
export const typedData: fc.Arbitrary<TypedData> = fc
  .tuple(domainFields, struct(plain, 5), struct(plain, 3), struct(plain, 2))
  .chain(([domain, root, inner, deep]) => {
    const deepTyped: Typed = { type: 'Deep', value: deep.value }
    const innerValue = { ...inner.value, nested: deep.value }
    const innerTyped: Typed = { type: 'Inner', value: innerValue }
    const nested = fc.oneof(
      fc.constant(innerTyped),
      fc.constant(deepTyped),
      array(fc.constantFrom(innerTyped, deepTyped)),
    )
    return fc.array(nested, { maxLength: 2 }).map((extras) => ({
      types: {
        EIP712Domain: domain.map(([name, { type }]) => ({ name, type })),
        Root: [...root.fields, ...extras.map(({ type }, index) => ({ name: `extra${index}`, type }))],
        Inner: [...inner.fields.filter(({ name }) => name !== 'nested'), { name: 'nested', type: 'Deep' }],
        Deep: deep.fields,
      },
      primaryType: 'Root',
      domain: Object.fromEntries(domain.map(([name, { value }]) => [name, value])),
      message: {
        ...root.value,
        ...Object.fromEntries(extras.map(({ value }, index) => [`extra${index}`, value])),
      },
    }))
  })
