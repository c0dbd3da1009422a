/** Hex strings and addresses, in the one form used everywhere inside: lower case with 0x. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

/** `0x` and an even number of lower-case hex digits. */
export type Hex = `0x${string}`

/** Bytes as lower-case hex with 0x. */
export const toHex = (bytes: Uint8Array): Hex => `0x${bytesToHex(bytes)}`

/** The bytes of a hex string with 0x. Throws on anything that is not one: check with `isHex` first. */
export const fromHex = (hex: Hex): Uint8Array => hexToBytes(hex.slice(2))

/** Whether a value is `0x` and exactly `bytes` bytes of hex, upper or lower case. */
export const isHex = (value: unknown, bytes: number): value is Hex =>
  typeof value === 'string' && value.length === 2 + 2 * bytes && /^0x[0-9a-fA-F]*$/.test(value)

/** A hex string in lower case. */
export const lower = (hex: Hex): Hex => hex.toLowerCase() as Hex
