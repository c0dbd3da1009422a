/** The content key that a passphrase gives, by scrypt (RFC 7914) with N = 2^17, r = 8, p = 1: 128 MiB of memory. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { ScryptHeader } from './record.ts'
import { thenWiped } from './wipe.ts'

/** A content key of 32 bytes with what its record says about it. Whoever takes it wipes it. */
export interface ScryptKey {
  readonly header: ScryptHeader
  readonly key: Buffer
}

type Costs = Pick<ScryptHeader, 'logN' | 'r' | 'p' | 'salt'>

const keyBytes = 32
const written = { logN: 17, r: 8, p: 1 } as const

/** A passphrase as bytes, the same from every keyboard (NFKC). Whoever takes it wipes it. */
export const passphraseBytes = (passphrase: string): Buffer => Buffer.from(passphrase.normalize('NFKC'))

/** The key at the front, and behind it what only proves the passphrase. */
const derive = (passphrase: Buffer, { logN, r, p, salt }: Costs): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const N = 2 ** logN
    const maxmem = 128 * r * (N + p + 2)
    scrypt(passphrase, Buffer.from(salt, 'hex'), 2 * keyBytes, { N, r, p, maxmem }, (error, derived) =>
      error ? reject(error) : resolve(derived),
    )
  })

const proofOf = (derived: Buffer): Buffer =>
  createHash('sha256').update(derived.subarray(keyBytes)).digest().subarray(0, 16)

/** A new content key from a passphrase, with a new salt. The passphrase stays the caller's to wipe. */
export async function newScryptKey(passphrase: Buffer): Promise<ScryptKey> {
  const costs = { ...written, salt: randomBytes(32).toString('hex') }
  return thenWiped(await derive(passphrase, costs), (derived) => ({
    header: { by: 'passphrase', kdf: 'scrypt', ...costs, proof: proofOf(derived).toString('hex') },
    key: Buffer.from(derived.subarray(0, keyBytes)),
  }))
}

/** The content key of a record. Fails with `secret.wrongPassphrase`. */
export async function scryptKey(passphrase: Buffer, header: ScryptHeader): Promise<Result<Buffer>> {
  return thenWiped(await derive(passphrase, header), (derived) =>
    timingSafeEqual(proofOf(derived), Buffer.from(header.proof, 'hex'))
      ? ok(Buffer.from(derived.subarray(0, keyBytes)))
      : fail('secret.wrongPassphrase'),
  )
}
