/** What every venue is made from: the account, what the installation gives, and the client of the venue's own host. */
import { fail, type Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { Network } from '../../shared/venues/module.ts'
import type { ReadPermit } from '../../shared/venues/synthetix/read-permit.ts'
import { createHttpClient, type HttpClient, type HttpClientOptions, type HttpLimits } from './http-client.ts'
import { isLoopback, readOrigin } from './origin.ts'
import type { KeySigner, Venue } from './port.ts'

/** What the installation gives to every venue. */
export interface VenueEnvironment {
  /** Origin on this machine that stands in for every venue; null or absent for the real hosts. */
  readonly practiceOrigin?: string | null
  /** The Compass API key, fetched at each sending; undefined where there is none. */
  readonly compassKey?: () => string | undefined
  /**
   * Opens an account's API key for reading: it signs GET requests without an approval, and nothing that changes
   * anything. Fails with `secret.*`; absent where there are no keys.
   */
  readonly readSigner?: (account: VenueOf) => Promise<Result<KeySigner>>
  /** The permit to read this very account, at a venue that shows it only against a signature. */
  readonly readPermit?: () => Promise<Result<ReadPermit>>
  readonly limits?: Partial<HttpLimits>
  /** Unix milliseconds; the machine's clock unless told. */
  readonly now?: () => number
}

/** An account as its venue is made from. */
export interface VenueOf {
  /** What the store and people know it by, where it is kept. */
  readonly id?: string
  readonly name?: string
  readonly venue: string
  readonly network: string
  readonly address: Hex
  readonly settings: JsonObject
}

/** An account whose network its venue serves, and whose settings fit the venue's schema. */
export interface CheckedAccount extends VenueOf {
  readonly network: Network
}

/** Makes one venue. Fails with `input.*` for its settings, or with `venue.hostNotAllowed`. */
export type VenueMaker = (account: CheckedAccount, environment: VenueEnvironment) => Result<Venue>

/**
 * The client of a venue's host, or of the practice venue in its place. Real accounts reach the venues' own hosts and
 * nothing else; the only other hosts that can be given are on this machine. Fails with `venue.hostNotAllowed`.
 */
export function clientOf(
  venue: string,
  realOrigin: string,
  environment: VenueEnvironment,
  key?: HttpClientOptions['key'],
): Result<HttpClient> {
  const { practiceOrigin = null, limits, now } = environment
  const given = readOrigin(practiceOrigin ?? realOrigin, venue)
  if (!given.ok) return given
  if (practiceOrigin !== null && !isLoopback(given.value))
    return fail('venue.hostNotAllowed', { host: practiceOrigin, venue })
  return createHttpClient({
    venue,
    origin: given.value.origin,
    ...(key ? { key } : {}),
    ...(limits ? { limits } : {}),
    ...(now ? { now } : {}),
  })
}

/** Opens the account's API key for reading. Fails with `secret.*`. */
export const readSignerOf =
  (account: CheckedAccount, { readSigner }: VenueEnvironment) =>
  async (): Promise<Result<KeySigner>> =>
    readSigner
      ? readSigner(account)
      : fail('secret.none', { account: account.name ?? `${account.venue} ${account.address}` })
