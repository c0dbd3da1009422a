/**
 * How the Ethereum app turns the bytes of a typed-data value into the text that it shows.
 * Device text is kept as one character per byte, because the app cuts and draws bytes
 * (src/features/sign_message_eip712/ui_logic.c of app-ethereum 1.22.0).
 */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** Longest value in bytes; what is longer is cut and ends with "...". */
export const maxValueLength = 379

/** The kinds of values of the wire protocol, by their number in a field definition. */
export const fieldKinds = ['custom', 'int', 'uint', 'address', 'bool', 'string', 'bytesN', 'bytes'] as const

/** Kind of a field's (or array element's) value. */
export type FieldKind = (typeof fieldKinds)[number]

/** Device text of bytes: one character (0-255) per byte. */
export const byteText = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** C text ends at its first zero byte. */
export const cText = (text: string): string => {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

/** 20 bytes of hex (any case, without 0x) as a checksummed address with 0x (EIP-55). */
export function checksummed(hex: string): string {
  const lower = hex.toLowerCase()
  const hash = bytesToHex(keccak_256(utf8ToBytes(lower)))
  const digits = [...lower].map((digit, index) =>
    parseInt(hash.charAt(index), 16) >= 8 ? digit.toUpperCase() : digit,
  )
  return `0x${digits.join('')}`
}

/** Bytes as the app writes them: upper-case hex with 0x. */
export const upperHex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes).toUpperCase()}`

const ellipsis = (text: string): string => `${text.slice(0, maxValueLength - 3)}...`

/** Adds one chunk of a string to what is shown of it. A cut is marked only if the last chunk is cut in part. */
function addString(shown: string, chunk: Uint8Array, last: boolean): string {
  if (shown.length >= maxValueLength) return shown
  const room = maxValueLength - shown.length
  const text = shown + byteText(chunk.subarray(0, room))
  return cText(last && chunk.length > room ? ellipsis(text) : text)
}

function addBytes(shown: string, chunk: Uint8Array, first: boolean, last: boolean): string {
  const begun = first ? '0x' : shown
  const room = Math.floor((maxValueLength - begun.length) / 2)
  const text = begun + bytesToHex(chunk.subarray(0, room)).toUpperCase()
  return last && chunk.length > room ? ellipsis(text) : text
}

const unsigned = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`))

/** A signed integer is negative only if it has all bytes of its type. The app shows six sizes and refuses the others. */
function signed(bytes: Uint8Array, size: number): string | undefined {
  if (bytes.length < 1 || bytes.length > size || ![1, 2, 4, 8, 16, 32].includes(size)) return undefined
  const value = unsigned(bytes)
  const negative = bytes.length === size && value >> BigInt(8 * size - 1) === 1n
  return String(negative ? value - (1n << BigInt(8 * size)) : value)
}

/**
 * What is shown of a value after one more chunk of its bytes.
 * `shown` is what was shown before the chunk, `size` the size of the type in bytes.
 * Undefined: the app refuses the value (0x6a80).
 */
export function showChunk(
  kind: FieldKind,
  size: number,
  shown: string,
  chunk: Uint8Array,
  first: boolean,
  last: boolean,
): string | undefined {
  if (kind === 'string') return addString(shown, chunk, last)
  if (kind === 'bytes' || kind === 'bytesN') return addBytes(shown, chunk, first, last)
  if (!first) return undefined
  switch (kind) {
    case 'address':
      return chunk.length === 20 ? checksummed(bytesToHex(chunk)) : undefined
    case 'bool':
      return chunk.length === 1 ? (chunk[0] === 0 ? 'false' : 'true') : undefined
    case 'uint':
      return chunk.length <= 32 ? String(unsigned(chunk)) : undefined
    case 'int':
      return signed(chunk, size)
    default:
      return undefined
  }
}
