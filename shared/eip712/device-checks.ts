/**
 * Decides whether typed data may be sent to a Ledger at all. Neither hw-app-eth nor the Ethereum app checks values
 * against their types (a uint8 of 256 or 31 bytes of a bytes32 reach the sign screen), so what passes here is what
 * keeps the promise that the device hashes exactly what was previewed.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { isAddress } from 'viem/utils'
import { fail, ok, type Result } from '../errors.ts'
import { isHex } from '../hex.ts'
import {
  checkTypes,
  complain,
  parseType,
  type Complaint,
  type ParsedType,
  type StructTypes,
} from './device-types.ts'
import type { TypedData } from './typed-data.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Whether hw-app-eth 7.9.0 loses the end of a string or bytes value of this many bytes. It puts a two-byte length in
 * front, makes ceil(n / 256) slices and fills each with 255 bytes: 254, 509, 510, 764 to 766, ... bytes do not fit.
 * Above 65535 bytes the length itself no longer fits in its two bytes.
 */
export function losesBytes(length: number): boolean {
  const sent = 2 + length
  return length > 0xffff || Math.ceil(sent / 256) * 255 < sent
}

/** The array lengths and counts that hw-app-eth can write in their one byte. */
export const longestArray = 255

const tooLong = (field: string, length: number): Complaint | undefined =>
  losesBytes(length)
    ? complain(
        field,
        `is ${length} bytes long, a length that the Ledger library cuts off wrongly. One byte more or less may do.`,
      )
    : undefined

const isWhole = (value: unknown): value is number | string =>
  typeof value === 'number'
    ? Number.isSafeInteger(value)
    : typeof value === 'string' && /^(0|-?[1-9]\d{0,77})$/.test(value)

function checkInteger(base: string, value: unknown, field: string): Complaint | undefined {
  if (!isWhole(value)) return complain(field, 'must be a whole number, in decimal digits.')
  const signed = base.startsWith('int')
  const bits = BigInt(base.replace(/^u?int/, ''))
  const max = signed ? 2n ** (bits - 1n) - 1n : 2n ** bits - 1n
  const min = signed ? -max - 1n : 0n
  const number = BigInt(value)
  return number < min || number > max ? complain(field, `is out of the range of ${base}.`) : undefined
}

function checkBytes(base: string, value: unknown, field: string): Complaint | undefined {
  if (base === 'bytes') {
    if (typeof value !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(value))
      return complain(field, 'must be 0x and an even number of hex digits.')
    return tooLong(field, (value.length - 2) / 2)
  }
  const size = Number(base.slice('bytes'.length))
  return isHex(value, size)
    ? undefined
    : complain(field, `must be exactly ${size} bytes: 0x and ${2 * size} hex digits.`)
}

function checkString(value: unknown, field: string): Complaint | undefined {
  if (typeof value !== 'string') return complain(field, 'must be a text.')
  if (!value.isWellFormed()) return complain(field, 'holds half of a character (a lone surrogate).')
  if (value.includes('\0')) return complain(field, 'holds a NUL character: a Ledger shows nothing after it.')
  return tooLong(field, utf8ToBytes(value).length)
}

function checkAddress(value: unknown, field: string): Complaint | undefined {
  if (!isHex(value, 20)) return complain(field, 'must be an address: 0x and 40 hex digits.')
  return isAddress(value) ? undefined : complain(field, 'is an address whose checksum (EIP-55) is wrong.')
}

function checkAtom(base: string, value: unknown, field: string): Complaint | undefined {
  if (base === 'string') return checkString(value, field)
  if (base === 'address') return checkAddress(value, field)
  if (base === 'bool')
    return typeof value === 'boolean' ? undefined : complain(field, 'must be true or false.')
  return base.startsWith('bytes') ? checkBytes(base, value, field) : checkInteger(base, value, field)
}

const firstOf = <T>(items: Iterable<T>, look: (item: T) => Complaint | undefined): Complaint | undefined => {
  for (const item of items) {
    const complaint = look(item)
    if (complaint) return complaint
  }
  return undefined
}

function checkArray(
  { base, sizes }: ParsedType,
  value: unknown,
  field: string,
  types: StructTypes,
): Complaint | undefined {
  const size = sizes.at(-1)
  if (!Array.isArray(value)) return complain(field, 'must be a list.')
  if (typeof size === 'number' && value.length !== size)
    return complain(field, `must have exactly ${size} entries.`)
  if (value.length > longestArray)
    return complain(field, `has ${value.length} entries; the Ledger library can write ${longestArray}.`)
  const inner = { base, sizes: sizes.slice(0, -1) }
  return firstOf(value.entries(), ([index, entry]) => checkValue(inner, entry, `${field}[${index}]`, types))
}

function checkStruct(name: string, value: unknown, field: string, types: StructTypes): Complaint | undefined {
  const members = types.get(name) ?? []
  if (!isRecord(value)) return complain(field, `must be an object of type ${name}.`)
  const extra = Object.keys(value).find((key) => !members.some((member) => member.name === key))
  if (extra !== undefined)
    return complain(`${field}.${extra}`, `is not part of type ${name}, so it would not be signed.`)
  return firstOf(members, ({ name: key, type }) => {
    const at = `${field}.${key}`
    if (!Object.hasOwn(value, key)) return complain(at, 'is missing.')
    const parsed = parseType(type)
    return parsed ? checkValue(parsed, value[key], at, types) : complain(at, 'has no readable type.')
  })
}

function checkValue(
  type: ParsedType,
  value: unknown,
  field: string,
  types: StructTypes,
): Complaint | undefined {
  if (type.sizes.length > 0) return checkArray(type, value, field, types)
  return types.has(type.base)
    ? checkStruct(type.base, value, field, types)
    : checkAtom(type.base, value, field)
}

function complaintAbout(input: unknown): Complaint | undefined {
  if (!isRecord(input)) return complain('typed data', 'must be an object.')
  const parts = ['types', 'primaryType', 'domain', 'message']
  const missing = parts.find((part) => !Object.hasOwn(input, part))
  if (missing !== undefined) return complain(missing, 'is missing.')
  const extra = Object.keys(input).find((key) => !parts.includes(key))
  if (extra !== undefined) return complain(extra, 'is not part of typed data.')
  const { types, complaint } = checkTypes(input['types'])
  if (complaint) return complaint
  const primary = input['primaryType']
  if (typeof primary !== 'string' || primary === 'EIP712Domain' || !types.has(primary))
    return complain('primaryType', 'must name one of the types, and not EIP712Domain.')
  return (
    checkStruct('EIP712Domain', input['domain'], 'domain', types) ??
    checkStruct(primary, input['message'], 'message', types)
  )
}

/**
 * Typed data that a Ledger can be trusted to hash as previewed: types known, `EIP712Domain` given, each value in the
 * range of its type, nothing missing, nothing extra, nothing that hw-app-eth mishandles.
 * Fails with `device.cannotSign` that names the field.
 */
export function checkForDevice(input: unknown): Result<TypedData> {
  const complaint = complaintAbout(input)
  if (!complaint) return ok(input as TypedData)
  return fail('device.cannotSign', {
    field: complaint.field,
    detail: `"${complaint.field}" ${complaint.detail}`,
  })
}
