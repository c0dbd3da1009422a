/**
 * How the practice venue takes CoinSwitch's keys: Ed25519 over method, decoded path and epoch. Written apart from the
 * desk's own signing. Source: CoinSwitch PRO API docs, Authentication, errors.
 */
import { createPublicKey, verify } from 'node:crypto'
import type { RoutedAnswer, RoutedRequest } from './routed.ts'
import { plain } from './v5-answers.ts'
import type { PracticeV5Account } from './v5-state.ts'

/** The most that an epoch may be away from the venue's clock (errors page), in ms. */
const driftMs = 60_000

/** Whose request it is, or why it is not taken. */
export type Authentication =
  | { readonly keyId: string; readonly stamp: string; readonly refusal: null }
  | { readonly refusal: RoutedAnswer }

const refuse = (status: number, message: string): Authentication => ({ refusal: plain(status, message) })

/** The epoch in Unix ms: seconds have ten digits, milliseconds thirteen. */
const epochMs = (epoch: string): number => (epoch.length <= 10 ? Number(epoch) * 1000 : Number(epoch))

function decoded(target: string): string | null {
  try {
    return decodeURIComponent(target.replace(/\+/g, ' '))
  } catch {
    return null
  }
}

function isSignedBy(keyId: string, message: string, signature: string): boolean {
  const x = Buffer.from(keyId, 'hex').toString('base64url')
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return verify(null, Buffer.from(message, 'utf8'), key, Buffer.from(signature, 'hex'))
  } catch {
    return false
  }
}

/** Checks key, epoch and signature of a request. */
export function authenticateCoinSwitch(
  { keys }: PracticeV5Account,
  { method, target, header }: RoutedRequest,
  nowMs: number,
): Authentication {
  const [keyId, epoch, signature] = ['x-auth-apikey', 'x-auth-epoch', 'x-auth-signature'].map(header)
  if (!epoch || !/^\d{10,13}$/.test(epoch)) return refuse(400, 'X-AUTH-EPOCH is missing or malformed')
  const key = keyId && /^[0-9a-f]{64}$/.test(keyId) ? keys[keyId] : undefined
  if (!key || !keyId) return refuse(401, 'Invalid access: unknown API key')
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return refuse(401, 'Invalid access: key expired')
  if (Math.abs(epochMs(epoch) - nowMs) > driftMs) return refuse(401, 'Invalid access: epoch out of range')
  const path = decoded(target)
  const message = path === null ? null : `${method}${path}${epoch}`
  const wellFormed = signature !== undefined && /^[0-9a-f]{128}$/.test(signature)
  if (message === null || !wellFormed || !isSignedBy(keyId, message, signature))
    return refuse(401, 'Invalid access: signature verification failed')
  return { keyId, stamp: epoch, refusal: null }
}
