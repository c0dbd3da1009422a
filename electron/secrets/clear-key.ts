/** A key in clear: read from what was pasted, made anew, and what it signs. It is a Buffer, and its holder wipes it. */
import { createHmac, createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { KeyKind } from '../../shared/keys.ts'

const seedBytes = 32
/** What stands before the seed in PKCS #8 (RFC 8410, section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

function ed25519(seed: Buffer): KeyObject {
  const der = Buffer.concat([pkcs8Head, seed])
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } finally {
    der.fill(0)
  }
}

/** The public key of an Ed25519 seed: 64 lower-case hex digits, by which Arcus and CoinSwitch know the key. */
export const publicKeyOf = (seed: Buffer): string =>
  createPublicKey(ed25519(seed)).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')

/** A new Ed25519 seed. */
export const newSeed = (): Buffer => randomBytes(seedBytes)

/** The signature as lower-case hex: Ed25519 over the text (no pre-hash), or HMAC-SHA256 of it. */
export const signatureOf = (kind: KeyKind, secret: Buffer, text: string): string =>
  kind === 'ed25519'
    ? sign(null, Buffer.from(text), ed25519(secret)).toString('hex')
    : createHmac('sha256', secret).update(text).digest('hex')

const nibble = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** 32 bytes from 64 hex digits, without a string of them, which could not be wiped; null for anything else. */
function seedFrom(text: Buffer): Buffer | null {
  if (text.length !== 2 * seedBytes) return null
  const seed = Buffer.alloc(seedBytes)
  for (let at = 0; at < seedBytes; at += 1) {
    const high = nibble(text[2 * at] ?? 0)
    const low = nibble(text[2 * at + 1] ?? 0)
    if (high < 0 || low < 0) return null
    seed[at] = 16 * high + low
  }
  return seed
}

const isSpace = (code: number | undefined): boolean =>
  code === 32 || (code !== undefined && code >= 9 && code <= 13)

/** The part of a pasted text between the spaces and line ends around it. */
function trimmed(text: Buffer): Buffer {
  let start = 0
  let end = text.length
  while (isSpace(text[start])) start += 1
  while (end > start && isSpace(text[end - 1])) end -= 1
  return text.subarray(start, end)
}

const refused = (detail: string): Result<never> => fail('input.badField', { field: 'secret', detail })

/**
 * Reads a pasted secret; the text stays the caller's to wipe. Fails with `input.badField`, which never repeats it.
 */
export function readSecret(kind: KeyKind, pasted: Buffer): Result<Buffer> {
  const text = trimmed(pasted)
  if (kind === 'ed25519') {
    const seed = seedFrom(text.subarray(0, 2).equals(Buffer.from('0x')) ? text.subarray(2) : text)
    return seed ? ok(seed) : refused('it must be the 32-byte seed: 64 hex digits.')
  }
  const plain = text.length >= 16 && text.length <= 256 && text.every((code) => code > 32 && code < 127)
  return plain ? ok(Buffer.from(text)) : refused('it must be 16 to 256 printable characters without spaces.')
}
