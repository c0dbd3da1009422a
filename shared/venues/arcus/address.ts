/** Addresses as Arcus takes and gives them: with 0x, 0X or neither, in either case (Arcus docs, `EthereumAddressHex`). */
import * as v from 'valibot'
import { lower, type Hex } from '../../hex.ts'

const spelling = /^(?:0x)?([0-9a-f]{40})$/i

/** An address in the one form used everywhere inside; null where it is not one. */
export function readAddress(text: string): Hex | null {
  const digits = spelling.exec(text)?.[1]
  return digits === undefined ? null : lower(`0x${digits}`)
}

/** Whether a text is an address's, however it is spelt. `address` is in lower case. */
export const sameAddress = (text: string, address: Hex): boolean => readAddress(text) === address

/** Schema of an address in any of its spellings; comes out as it is. */
export const spelledAddress = v.pipe(v.string(), v.regex(spelling, 'it must be an address of 20 bytes.'))
