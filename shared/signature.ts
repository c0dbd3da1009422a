/** Signatures as the venues write them, strictly read, and the address that made one. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { fail, ok, type Result } from './errors.ts'
import { fromHex, isHex, toHex, type Hex } from './hex.ts'

/** r and s of 32 bytes in lower-case hex, s in the lower half of the curve order, v 27 or 28. */
export interface Signature {
  readonly r: Hex
  readonly s: Hex
  readonly v: 27 | 28
}

const { n } = secp256k1.Point.CURVE()

const inRange = (value: bigint): boolean => value > 0n && value < n

const padded = (hex: string): Hex => `0x${hex.slice(2).toLowerCase().padStart(64, '0')}`

/**
 * Checks the parts of a signature. r and s may have lost leading zeros, as the venue's own Python SDK writes them.
 * Fails with `input.badField` that names r, s or v; a high s is refused (EIP-2).
 */
export function readSignature(r: unknown, s: unknown, v: unknown, at = 'signature'): Result<Signature> {
  for (const [name, part] of [
    ['r', r],
    ['s', s],
  ] as const) {
    if (typeof part !== 'string' || !/^0x[0-9a-fA-F]{1,64}$/.test(part) || !inRange(BigInt(part))) {
      return fail('input.badField', {
        field: `${at}.${name}`,
        detail: 'it must be 0x and up to 64 hex digits, within the curve order.',
      })
    }
  }
  if (v !== 27 && v !== 28)
    return fail('input.badField', { field: `${at}.v`, detail: 'it must be 27 or 28.' })
  const signature: Signature = { r: padded(r as string), s: padded(s as string), v }
  if (BigInt(signature.s) > n / 2n)
    return fail('input.badField', {
      field: `${at}.s`,
      detail: 'it is in the upper half of the curve order, which nobody who signs honestly uses.',
    })
  return ok(signature)
}

/** Reads a signature of 65 bytes in hex, r | s | v. */
export function readSignatureHex(value: unknown, at = 'signature'): Result<Signature> {
  if (!isHex(value, 65))
    return fail('input.badField', { field: at, detail: 'it must be 0x and 130 hex digits.' })
  return readSignature(
    value.slice(0, 66),
    `0x${value.slice(66, 130)}`,
    Number.parseInt(value.slice(130), 16),
    at,
  )
}

/** A signature as 65 bytes in hex, r | s | v with v 27 or 28. */
export const signatureToHex = ({ r, s, v }: Signature): Hex => `${r}${s.slice(2)}${v.toString(16)}` as Hex

/** Finds the address, in lower case, whose key signed `digest`; null where no key can have. */
export type RecoverAddress = (digest: Hex, signature: Signature) => Hex | null

/** The address of an uncompressed public key of 65 bytes. */
export const addressOfKey = (publicKey: Uint8Array): Hex => toHex(keccak_256(publicKey.slice(1)).slice(-20))

/** Finds the address everywhere; electron/store/native-signatures.ts has a faster one. */
export const recoverAddress: RecoverAddress = (digest, { r, s, v }) => {
  try {
    const point = new secp256k1.Signature(BigInt(r), BigInt(s))
      .addRecoveryBit(v - 27)
      .recoverPublicKey(fromHex(digest))
    return addressOfKey(point.toBytes(false))
  } catch {
    return null
  }
}
