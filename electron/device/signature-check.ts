/** Looks at what a device returned before anything keeps it: only the expected signer's signature of this digest passes. */
import { fail, type Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import { readSignature, recoverAddress, type Signature } from '../../shared/signature.ts'
import type { RawSignature } from './ledgerjs.ts'

/** v as Ethereum writes it: some app versions return the bare parity. */
const normalised = (v: number): number => (v === 0 || v === 1 ? v + 27 : v)

/**
 * Checks that a raw signature is well formed (v 0, 1, 27 or 28, low s, r and s in range) and that `expected` made it
 * over `digest`. Fails with `device.badSignature`.
 */
export function acceptSignature(raw: RawSignature, digest: Hex, expected: Hex): Result<Signature> {
  const read = readSignature(`0x${raw.r}`, `0x${raw.s}`, normalised(raw.v))
  if (!read.ok) return fail('device.badSignature', { detail: read.error.message.replace(/\.$/, '') })
  const signer = recoverAddress(digest, read.value)
  if (signer === lower(expected)) return read
  return fail('device.badSignature', {
    detail: `it is by ${signer ?? 'nobody'}, not by ${lower(expected)}, or over something else than what was previewed`,
  })
}
