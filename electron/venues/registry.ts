/**
 * Makes the venue for an account. Real accounts reach the venues' own hosts and nothing else; the only other hosts that
 * can be given are on this machine, for practice and tests.
 */
import { check } from '../../shared/check.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { bybitSettings } from '../../shared/venues/bybit/settings.ts'
import { coinSwitchSettings } from '../../shared/venues/coinswitch/settings.ts'
import { pathPrefixes, type PathPrefix } from '../../shared/venues/compass/request.ts'
import type { Network } from '../../shared/venues/module.ts'
import { isVenueId, rulesOf, type VenueId } from '../../shared/venues/registry.ts'
import type { ReadPermit } from '../../shared/venues/synthetix/read-permit.ts'
import { settingsOf } from '../../shared/venues/synthetix/settings.ts'
import { bybitOrigin, createBybit } from './bybit.ts'
import { coinSwitchKeysOrigin, coinSwitchOrigin, createCoinSwitch } from './coinswitch.ts'
import { readArcusSettings } from '../../shared/venues/arcus/settings.ts'
import { arcusOrigins, createArcus } from './arcus.ts'
import { compassKeyVariable, compassOrigin, createCompass } from './compass.ts'
import { createHttpClient, type HttpClient, type HttpClientOptions, type HttpLimits } from './http-client.ts'
import { createHyperliquid, hyperliquidOrigins } from './hyperliquid.ts'
import { isLoopback, readOrigin } from './origin.ts'
import type { KeySigner, Venue } from './port.ts'
import { createSynthetix, synthetixOrigin } from './synthetix.ts'

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

interface CheckedAccount extends VenueOf {
  readonly network: Network
}

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

type Maker = (account: CheckedAccount, environment: VenueEnvironment) => Result<Venue>

const makeHyperliquid: Maker = ({ network }, environment) => {
  const client = clientOf('Hyperliquid', hyperliquidOrigins[network], environment)
  return client.ok ? ok(createHyperliquid(network, client.value)) : client
}

const makeCompass: Maker = (account, environment) => {
  const hyperliquid = makeHyperliquid(account, environment)
  if (!hyperliquid.ok) return hyperliquid
  const { compassKey = () => undefined } = environment
  const key = { header: 'x-api-key', variable: compassKeyVariable, read: compassKey }
  const client = clientOf('Compass', compassOrigin, environment, key)
  if (!client.ok) return client
  const pathPrefix = (account.settings['pathPrefix'] ?? pathPrefixes[0]) as PathPrefix
  return ok(createCompass({ client: client.value, hyperliquid: hyperliquid.value, pathPrefix }))
}

/** The account's key for reading. */
const readSignerOf =
  (account: CheckedAccount, { readSigner }: VenueEnvironment) =>
  async (): Promise<Result<KeySigner>> =>
    readSigner
      ? readSigner(account)
      : fail('secret.none', { account: account.name ?? `${account.venue} ${account.address}` })

const makeCoinSwitch: Maker = (account, environment) => {
  const settings = coinSwitchSettings(account.settings)
  if (!settings.ok) return settings
  const client = clientOf('CoinSwitch', coinSwitchOrigin, environment)
  if (!client.ok) return client
  const keysClient = clientOf('CoinSwitch', coinSwitchKeysOrigin, environment)
  if (!keysClient.ok) return keysClient
  return ok(
    createCoinSwitch({
      client: client.value,
      keysClient: keysClient.value,
      settings: settings.value,
      readSigner: readSignerOf(account, environment),
      now: environment.now ?? Date.now,
    }),
  )
}

const makeBybit: Maker = (account, environment) => {
  const { network } = account
  const settings = bybitSettings(account.settings)
  if (!settings.ok) return settings
  const client = clientOf('Bybit', bybitOrigin(network, settings.value), environment)
  if (!client.ok) return client
  return ok(
    createBybit({
      client: client.value,
      network,
      settings: settings.value,
      readSigner: readSignerOf(account, environment),
      now: environment.now ?? Date.now,
    }),
  )
}

const makeArcus: Maker = ({ network, address, settings: given }, environment) => {
  const settings = readArcusSettings(given)
  if (!settings.ok) return settings
  const client = clientOf('Arcus', arcusOrigins[network], environment)
  const { now = Date.now } = environment
  return client.ok
    ? ok(createArcus({ network, client: client.value, address, settings: settings.value, now }))
    : client
}

const makeSynthetix: Maker = ({ network, settings: given }, environment) => {
  const settings = settingsOf(given)
  if (!settings.ok) return settings
  const client = clientOf('Synthetix', synthetixOrigin, environment)
  if (!client.ok) return client
  const { readPermit, now = Date.now } = environment
  return ok(createSynthetix({ network, client: client.value, settings: settings.value, readPermit, now }))
}

const makers: { readonly [id in VenueId]: Maker } = {
  hyperliquid: makeHyperliquid,
  compass: makeCompass,
  coinswitch: makeCoinSwitch,
  bybit: makeBybit,
  arcus: makeArcus,
  synthetix: makeSynthetix,
}

const badAccount = (field: string, detail: string) =>
  fail('input.badField', { field: `account.${field}`, detail })

/** The venue behind its client, whatever host the client talks to. */
function venueOf(account: VenueOf, environment: VenueEnvironment): Result<Venue> {
  const { venue, settings } = account
  if (!isVenueId(venue)) return badAccount('venue', `there is no venue "${venue}".`)
  const rules = rulesOf(venue)
  const network = rules.networks.find((one) => one === account.network)
  if (network === undefined)
    return badAccount('network', `${rules.name} serves ${rules.networks.join(' and ')} only.`)
  const { approval: _, ...own } = settings
  const read = check(rules.settingsSchema, own, 'account.settings')
  return read.ok ? makers[venue]({ ...account, network }, environment) : read
}

/**
 * Makes the venue of an account. Fails with `input.badField` for a venue, network or setting that is not known, and
 * with `venue.hostNotAllowed` for a practice origin that is not on this machine.
 */
export function createVenue(account: VenueOf, environment: VenueEnvironment = {}): Result<Venue> {
  const venue = venueOf(account, environment)
  if (!venue.ok || !environment.practiceOrigin) return venue
  return ok({ ...venue.value, origin: practiceOriginName })
}
