/**
 * Hyperliquid over HTTP: reading `/info`, sending to `/exchange`. Leverage is read for each call, never from memory, and
 * always of the account that changes, never of an agent.
 */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import type { Market } from '../../shared/market.ts'
import type { Json } from '../../shared/strict-json.ts'
import type { Network } from '../../shared/venues/module.ts'
import { readAgents } from '../../shared/venues/hyperliquid/approve-agent.ts'
import { assetPlace, readDexes, readMarkets } from '../../shared/venues/hyperliquid/markets.ts'
import { hyperliquidOrigins } from '../../shared/venues/hyperliquid/origins.ts'
import { readActiveAsset, readPositions } from '../../shared/venues/hyperliquid/state.ts'
import { asAnswer } from './bad-answer.ts'
import { clientOf, type VenueMaker } from './environment.ts'
import type { HttpClient, JsonReading } from './http-client.ts'
import { createMarketCache } from './market-cache.ts'
import { checkSignerByRole, readRole, type AccountRole } from './hyperliquid-permission.ts'
import type { MarketList, Venue } from './port.ts'

const name = 'Hyperliquid'

const dexOf = (coin: string): string => (coin.includes(':') ? coin.slice(0, coin.indexOf(':')) : '')

/** The order of `allPerpMetas` makes the market numbers, so every name must stand under its own dex. */
function checkOrder(markets: readonly Market[], dexes: readonly string[]): Result<readonly Market[]> {
  const stray = markets.find(
    ({ id, symbol }) => id === null || dexes[assetPlace(id).dexIndex] !== dexOf(symbol),
  )
  const detail = stray
    ? `${stray.symbol} does not stand under the dex of its number ${stray.id}.`
    : 'its first dex is not the main one.'
  return stray || dexes[0] !== '' ? fail('venue.badAnswer', { venue: name, detail }) : ok(markets)
}

/** Hyperliquid on one network, through a client of its host. */
function createHyperliquid(network: Network, client: HttpClient): Venue {
  const info = (question: Json): Promise<Result<JsonReading>> =>
    client.read({ method: 'POST', path: '/info', body: JSON.stringify(question) })

  async function readAllMarkets(): Promise<Result<MarketList>> {
    const dexes = await info({ type: 'perpDexs' })
    if (!dexes.ok) return dexes
    const metas = await info({ type: 'allPerpMetas' })
    if (!metas.ok) return metas
    const names = asAnswer(name, readDexes(dexes.value.value))
    if (!names.ok) return names
    const read = asAnswer(name, readMarkets(metas.value.value))
    if (!read.ok) return read
    const markets = checkOrder(read.value, names.value)
    return markets.ok ? ok({ markets: markets.value, readAtMs: metas.value.readAtMs }) : markets
  }

  async function roleOf(address: Hex): Promise<Result<AccountRole>> {
    const reading = await info({ type: 'userRole', user: lower(address) })
    return reading.ok ? asAnswer(name, readRole(reading.value.value)) : reading
  }

  return {
    id: 'hyperliquid',
    network,
    name,
    origin: client.origin,
    markets: createMarketCache(readAllMarkets),
    async current(account, { symbol }) {
      const user = lower(account)
      const reading = await info({ type: 'activeAssetData', user, coin: symbol })
      if (!reading.ok) return reading
      const { value, readAtMs, skewMs } = reading.value
      const read = asAnswer(name, readActiveAsset(value, user, symbol))
      return read.ok ? ok({ ...read.value, readAtMs, skewMs }) : read
    },
    async position(account, { symbol }) {
      const reading = await info({
        type: 'clearinghouseState',
        user: lower(account),
        dex: dexOf(symbol),
      })
      if (!reading.ok) return reading
      const positions = asAnswer(name, readPositions(reading.value.value))
      return positions.ok
        ? ok(positions.value.find((position) => position.symbol === symbol) ?? null)
        : positions
    },
    agents: {
      async list(user) {
        const reading = await info({ type: 'extraAgents', user: lower(user) })
        return reading.ok ? asAnswer(name, readAgents(reading.value.value)) : reading
      },
    },
    checkSigner: (signing) => checkSignerByRole(signing, roleOf),
    submit: (body) => client.submit({ method: 'POST', path: '/exchange', body }),
  }
}

/** Makes Hyperliquid for an account. */
export const makeHyperliquid: VenueMaker = ({ network }, environment) => {
  const client = clientOf(name, hyperliquidOrigins[network], environment)
  return client.ok ? ok(createHyperliquid(network, client.value)) : client
}
