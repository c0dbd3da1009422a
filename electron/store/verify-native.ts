/** What verifying computes with in this process: SHA-256 and Ed25519 by Node, secp256k1 by its native library. */
import { createPublicKey, verify } from 'node:crypto'
import type { Ed25519Verify } from '../../shared/history/note.ts'
import type { LogOptions } from '../../shared/history/verify-log.ts'
import { nativeHasher, nativeSha256 } from './hashing.ts'
import { nativeRecoverAddress } from './native-signatures.ts'
import type { FileOptions } from './verify-file.ts'

/** How the DER of every Ed25519 public key begins (RFC 8410, section 4). */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** Checks an Ed25519 signature by Node. */
export const nativeEd25519: Ed25519Verify = (publicKey, message, signature) => {
  try {
    const key = createPublicKey({ key: Buffer.concat([derPrefix, publicKey]), format: 'der', type: 'spki' })
    return verify(null, message, key, signature)
  } catch {
    return false
  }
}

/** The options of a verification as it runs here. */
export const nativeLogOptions = ({ expectedHead, outside, keys = [] }: FileOptions): LogOptions => ({
  sha256: nativeSha256,
  hasher: nativeHasher,
  recover: nativeRecoverAddress,
  ed25519: nativeEd25519,
  ...(expectedHead === undefined ? {} : { expectedHead }),
  ...(outside === undefined ? {} : { outside: { head: outside, keys } }),
})
