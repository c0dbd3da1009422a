import { secp256k1 } from '@noble/curves/secp256k1.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasNativeSignatures, nativeRecoverAddress } from '../../electron/store/native-signatures.ts'
import { nativeEd25519 } from '../../electron/store/verify-native.ts'
import { toHex } from '../../shared/hex.ts'
import { portableEd25519 } from '../../shared/history/note.ts'
import { addressOfKey, recoverAddress, type Signature } from '../../shared/signature.ts'

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const secrets = bytes32.filter((bytes) => secp256k1.utils.isValidSecretKey(bytes))

const signed = (digest: Uint8Array, secret: Uint8Array): Signature => {
  const made = secp256k1.sign(digest, secret, { prehash: false, format: 'recovered' })
  return { r: toHex(made.slice(1, 33)), s: toHex(made.slice(33)), v: made[0] === 0 ? 27 : 28 }
}

describe('the signer of a signature', () => {
  it('is found natively on the machines that we build for', () => {
    expect(hasNativeSignatures()).toBe(true)
  })

  it('is the same natively and portably, and the one who signed', () => {
    fc.assert(
      fc.property(bytes32, secrets, (digest, secret) => {
        const signature = signed(digest, secret)
        const signer = addressOfKey(secp256k1.getPublicKey(secret, false))
        expect(nativeRecoverAddress(toHex(digest), signature)).toBe(signer)
        expect(recoverAddress(toHex(digest), signature)).toBe(signer)
      }),
    )
  })

  it('is the same natively and portably for what nobody signed', () => {
    fc.assert(
      fc.property(bytes32, bytes32, bytes32, fc.constantFrom(27 as const, 28 as const), (digest, r, s, v) => {
        const signature = { r: toHex(r), s: toHex(s), v }
        expect(nativeRecoverAddress(toHex(digest), signature)).toBe(recoverAddress(toHex(digest), signature))
      }),
    )
    const zero = `0x${'00'.repeat(32)}` as const
    const most = `0x${'ff'.repeat(32)}` as const
    for (const [r, s] of [
      [zero, zero],
      [zero, most],
      [most, zero],
      [most, most],
    ] as const)
      expect(nativeRecoverAddress(most, { r, s, v: 27 })).toBeNull()
  })
})

it('an Ed25519 key or signature that is none is wrong, natively and portably', () => {
  const zero = new Uint8Array(32)
  for (const verify of [nativeEd25519, portableEd25519]) {
    expect(verify(zero.fill(255), zero, new Uint8Array(64))).toBe(false)
    expect(verify(new Uint8Array(5), zero, new Uint8Array(64))).toBe(false)
    expect(verify(zero, zero, new Uint8Array(3))).toBe(false)
  }
})
