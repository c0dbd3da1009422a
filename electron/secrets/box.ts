/** The sealed box: AES-256-GCM with the record's whole header as additional data. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { ok, type Result } from '../../shared/errors.ts'
import { altered } from './altered.ts'
import { checkOf, readRecord, textOf, type KeyHeader, type SecretHeader, type SecretOf } from './record.ts'
import { thenWiped } from './wipe.ts'

/** A content key of 32 bytes, and what its record says about it. Whoever takes it wipes it. */
export interface ContentKey {
  readonly header: KeyHeader
  readonly key: Buffer
}

const tagBytes = 16
const cipher = 'aes-256-gcm'

/** Seals a secret; gives the record's text, and wipes the content key. The nonce is random and new, as is its key. */
export const seal = (plain: Buffer, of: SecretOf, { header: by, key }: ContentKey): Promise<string> =>
  thenWiped(key, () => {
    const nonce = randomBytes(12)
    const header: SecretHeader = {
      format: 'countersign.secret/1',
      cipher,
      nonce: nonce.toString('hex'),
      key: by,
      of,
    }
    const sealing = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(textOf(header)))
    const sealed = Buffer.concat([sealing.update(plain), sealing.final(), sealing.getAuthTag()])
    return textOf({ header, sealed: sealed.toString('hex') })
  })

function decrypt(header: SecretHeader, sealed: Buffer, key: Buffer): Result<Buffer> {
  const opening = createDecipheriv(cipher, key, Buffer.from(header.nonce, 'hex'), { authTagLength: tagBytes })
  opening.setAAD(Buffer.from(textOf(header)))
  opening.setAuthTag(sealed.subarray(-tagBytes))
  const plain = opening.update(sealed.subarray(0, -tagBytes))
  try {
    opening.final()
    return ok(plain)
  } catch {
    plain.fill(0)
    return altered('its seal is broken.')
  }
}

/**
 * Opens a record of exactly this key; `keyFor` gives its content key, which is wiped. Whoever gets the secret wipes it.
 * Fails with `secret.altered`, or as `keyFor` does.
 */
export async function openBox(
  record: string,
  of: SecretOf,
  keyFor: (header: KeyHeader) => Promise<Result<Buffer>>,
): Promise<Result<Buffer>> {
  const read = readRecord(record)
  if (!read.ok) return read
  const { header, sealed } = read.value
  const right = checkOf(header, of)
  if (!right.ok) return right
  const bytes = Buffer.from(sealed, 'hex')
  if (bytes.length <= tagBytes) return altered('it is too short.')
  const key = await keyFor(header.key)
  return key.ok ? thenWiped(key.value, (content) => decrypt(header, bytes, content)) : key
}
