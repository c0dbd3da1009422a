/**
 * Recovering signers with libsecp256k1, some twenty times faster than the portable way. Loaded at first use; where its
 * native part does not load, the portable way is taken: the answers are the same (tests/history hold them together).
 */
import { createRequire } from 'node:module'
import { fromHex } from '../../shared/hex.ts'
import { addressOfKey, recoverAddress, type RecoverAddress } from '../../shared/signature.ts'

/** `ecdsaRecover` of secp256k1 5.x: signature of 64 bytes, recovery id, message, compressed or not; throws. */
type EcdsaRecover = (
  signature: Uint8Array,
  recoveryId: number,
  message: Uint8Array,
  compressed: false,
) => Uint8Array

const hasRecover = (value: unknown): value is { readonly ecdsaRecover: EcdsaRecover } =>
  typeof value === 'object' &&
  value !== null &&
  'ecdsaRecover' in value &&
  typeof value.ecdsaRecover === 'function'

/** Not the package's own entry: that one would fall back to another library. */
const bindings = 'secp256k1/bindings'

function load(): EcdsaRecover | null {
  try {
    const found: unknown = createRequire(import.meta.url)(bindings)
    return hasRecover(found) ? found.ecdsaRecover : null
  } catch {
    return null
  }
}

let loaded: EcdsaRecover | null | undefined

/** Whether the native part loads on this machine. */
export const hasNativeSignatures = (): boolean => {
  loaded ??= load()
  return loaded !== null
}

/** Finds the address that made a signature, natively where that loads. */
export const nativeRecoverAddress: RecoverAddress = (digest, signature) => {
  loaded ??= load()
  if (loaded === null) return recoverAddress(digest, signature)
  const { r, s, v } = signature
  try {
    return addressOfKey(loaded(fromHex(`${r}${s.slice(2)}`), v - 27, fromHex(digest), false))
  } catch {
    return null
  }
}
