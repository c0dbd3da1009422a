/**
 * Compass over HTTP. It prepares and forwards changes on Hyperliquid; what it says about a market is held against what
 * Hyperliquid says of the same number, the current leverage is read from Hyperliquid itself, and revocations are sent there.
 */
import * as v from 'valibot'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import { readEach, type Listed } from '../../shared/listed.ts'
import type { Market, MarketRef } from '../../shared/market.ts'
import { parseAnswerJson, parseStrictJson, type Json } from '../../shared/strict-json.ts'
import { readOpportunities } from '../../shared/venues/compass/markets.ts'
import { compassNetwork, readPrepared } from '../../shared/venues/compass/prepared.ts'
import { pathPrefixes, setLeverageBody, type PathPrefix } from '../../shared/venues/compass/request.ts'
import { asAnswer } from './bad-answer.ts'
import { clientOf, type VenueMaker } from './environment.ts'
import type { HttpClient, HttpReading } from './http-client.ts'
import { makeHyperliquid } from './hyperliquid.ts'
import { createMarketCache } from './market-cache.ts'
import type { MarketList, Venue } from './port.ts'

const name = 'Compass'

/** Compass' one host (Compass API reference). */
const origin = 'https://api.compasslabs.ai'

/** The environment variable that holds the Compass API key. */
export const compassKeyVariable = 'COMPASS_API_KEY'

/** What a Compass venue is made of. */
interface CompassParts {
  /** Client of Compass' host; it alone carries the API key. */
  readonly client: HttpClient
  /** Hyperliquid on mainnet, for reading and for revocations. */
  readonly hyperliquid: Venue
  readonly pathPrefix: PathPrefix
}

const complaintSchema = v.union([
  v.object({
    detail: v.array(v.object({ loc: v.array(v.union([v.string(), v.number()])), msg: v.string() })),
  }),
  v.object({ detail: v.string() }),
  v.object({ message: v.string() }),
  v.object({ error: v.string() }),
])

function complaintText(body: string): string {
  const parsed = parseAnswerJson(body)
  if (!parsed.ok || !v.is(complaintSchema, parsed.value)) return ''
  const complaint: v.InferOutput<typeof complaintSchema> = parsed.value
  if ('message' in complaint) return complaint.message
  if ('error' in complaint) return complaint.error
  if (typeof complaint.detail === 'string') return complaint.detail
  return complaint.detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ')
}

/** What Compass named as wrong in a request to prepare; null where it named nothing. */
function refusalOf({ status, body }: HttpReading): string | null {
  if (status === 401 || status === 403) return `it did not accept the API key (HTTP ${status}).`
  if (status < 400 || status >= 500 || status === 429 || status === 408) return null
  const text = complaintText(body).slice(0, 300)
  return text ? `"${text}" (HTTP ${status}).` : `HTTP ${status}.`
}

const badAnswer = (detail: string) => fail('venue.badAnswer', { venue: name, detail })

/** A Compass market as Hyperliquid knows it; the ticker must be the name that Hyperliquid gives to the same number. */
function listedAs(market: MarketRef, listed: readonly Market[]): Result<Market> {
  const found = listed.find(({ id }) => id === market.id)
  if (!found)
    return badAnswer(`Hyperliquid has no market number ${market.id}, which it gives for ${market.symbol}.`)
  return found.symbol.endsWith(`:${market.symbol}`)
    ? ok(found)
    : badAnswer(
        `it gives ${market.id} for ${market.symbol}, but at Hyperliquid that number is ${found.symbol}.`,
      )
}

/**
 * Compass does not say which margin modes a market allows; Hyperliquid does. A market that Hyperliquid knows otherwise is
 * left out.
 */
const withLimits = (offered: readonly Market[], listed: readonly Market[]): Listed<Market> =>
  readEach(offered, { at: 'opportunities', key: 'symbol' }, (market) => {
    const found = listedAs(market, listed)
    if (!found.ok) return found
    const { crossAllowed, isolatedAllowed, delisted } = found.value
    return ok({ ...market, crossAllowed, isolatedAllowed, delisted })
  })

/** Compass, which serves Hyperliquid's mainnet only. */
function createCompass({ client, hyperliquid, pathPrefix }: CompassParts): Venue {
  async function readAllMarkets(): Promise<Result<MarketList>> {
    const reading = await client.read({ method: 'GET', path: `${pathPrefix}/opportunities` })
    if (!reading.ok) return reading
    const offered = asAnswer(name, readOpportunities(reading.value.value))
    if (!offered.ok) return offered
    const listed = await hyperliquid.markets()
    const { taken, leftOut } = offered.value
    const limited = listed.ok ? withLimits(taken, listed.value.markets) : { taken, leftOut: [] }
    return ok({
      markets: limited.taken,
      leftOut: [...leftOut, ...limited.leftOut],
      readAtMs: reading.value.readAtMs,
    })
  }

  async function atHyperliquid(market: MarketRef): Promise<Result<Market>> {
    const listed = await hyperliquid.markets()
    return listed.ok ? listedAs(market, listed.value.markets) : listed
  }

  async function prepare(owner: Hex, market: MarketRef, leverage: string): Promise<Result<Json>> {
    const body = JSON.stringify(setLeverageBody(owner, market.symbol, leverage))
    const reading = await client.ask({ method: 'POST', path: `${pathPrefix}/set_leverage`, body })
    if (!reading.ok) return reading
    const refusal = refusalOf(reading.value)
    if (refusal !== null) return fail('venue.refusedToPrepare', { venue: name, detail: refusal })
    if (reading.value.status !== 200)
      return fail('venue.readFailed', { venue: name, detail: `HTTP ${reading.value.status}.` })
    return asAnswer(name, parseStrictJson(reading.value.body))
  }

  return {
    id: 'compass',
    network: compassNetwork,
    name,
    origin: client.origin,
    markets: createMarketCache(readAllMarkets),
    async current(account, market) {
      const listed = await atHyperliquid(market)
      return listed.ok ? hyperliquid.current(account, listed.value) : listed
    },
    async position(account, market) {
      const listed = await atHyperliquid(market)
      return listed.ok ? hyperliquid.position(account, listed.value) : listed
    },
    checkSigner: (signing) => hyperliquid.checkSigner(signing),
    submit: (body) => client.submit({ method: 'POST', path: `${pathPrefix}/execute`, body }),
    settlement: hyperliquid,
    remote: {
      prepare,
      async isAlready(owner, market, leverage) {
        const answer = await prepare(owner, market, leverage)
        if (!answer.ok) return answer
        const prepared = readPrepared(answer.value)
        return prepared.ok ? ok(prepared.value.kind === 'alreadySet') : prepared
      },
    },
  }
}

/** Makes Compass for an account, with Hyperliquid for reading and for revoking. */
export const makeCompass: VenueMaker = (account, environment) => {
  const hyperliquid = makeHyperliquid(account, environment)
  if (!hyperliquid.ok) return hyperliquid
  const { compassKey = () => undefined } = environment
  const key = { header: 'x-api-key', variable: compassKeyVariable, read: compassKey }
  const client = clientOf(name, origin, environment, key)
  if (!client.ok) return client
  const pathPrefix = (account.settings['pathPrefix'] ?? pathPrefixes[0]) as PathPrefix
  return ok(createCompass({ client: client.value, hyperliquid: hyperliquid.value, pathPrefix }))
}
