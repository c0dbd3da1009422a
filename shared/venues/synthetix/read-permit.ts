/**
 * The signature with which Synthetix shows a subaccount. One signature serves for every reading until it expires, for the
 * venue does not look at nonces of readings; so the Ledger is asked once a day and not at each reading. It opens nothing
 * but that one reading of that one subaccount.
 */
import * as v from 'valibot'
import { addressSchema, check, hexBytes, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { hashTypedData, type TypedData } from '../../eip712/typed-data.ts'
import type { Hex } from '../../hex.ts'
import { readSignatureHex, recoverAddress, type Signature } from '../../signature.ts'
import { timeText } from '../../deadline.ts'
import { tradeBody } from './body.ts'
import { toExpiresAfter, walletOf } from './fields.ts'
import type { SynthetixSettings } from './settings.ts'
import { subAccountActionTypedData } from './typed-data.ts'

/** How long a permit holds unless told: a day. */
export const readPermitLifeMs = 24 * 60 * 60_000

/** The one reading that is permitted. */
export const permittedAction = 'getSubAccount'

/** Schema of a permit. */
export const readPermitSchema = v.strictObject({
  action: v.literal(permittedAction),
  /** Who signed it, lower case. */
  signer: addressSchema,
  /** Decimal digits; null where none was signed, which is what the venue documents. */
  nonce: v.nullable(v.pipe(v.string(), v.regex(/^[1-9]\d{0,15}$/))),
  /** Unix ms, whole seconds. */
  expiresAtMs: integer(1, 8_640_000_000_000_000),
  /** 65 bytes in hex. */
  signature: hexBytes(65),
})

/** A permit to read. */
export type ReadPermit = v.InferOutput<typeof readPermitSchema>

/** What of a permit is signed. */
export type PermitTerms = Pick<ReadPermit, 'action' | 'nonce' | 'expiresAtMs'>

/** The terms of a new permit, which ends at a whole second at most `lifeMs` from now. */
export const permitTerms = (nowMs: number, lifeMs: number = readPermitLifeMs): PermitTerms => ({
  action: permittedAction,
  nonce: null,
  expiresAtMs: Math.floor((nowMs + lifeMs) / 1000) * 1000,
})

/** What the Ledger signs for a permit. */
export const permitTypedData = (
  { action, nonce, expiresAtMs }: PermitTerms,
  { subAccountId, expiresAfterUnit }: SynthetixSettings,
): TypedData =>
  subAccountActionTypedData({
    subAccountId,
    action,
    nonce,
    expiresAfter: String(toExpiresAfter(expiresAtMs, expiresAfterUnit)),
  })

const missing = (account: string, detail: string) =>
  fail('venue.readPermitMissing', { venue: 'Synthetix', account, detail })

/** The failure where no permit was ever given. `account` is its name or address. */
export const noReadPermit = (account: string) => missing(account, 'that reading was not signed yet.')

/**
 * Verifies a permit: whole, not expired, and signed by `signer` for this very subaccount. `account` is for the message.
 * Fails with `venue.readPermitMissing`.
 */
export function verifyReadPermit(
  permit: unknown,
  settings: SynthetixSettings,
  { signer, account, nowMs }: { readonly signer: Hex; readonly account: string; readonly nowMs: number },
): Result<Signature> {
  const read = check(readPermitSchema, permit)
  if (!read.ok) return missing(account, 'the signature that is kept cannot be read.')
  if (nowMs >= read.value.expiresAtMs)
    return missing(account, `the signature for that ended at ${timeText(read.value.expiresAtMs)}.`)
  const signature = readSignatureHex(read.value.signature)
  const { digest } = hashTypedData(permitTypedData(read.value, settings))
  const own = signature.ok && recoverAddress(digest, signature.value) === signer
  return own ? ok(signature.value) : missing(account, 'the signature that is kept is not for this account.')
}

/** The body that asks for a subaccount with a permit that was verified. */
export function readingBody(permit: ReadPermit, settings: SynthetixSettings, signature: Signature): string {
  const { subAccountId, bodyShape, expiresAfterUnit } = settings
  const sent = {
    action: permit.action,
    subAccountId,
    walletAddress: walletOf(permit.signer),
    fields: {},
    nonce: permit.nonce === null ? null : Number(permit.nonce),
    expiresAfter: toExpiresAfter(permit.expiresAtMs, expiresAfterUnit),
  }
  return JSON.stringify(tradeBody(bodyShape, sent, signature))
}
