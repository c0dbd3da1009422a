/**
 * Hyperliquid over HTTP: reading `/info`, sending to `/exchange`. Leverage is read for each call, never from memory, and
 * always of the account that changes, never of an agent.
 */
import * as v from 'valibot'
import { addressSchema, check } from '../../shared/check.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import type { Market } from '../../shared/market.ts'
import type { Json } from '../../shared/strict-json.ts'
import { readExchangeAnswer } from '../../shared/venues/hyperliquid/answer.ts'
import type { Network } from '../../shared/venues/hyperliquid/digest.ts'
import { assetPlace, readDexes, readMarkets } from '../../shared/venues/hyperliquid/markets.ts'
import { readActiveAsset, readPositions } from '../../shared/venues/hyperliquid/state.ts'
import { asAnswer } from './bad-answer.ts'
import type { HttpClient, JsonReading } from './http-client.ts'
import { createMarketCache } from './market-cache.ts'
import type { AccountRole, MarketList, Venue } from './port.ts'

const name = 'Hyperliquid'

/** The venue's own hosts (Hyperliquid docs, "API"). */
export const hyperliquidOrigins: Readonly<Record<Network, string>> = {
  mainnet: 'https://api.hyperliquid.xyz',
  testnet: 'https://api.hyperliquid-testnet.xyz',
}

const dexOf = (coin: string): string => (coin.includes(':') ? coin.slice(0, coin.indexOf(':')) : '')

/** The order of `allPerpMetas` makes the market numbers, so every name must stand under its own dex. */
function checkOrder(markets: readonly Market[], dexes: readonly string[]): Result<readonly Market[]> {
  const stray = markets.find(({ id, symbol }) => dexes[assetPlace(id).dexIndex] !== dexOf(symbol))
  const detail = stray
    ? `${stray.symbol} does not stand under the dex of its number ${stray.id}.`
    : 'its first dex is not the main one.'
  return stray || dexes[0] !== '' ? fail('venue.badAnswer', { venue: name, detail }) : ok(markets)
}

const roleSchema = v.variant('role', [
  v.object({ role: v.literal('missing') }),
  v.object({ role: v.literal('user') }),
  v.object({ role: v.literal('vault') }),
  v.object({ role: v.literal('agent'), data: v.object({ user: addressSchema }) }),
  v.object({ role: v.literal('subAccount'), data: v.object({ master: addressSchema }) }),
])

function roleOf(read: v.InferOutput<typeof roleSchema>): AccountRole {
  switch (read.role) {
    case 'agent':
      return { kind: 'agent', of: read.data.user as Hex }
    case 'subAccount':
      return { kind: 'subAccount', of: read.data.master as Hex }
    default:
      return { kind: read.role }
  }
}

/** Hyperliquid on one network, through a client of its host. */
export function createHyperliquid(network: Network, client: HttpClient): Venue {
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
    async role(address) {
      const reading = await info({ type: 'userRole', user: lower(address) })
      if (!reading.ok) return reading
      const role = asAnswer(name, check(roleSchema, reading.value.value, 'userRole'))
      return role.ok ? ok(roleOf(role.value)) : role
    },
    submit: (body) => client.submit({ method: 'POST', path: '/exchange', body }),
    readAnswer: readExchangeAnswer,
  }
}
