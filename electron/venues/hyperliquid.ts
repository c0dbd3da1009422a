/**
 * Hyperliquid over HTTP: reading `/info`, sending to `/exchange`. Leverage is read for each call, never from memory, and
 * always of the account that changes, never of an agent.
 */
import { ok, type Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import type { Json } from '../../shared/strict-json.ts'
import type { Network } from '../../shared/venues/module.ts'
import { readAgents } from '../../shared/venues/hyperliquid/approve-agent.ts'
import { dexOf, readMarkets } from '../../shared/venues/hyperliquid/markets.ts'
import { hyperliquidOrigins } from '../../shared/venues/hyperliquid/origins.ts'
import { readActiveAsset, readPosition } from '../../shared/venues/hyperliquid/state.ts'
import { asAnswer } from './bad-answer.ts'
import { clientOf, type VenueMaker } from './environment.ts'
import type { HttpClient, JsonReading } from './http-client.ts'
import { createMarketCache } from './market-cache.ts'
import { checkSignerByRole, readRole, type AccountRole } from './hyperliquid-permission.ts'
import type { MarketList, Venue } from './port.ts'

const name = 'Hyperliquid'

/** Hyperliquid on one network, through a client of its host. */
function createHyperliquid(network: Network, client: HttpClient): Venue {
  const info = (question: Json): Promise<Result<JsonReading>> =>
    client.read({ method: 'POST', path: '/info', body: JSON.stringify(question) })

  async function readAllMarkets(): Promise<Result<MarketList>> {
    const dexes = await info({ type: 'perpDexs' })
    if (!dexes.ok) return dexes
    const metas = await info({ type: 'allPerpMetas' })
    if (!metas.ok) return metas
    const read = asAnswer(name, readMarkets(metas.value.value, dexes.value.value))
    if (!read.ok) return read
    const { taken, leftOut } = read.value
    return ok({ markets: taken, leftOut, readAtMs: metas.value.readAtMs })
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
      return reading.ok ? asAnswer(name, readPosition(reading.value.value, symbol)) : reading
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
