/** The keys of the practice Ledger: derived as a Ledger derives them, signing as it signs (RFC 6979, low s). */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { HDKey } from '@scure/bip32'
import { mnemonicToSeedSync } from '@scure/bip39'
import { checksummed } from '../../../shared/device/eip712-format.ts'

/** Speculos' public default test seed. Everybody knows it: never fund it. */
export const practiceMnemonic =
  'glory promote mansion idle axis finger extra february uncover one trip resource lawn turtle enact monster ' +
  'seven myth punch hobby comfort wild raise skin'

const hardened = 0x80000000

/** A public key as the Ethereum app returns it. */
export interface PracticePublicKey {
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array
  readonly chainCode: Uint8Array
  /** Checksummed, with 0x. */
  readonly address: string
}

/** Whether the Ethereum app may derive a path: its manifest allows what begins with 44'/60' and with 45'. */
export const mayDerive = (path: readonly number[]): boolean =>
  path[0] === 45 + hardened || (path[0] === 44 + hardened && path[1] === 60 + hardened)

/** The keys of one seed. */
export class PracticeKeys {
  readonly #root: HDKey

  /** Takes a BIP-39 mnemonic; no passphrase. */
  constructor(mnemonic: string) {
    this.#root = HDKey.fromMasterSeed(mnemonicToSeedSync(mnemonic))
  }

  #key(path: readonly number[]): HDKey {
    return path.reduce((key, index) => key.deriveChild(index), this.#root)
  }

  /** The public key at a path of 32-bit indices. */
  publicKey(path: readonly number[]): PracticePublicKey {
    const key = this.#key(path)
    if (key.publicKey === null || key.chainCode === null) throw new Error('a derived key has no public part')
    const publicKey = secp256k1.Point.fromBytes(key.publicKey).toBytes(false)
    const address = checksummed(bytesToHex(keccak_256(publicKey.subarray(1)).subarray(12)))
    return { publicKey, chainCode: key.chainCode, address }
  }

  /** Signs a 32-byte hash: v (27 or 28), r, s, together 65 bytes, as the app returns them. */
  sign(path: readonly number[], hash: Uint8Array): Uint8Array {
    const { privateKey } = this.#key(path)
    if (privateKey === null) throw new Error('a derived key has no private part')
    const signature = secp256k1.sign(hash, privateKey, { prehash: false, lowS: true, format: 'recovered' })
    const [recovery = 0] = signature
    return Uint8Array.of(27 + recovery, ...signature.subarray(1))
  }
}
