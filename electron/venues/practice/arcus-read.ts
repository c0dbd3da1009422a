/** What the practice Arcus tells without a key: markets, time, leverages, positions and account. */
import * as v from 'valibot'
import type { Hex } from '../../../shared/hex.ts'
import type { Json } from '../../../shared/strict-json.ts'
import { anyAddress, refuse, say, type ArcusAnswer, type ArcusQuestion } from './arcus-answer.ts'
import { listArcusApiKeys } from './arcus-keys.ts'
import { arcusMarketById, practiceArcusMarkets, type PracticeArcusMarket } from './arcus-markets.ts'
import {
  accountKey,
  accountOf,
  arcusCrossMargin,
  arcusLeverageOf,
  arcusNotional,
  type PracticeArcus,
  type PracticeArcusAccount,
  type PracticeArcusPosition,
} from './arcus-state.ts'

const marketJson = (market: PracticeArcusMarket): Json => ({
  marketDisplayName: market.name,
  marketId: market.id,
  status: market.online ? 'ONLINE' : 'OFFLINE',
  baseAsset: market.name.replace('-USD', ''),
  quoteAsset: 'USD',
  tickSize: '0.1',
  stepSize: '0.0001',
  minOrderNotional: '5',
  oraclePrice: market.markPx,
  markPrice: market.markPx,
  initialMarginFraction: market.initialMarginFraction,
  maintenanceMarginFraction: String(Number(market.initialMarginFraction) / 2),
  offHoursInitialMarginFraction: market.initialMarginFraction,
  regularTradingHours: null,
  isOutsideRth: false,
  type: 'PERPETUAL',
  category: 'CRYPTO',
  addedTimestamp: 1_747_310_340,
})

const modeOf = (isolated: boolean): string => (isolated ? 'ISOLATED' : 'CROSS')

/** An account that is asked about. */
interface Asked {
  readonly address: Hex
  readonly accountIndex: number
  readonly account: PracticeArcusAccount
}

const leverages = ({ address, accountIndex, account }: Asked): Json => ({
  address,
  accountIndex,
  leverages: practiceArcusMarkets.map((market) => {
    const { value, isolated } = arcusLeverageOf(account, market)
    return {
      marketId: market.id,
      marketDisplayName: market.name,
      leverage: value,
      isolated,
      marginMode: modeOf(isolated),
    }
  }),
})

function positionJson(
  { address, accountIndex, account }: Asked,
  market: PracticeArcusMarket,
  held: PracticeArcusPosition,
): Json {
  const { value, isolated } = arcusLeverageOf(account, market)
  const notional = Number(held.size) * Number(market.markPx)
  return {
    address,
    accountIndex,
    marketId: market.id,
    marketDisplayName: market.name,
    side: Number(held.size) < 0 ? 'SHORT' : 'LONG',
    size: held.size,
    averageEntryPrice: held.entryPx,
    leverage: String(value),
    marginMode: modeOf(isolated),
    borrowedCapital: (-Number(held.size) * Number(held.entryPx)).toFixed(6),
    marginUsed: held.isolatedMargin ?? (arcusNotional(held, market) / value).toFixed(6),
    positionValueNotional: notional.toFixed(6),
    unrealizedPnl: (notional - Number(held.size) * Number(held.entryPx)).toFixed(6),
    markPx: market.markPx,
  }
}

function positions(asked: Asked): { readonly [marketId: string]: Json } {
  return Object.fromEntries(
    Object.entries(asked.account.positions).flatMap(([id, held]) => {
      const market = arcusMarketById(Number(id))
      return market ? [[id, positionJson(asked, market, held)]] : []
    }),
  )
}

const accountJson = (asked: Asked): Json => ({
  address: asked.address,
  accountIndex: asked.accountIndex,
  equity: asked.account.equity,
  freeCollateral: String(Number(asked.account.equity) - arcusCrossMargin(asked.account, null)),
  positions: positions(asked),
})

/** Whose account a question is about; a misspelt `accountIndex` counts as 0, as at the real venue. */
function askedOf(state: PracticeArcus, { query }: ArcusQuestion): Asked | null {
  const address = v.safeParse(anyAddress, query.get('address'))
  const index = query.get('accountIndex') ?? '0'
  if (!address.success || !/^[0-9]$/.test(index)) return null
  const accountIndex = Number(index)
  return {
    address: address.output,
    accountIndex,
    account: accountOf(state, address.output, accountIndex),
  }
}

function aboutAccount(state: PracticeArcus, path: string, asked: Asked): ArcusAnswer {
  switch (path) {
    case '/v1/leverages':
      return say(state, 200, leverages(asked))
    case '/v1/positions':
      return say(state, 200, { positions: positions(asked), total: Object.keys(positions(asked)).length })
    case '/v1/apiKeys':
      return listArcusApiKeys(state, asked.address)
    default:
      return state.accounts[accountKey(asked.address, asked.accountIndex)]
        ? say(state, 200, accountJson(asked))
        : refuse(state, 404, 'this account has no activity yet')
  }
}

/** Answers a reading. The time is written as text: nanoseconds are beyond the exact numbers of JavaScript. */
export function readArcus(state: PracticeArcus, path: string, question: ArcusQuestion): ArcusAnswer {
  if (path === '/v1/time') return { state, status: 200, body: `{"timeNs":${question.nowMs}000000}` }
  if (path === '/v1/markets') return say(state, 200, { markets: practiceArcusMarkets.map(marketJson) })
  const asked = askedOf(state, question)
  return asked ? aboutAccount(state, path, asked) : refuse(state, 400, 'missing or invalid address')
}
