/** API keys: which kind a venue takes, what is public of one, and how near its end it is. */
import type { VenueId } from './venues/registry.ts'

/** How a key signs: Ed25519 with a 32-byte seed, or HMAC-SHA256 with a secret that the venue gave. */
export const keyKinds = ['ed25519', 'hmacSha256'] as const

/** One of the kinds. */
export type KeyKind = (typeof keyKinds)[number]

/** What a key is sealed by: this machine's keyring, or a passphrase. */
export const sealers = ['keyring', 'passphrase'] as const

/** One of them. */
export type SealedBy = (typeof sealers)[number]

/** Kind of the key by venue (Arcus docs, authentication; CoinSwitch PRO docs, authentication; Bybit V5 docs, guide). */
const kinds: ReadonlyMap<string, KeyKind> = new Map([
  ['arcus', 'ed25519'],
  ['coinswitch', 'ed25519'],
  ['bybit', 'hmacSha256'],
])

/** The kind of key that a venue takes; null where the Ledger itself signs. */
export const keyKindOf = (venue: VenueId): KeyKind | null => kinds.get(venue) ?? null

/** Whether a venue takes a key by the signature of the account's Ledger (Arcus docs, `createApiKey`). */
export const registersKeys = (venue: VenueId): boolean => venue === 'arcus'

const hour = 3_600_000

/** How long before its end a key is warned about, in ms: a weekend and a working day. */
export const warnBeforeMs = 72 * hour

/** How near its end a key is. */
export type KeyLife = 'endless' | 'good' | 'ending' | 'over'

/** How near its end a key is at `nowMs`; `expiresAt` is ISO 8601, null where no end is known. */
export function keyLifeOf(expiresAt: string | null, nowMs: number): KeyLife {
  if (expiresAt === null) return 'endless'
  const left = Date.parse(expiresAt) - nowMs
  if (left <= 0) return 'over'
  return left <= warnBeforeMs ? 'ending' : 'good'
}

/** The shortest passphrase that seals a key, in characters. */
export const minPassphrase = 12

/**
 * How long a key is registered for, in days. Arcus takes 1 to 180 (Arcus docs, `validUntil`) when it is asked, and by then
 * a single day is over in part.
 */
export const registerDays = { least: 2, most: 180, usual: 90 } as const
