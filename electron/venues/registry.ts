/**
 * Makes the venue for an account. Real accounts reach the venues' own hosts and nothing else; the only other hosts that
 * can be given are on this machine, for practice and tests.
 */
import * as v from 'valibot'
import { check } from '../../shared/check.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { compassNetwork } from '../../shared/venues/compass/prepared.ts'
import { pathPrefixes } from '../../shared/venues/compass/request.ts'
import { compassKeyVariable, compassOrigin, createCompass } from './compass.ts'
import { createHttpClient, type HttpClient, type HttpClientOptions, type HttpLimits } from './http-client.ts'
import { createHyperliquid, hyperliquidOrigins } from './hyperliquid.ts'
import { isLoopback, readOrigin } from './origin.ts'
import type { Venue, VenueId } from './port.ts'

/** Every venue that Countersign can talk to. */
export const venueIds: readonly VenueId[] = ['hyperliquid', 'compass']

/** What of an account says which venue it needs; the store's accounts fit. */
export interface VenueAccount {
  readonly venue: string
  readonly network: string
  /** Compass: `pathPrefix`, one of the two families of paths; the older one unless told. */
  readonly settings: { readonly [key: string]: unknown }
}

/** What the installation gives to every venue. */
export interface VenueEnvironment {
  /** Origin on this machine that stands in for every venue; null or absent for the real hosts. */
  readonly practiceOrigin?: string | null
  /** The Compass API key, fetched at each sending; undefined where there is none. */
  readonly compassKey?: () => string | undefined
  readonly limits?: Partial<HttpLimits>
  /** Unix milliseconds; the machine's clock unless told. */
  readonly now?: () => number
}

const accountSchema = v.object({
  venue: v.picklist(['hyperliquid', 'compass']),
  network: v.picklist(['mainnet', 'testnet']),
  settings: v.looseObject({ pathPrefix: v.optional(v.picklist(pathPrefixes), pathPrefixes[0]) }),
})

function clientOf(
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

/** How the practice venue is called where a real one has its host: its port differs from run to run. */
export const practiceOriginName = 'practice'

/** The venue behind its client, whatever host the client talks to. */
function venueOf(account: VenueAccount, environment: VenueEnvironment): Result<Venue> {
  const read = check(accountSchema, account, 'account')
  if (!read.ok) return read
  const { venue, network, settings } = read.value
  const reading = clientOf('Hyperliquid', hyperliquidOrigins[network], environment)
  if (!reading.ok) return reading
  const hyperliquid = createHyperliquid(network, reading.value)
  if (venue === 'hyperliquid') return ok(hyperliquid)
  if (network !== compassNetwork)
    return fail('input.badField', { field: 'account.network', detail: 'Compass serves mainnet only.' })
  const { compassKey = () => undefined } = environment
  const key = { header: 'x-api-key', variable: compassKeyVariable, read: compassKey }
  const client = clientOf('Compass', compassOrigin, environment, key)
  if (!client.ok) return client
  return ok(createCompass({ client: client.value, hyperliquid, pathPrefix: settings.pathPrefix }))
}

/**
 * Makes the venue of an account. Fails with `input.badField` for a venue, network or setting that is not known, and
 * with `venue.hostNotAllowed` for a practice origin that is not on this machine.
 */
export function createVenue(account: VenueAccount, environment: VenueEnvironment = {}): Result<Venue> {
  const venue = venueOf(account, environment)
  if (!venue.ok || !environment.practiceOrigin) return venue
  return ok({ ...venue.value, origin: practiceOriginName })
}
