/** What a key is made from, and what is wrong with it. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { KeyKind, SealedBy } from '../../shared/keys.ts'
import { publicKeyOf } from '../secrets/clear-key.ts'

/** A key to be added, or put in the place of another one. */
export interface KeyInput {
  /** Name or id of the account. */
  readonly account: string
  /** The pasted secret, which is wiped; null makes an Ed25519 key here. */
  readonly secret: Buffer | null
  /** What the venue calls a key with an HMAC secret; null where the key is its own name. */
  readonly keyId: string | null
  /** What the person calls it. */
  readonly label: string
  /** ISO 8601, UTC; null where no end is known. */
  readonly expiresAt: string | null
  /** What seals it: the keyring where there is one unless told. */
  readonly sealBy?: SealedBy
  /** The passphrase that seals it; the one that is kept, or asked for, where it is left out. */
  readonly passphrase?: string
}

const badField = (field: string, detail: string): Result<never> => fail('input.badField', { field, detail })

/** Whether a key can be made from what was given, asked before any secret is looked at. Fails with `input.badField`. */
export function checkKeyInput(
  { label, expiresAt, secret, keyId }: KeyInput,
  kind: KeyKind,
  nowMs: number,
): Result<null> {
  if (!/^[\w .-]{0,40}$/.test(label))
    return badField('label', 'use up to 40 letters, digits, spaces, dots, dashes or underscores.')
  if (secret === null && kind !== 'ed25519')
    return badField('secret', 'the venue makes this key: paste the secret that it showed.')
  if (kind === 'hmacSha256' && !/^[\w-]{8,128}$/.test(keyId ?? ''))
    return badField('keyId', 'it must be the API key as the venue shows it: 8 to 128 letters and digits.')
  if (expiresAt !== null && !(Date.parse(expiresAt) > nowMs))
    return badField('expiresAt', 'it must be a time that is still to come.')
  return ok(null)
}

/**
 * What the venue knows the key by: the public key of an Ed25519 seed, or the name that was given with an HMAC secret.
 * Fails with `input.badField` where a name was given that is not the public key.
 */
export function keyIdOf(kind: KeyKind, secret: Buffer, given: string | null): Result<string> {
  if (kind === 'hmacSha256') return ok(given ?? '')
  const own = publicKeyOf(secret)
  return given === null || given.toLowerCase() === own
    ? ok(own)
    : badField('keyId', `it is not the public key of this secret, which is ${own}.`)
}
