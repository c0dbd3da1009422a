/** Checks the type definitions of typed data before they go to a Ledger: what passes is unambiguous to every hasher. */
import type { TypedField } from './typed-data.ts'

/** What is wrong, and where: `field` is a path such as `message.legs[0].size`. */
export interface Complaint {
  readonly field: string
  readonly detail: string
}

/** Makes a complaint. */
export const complain = (field: string, detail: string): Complaint => ({ field, detail })

/** A field's type taken apart: `uint8[2][]` is base `uint8`, sizes `[2, null]`; the outermost array is the last. */
export interface ParsedType {
  readonly base: string
  readonly sizes: readonly (number | null)[]
}

/** Struct types by name, each with its fields in order. */
export type StructTypes = ReadonlyMap<string, readonly TypedField[]>

/** The fields that EIP-712 gives to `EIP712Domain`, and their types (section "Definition of domainSeparator"). */
const domainFields: Readonly<Record<string, string>> = {
  name: 'string',
  version: 'string',
  chainId: 'uint256',
  verifyingContract: 'address',
  salt: 'bytes32',
}

/** Struct names, in upper case, that hw-app-eth takes for one of its own kinds. */
const kinds = new Set(['CUSTOM', 'INT', 'UINT', 'ADDRESS', 'BOOL', 'STRING', 'BYTES'])

/** A struct name that hw-app-eth's pattern reads as a sized type, such as `Point3` (its end looks like `int3`). */
const looksSized = /(u?int|bytes)[a-zA-Z0-9-]*\d$/

/** Takes a type name apart; null if it is not one. Atoms and structs are not told apart here. */
export function parseType(type: string): ParsedType | null {
  const match = /^([A-Za-z_][\w:]*)((?:\[(?:[1-9]\d{0,4})?\])*)$/.exec(type)
  if (!match) return null
  const sizes = [...(match[2] ?? '').matchAll(/\[(\d*)\]/g)].map(([, size]) => (size ? Number(size) : null))
  return { base: match[1] ?? '', sizes }
}

/** Whether a type name is one of EIP-712's own: not the aliases `int` and `uint`, which it does not allow. */
export function isAtom(base: string): boolean {
  if (['address', 'bool', 'string', 'bytes'].includes(base)) return true
  const number = /^u?int([1-9]\d{0,2})$/.exec(base)
  if (number) return Number(number[1]) % 8 === 0 && Number(number[1]) <= 256
  const bytes = /^bytes([1-9]\d?)$/.exec(base)
  return bytes !== null && Number(bytes[1]) <= 32
}

function checkStructName(name: string, types: StructTypes): string | undefined {
  if (!/^[A-Za-z_]\w*(:\w+)*$/.test(name) || name === '__proto__' || name.length > 255)
    return 'must be named with ASCII letters, digits and _, like every type.'
  if (isAtom(name) || kinds.has(name.toUpperCase()) || looksSized.test(name))
    return 'has a name that the Ledger library takes for a built-in type.'
  if (name.includes(':') && types.size > 2)
    return 'has a ":" in its name; then no other type may be there, for hashers disagree about it.'
  return undefined
}

/** Bytes of a field's definition as hw-app-eth writes it (type byte, type name, size, array levels, field name). */
function definitionLength({ base, sizes }: ParsedType, name: string): number {
  const typeName = isAtom(base) ? 1 : 1 + base.length
  const levels = sizes.length === 0 ? 0 : 1 + 2 * sizes.length
  return 1 + typeName + levels + 1 + name.length
}

function checkFieldType(parsed: ParsedType | null, name: string, types: StructTypes): string | undefined {
  if (!parsed || !(isAtom(parsed.base) || types.has(parsed.base))) return 'has a type that is not known.'
  if (parsed.base === 'EIP712Domain' || parsed.base.includes(':'))
    return `is of type ${parsed.base}, which cannot be part of another type.`
  if (parsed.sizes.some((size) => size !== null && size > 255))
    return 'is a list longer than the 255 entries that the Ledger library can write.'
  return definitionLength(parsed, name) > 255 ? 'has a definition too long for a Ledger.' : undefined
}

function checkField(
  struct: string,
  field: TypedField,
  at: string,
  types: StructTypes,
): Complaint | undefined {
  const { name, type } = field
  if (!/^[A-Za-z_]\w*$/.test(name) || name === '__proto__')
    return complain(at, 'must be named with ASCII letters, digits and _.')
  if (struct === 'EIP712Domain' && (!Object.hasOwn(domainFields, name) || domainFields[name] !== type))
    return complain(at, 'is not one of the fields of EIP712Domain, with its type.')
  const detail = checkFieldType(parseType(type), name, types)
  return detail === undefined ? undefined : complain(at, detail)
}

function checkStructType(
  struct: string,
  fields: readonly TypedField[],
  types: StructTypes,
): Complaint | undefined {
  const at = `types.${struct}`
  const badName = checkStructName(struct, types)
  if (badName !== undefined) return complain(at, badName)
  if (fields.length === 0) return complain(at, 'has no fields.')
  const names = new Set<string>()
  for (const field of fields) {
    if (names.has(field.name)) return complain(`${at}.${field.name}`, 'stands twice.')
    names.add(field.name)
    const complaint = checkField(struct, field, `${at}.${field.name}`, types)
    if (complaint) return complaint
  }
  return undefined
}

/** The first struct that contains itself, directly or through others. */
function findCycle(types: StructTypes): string | undefined {
  const done = new Set<string>()
  const visit = (name: string, above: readonly string[]): string | undefined => {
    if (above.includes(name)) return name
    if (done.has(name)) return undefined
    for (const { type } of types.get(name) ?? []) {
      const base = parseType(type)?.base ?? ''
      const found = types.has(base) ? visit(base, [...above, name]) : undefined
      if (found !== undefined) return found
    }
    done.add(name)
    return undefined
  }
  for (const name of types.keys()) {
    const found = visit(name, [])
    if (found !== undefined) return found
  }
  return undefined
}

const isField = (value: unknown): value is TypedField => {
  if (typeof value !== 'object' || value === null) return false
  const { name, type, ...rest } = value as Record<string, unknown>
  return typeof name === 'string' && typeof type === 'string' && Object.keys(rest).length === 0
}

function readTypes(input: object): { types: StructTypes; complaint?: Complaint } {
  const types = new Map<string, readonly TypedField[]>()
  for (const [name, fields] of Object.entries(input)) {
    if (!Array.isArray(fields) || !fields.every(isField)) {
      const detail = 'must be a list of fields, each with its name and type alone.'
      return { types, complaint: complain(`types.${name}`, detail) }
    }
    types.set(name, fields)
  }
  return types.has('EIP712Domain')
    ? { types }
    : { types, complaint: complain('types.EIP712Domain', 'is missing.') }
}

/** Reads and checks the `types` of typed data: the struct types, and the first complaint if there is one. */
export function checkTypes(input: unknown): { types: StructTypes; complaint?: Complaint } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { types: new Map(), complaint: complain('types', 'must be an object.') }
  const read = readTypes(input)
  if (read.complaint) return read
  const { types } = read
  for (const [name, fields] of types) {
    const complaint = checkStructType(name, fields, types)
    if (complaint) return { types, complaint }
  }
  const cycle = findCycle(types)
  return cycle === undefined
    ? { types }
    : { types, complaint: complain(`types.${cycle}`, 'contains itself.') }
}
