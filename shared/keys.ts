/** API keys: which kind a venue takes, what is public of one, what it needs to be able to do, and how near its end it is. */
import * as v from 'valibot'
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

/**
 * Whether a venue shows an account only to its API key, which then signs each reading (CoinSwitch PRO docs,
 * authentication; Bybit V5 docs, guide). Arcus shows an account to everybody (Arcus docs, leverages).
 */
export const readsWithKey = (venue: VenueId): boolean => venue === 'coinswitch' || venue === 'bybit'

/** What is known of a key from its venue, or from the person. */
export interface KeyFacts {
  /** ISO 8601, UTC; null where no end is known. */
  readonly expiresAt: string | null
  /** What it may do, in the venue's words; null where that is not known. */
  readonly permissions: readonly string[] | null
}

/** A permission as a venue names it: one short word. */
export const permissionSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'it must be one short word.'))

/** What stands in a list of permissions for one that cannot be read: whoever reads it must know that there is more. */
export const unreadablePermission = 'unreadable'

/** The permissions of a list, or of a group of them, as a venue gives it; none where it gives none. */
export const permissionsIn = (given: unknown): readonly string[] => {
  if (given === null || given === undefined) return []
  if (!Array.isArray(given)) return [unreadablePermission]
  return given.map((one: unknown) => (v.is(permissionSchema, one) ? one : unreadablePermission))
}

/** Whether a venue tells what a key may do, when it is asked about it (Bybit V5 docs, user/apikey-info). */
export const tellsPermissions = (venue: VenueId): boolean => venue === 'bybit'

/**
 * Permissions by venue of which one is enough to change leverage. At Bybit a unified account gives the second one to every
 * key (Bybit V5 docs, user/apikey-info); that an Arcus key may trade goes without saying, so its name there is inferred.
 */
const needed: ReadonlyMap<string, readonly string[]> = new Map([
  ['bybit', ['ContractTrade:Position', 'Derivatives:DerivativesTrade']],
  ['arcus', ['trade']],
])

/** Permissions of which one is enough to change leverage at a venue; none where it tells of no permissions. */
export const neededPermissions = (venue: VenueId): readonly string[] => needed.get(venue) ?? []

/** What a key may do beside changing leverage, such as withdrawing: whoever gets hold of it could use that too. */
export const unneededPermissions = (
  venue: VenueId,
  permissions: KeyFacts['permissions'],
): readonly string[] =>
  (permissions ?? []).filter((permission) => !neededPermissions(venue).includes(permission))

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
