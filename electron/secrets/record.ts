/**
 * The sealed record of an API key: canonical JSON, version 1. All of its header is authenticated, so a record that was
 * altered, or that stands at another account or key than it was made for, does not open.
 */
import * as v from 'valibot'
import { check, integer } from '../../shared/check.ts'
import { ok, type Result } from '../../shared/errors.ts'
import { canonicalJson, readCanonicalObject } from '../../shared/history/canonical-json.ts'
import { keyKinds } from '../../shared/keys.ts'
import { altered } from './altered.ts'

/** Exactly this many bytes of lower-case hex without 0x. */
const hexOf = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`)))
const hexUpTo = (bytes: number) => v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2})+$/), v.maxLength(2 * bytes))
const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(256))

/**
 * How a passphrase becomes a key. The bounds keep a record from asking for less work than is written here, and from
 * asking for more memory (128 * r * 2^logN bytes) than 512 MiB.
 */
const scryptSchema = v.strictObject({
  by: v.literal('passphrase'),
  kdf: v.literal('scrypt'),
  logN: integer(17, 19),
  r: v.literal(8),
  p: integer(1, 4),
  salt: hexOf(32),
  /** Tells a wrong passphrase from an altered record: from the half of scrypt's output that encrypts nothing. */
  proof: hexOf(16),
})

const keyringSchema = v.strictObject({
  by: v.literal('keyring'),
  /** Which keyring, such as `gnome_libsecret`. */
  backend: text,
  /** The content key as the keyring encrypted it. */
  wrapped: hexUpTo(1024),
})

const headerSchema = v.strictObject({
  format: v.literal('countersign.secret/1'),
  cipher: v.literal('aes-256-gcm'),
  nonce: hexOf(12),
  key: v.variant('by', [scryptSchema, keyringSchema]),
  /** Which key it is, whose, and whose approval opens it: an account that was changed behind the desk's back is refused. */
  of: v.strictObject({
    account: text,
    venue: text,
    network: text,
    address: text,
    signer: text,
    kind: v.picklist(keyKinds),
    keyId: text,
  }),
})

const recordSchema = v.strictObject({ header: headerSchema, sealed: hexUpTo(1024) })

/** What a passphrase's key is made with. */
export type ScryptHeader = v.InferOutput<typeof scryptSchema>
/** What the keyring wrapped. */
export type KeyringHeader = v.InferOutput<typeof keyringSchema>
/** Where the content key comes from. */
export type KeyHeader = ScryptHeader | KeyringHeader
/** What a sealed secret belongs to: the account's id, venue and addresses, and the key's kind and public id. */
export type SecretOf = v.InferOutput<typeof headerSchema>['of']
/** The authenticated part of a record. */
export type SecretHeader = v.InferOutput<typeof headerSchema>
/** A sealed record. */
export type SealedRecord = v.InferOutput<typeof recordSchema>

/** Reads a record's text. Fails with `secret.altered`. */
export function readRecord(record: string): Result<SealedRecord> {
  const value = readCanonicalObject(record)
  if (value === null) return altered('it is not one that Countersign writes.')
  const read = check(recordSchema, value)
  return read.ok ? read : altered(`its field "${read.error.field ?? ''}" is not acceptable.`)
}

/** The one text of a part of a record. */
export function textOf(value: SecretHeader | SealedRecord | SecretOf): string {
  const written = canonicalJson(value)
  if (!written.ok) throw new Error('a record is plain JSON')
  return written.value
}

/** Whether a record is one of exactly this key. Fails with `secret.altered`. */
export const checkOf = (header: SecretHeader, of: SecretOf): Result<null> =>
  textOf(header.of) === textOf(of) ? ok(null) : altered('it is one of another key.')
