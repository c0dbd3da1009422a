/** The answers of `POST /info`, in the shapes of the real venue. */
import * as v from 'valibot'
import { lower, type Hex } from '../../../shared/hex.ts'
import { parseStrictJson, type Json } from '../../../shared/strict-json.ts'
import { marketByCoin, practiceDexes, practiceMarkets, type PracticeMarket } from './markets.ts'
import type { PracticeAccount, PracticePosition, PracticeState } from './port.ts'
import { crossMarginUsed, leverageOf, notional, userOf } from './state.ts'

const address = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-fA-F]{40}$/),
  v.transform((text) => lower(text as Hex)),
)

const dex = v.optional(v.picklist(practiceDexes), '')

const questionSchema = v.variant('type', [
  v.object({ type: v.literal('perpDexs') }),
  v.object({ type: v.literal('meta'), dex }),
  v.object({ type: v.literal('allPerpMetas') }),
  v.object({ type: v.literal('activeAssetData'), user: address, coin: v.string() }),
  v.object({ type: v.literal('clearinghouseState'), user: address, dex }),
  v.object({ type: v.literal('userRole'), user: address }),
  v.object({ type: v.literal('extraAgents'), user: address }),
])

/** A question that the practice venue answers. */
export type InfoQuestion = v.InferOutput<typeof questionSchema>

/** Reads a question; null where its shape is wrong or its type is not known. */
export function readInfoQuestion(text: string): InfoQuestion | null {
  const json = parseStrictJson(text)
  const read = v.safeParse(questionSchema, json.ok ? json.value : null)
  return read.success ? read.output : null
}

const usd = (amount: number): string => amount.toFixed(6)

const dexAddress: Hex = '0x88806a71d74ad0a510b350545c9ae490912f0888'

const dexes = (): Json =>
  practiceDexes.map((name) =>
    name === ''
      ? null
      : { name, fullName: `Practice ${name}`, deployer: dexAddress, oracleUpdater: null, feeRecipient: null },
  )

const listing = ({ coin, szDecimals, maxLeverage, marginMode, delisted }: PracticeMarket): Json => ({
  szDecimals,
  name: coin,
  maxLeverage,
  marginTableId: maxLeverage,
  ...(marginMode ? { onlyIsolated: true, marginMode } : {}),
  ...(delisted ? { isDelisted: true } : {}),
})

const meta = (name: string): Json => ({
  universe: practiceMarkets.filter((market) => market.dex === name).map(listing),
  marginTables: [],
  collateralToken: 0,
})

const rawUsd = ({ szi, entryPx, isolatedMargin }: PracticePosition): string =>
  usd(Number(isolatedMargin) - Number(szi) * Number(entryPx))

const leverageJson = (account: PracticeAccount | undefined, market: PracticeMarket): Json => {
  const { type, value } = leverageOf(account, market)
  const held = account?.positions[market.coin]
  return type === 'cross' ? { type, value } : { type, value, rawUsd: held ? rawUsd(held) : '0.0' }
}

const free = (account: PracticeAccount | undefined): number =>
  account ? Math.max(0, Number(account.balance) - crossMarginUsed(account, null)) : 0

function activeAsset(user: Hex, account: PracticeAccount | undefined, market: PracticeMarket): Json {
  const available = free(account)
  const size = (available * leverageOf(account, market).value) / Number(market.markPx)
  return {
    user,
    coin: market.coin,
    leverage: leverageJson(account, market),
    maxTradeSzs: [size.toFixed(market.szDecimals), size.toFixed(market.szDecimals)],
    availableToTrade: [usd(available), usd(available)],
    markPx: market.markPx,
  }
}

const marginUsed = (account: PracticeAccount, held: PracticePosition, market: PracticeMarket): number =>
  held.isolatedMargin === null
    ? notional(held, market) / leverageOf(account, market).value
    : Number(held.isolatedMargin)

/** Where an isolated position's margin is gone, maintenance at half of the initial margin of the highest leverage. */
function liquidationPrice(
  { szi, entryPx, isolatedMargin }: PracticePosition,
  { maxLeverage }: PracticeMarket,
) {
  if (isolatedMargin === null) return null
  const size = Number(szi)
  const bankrupt = Number(entryPx) - Number(isolatedMargin) / size
  return usd(bankrupt / (1 - Math.sign(size) / (2 * maxLeverage)))
}

function positionJson(account: PracticeAccount, market: PracticeMarket, held: PracticePosition): Json {
  const profit = Number(held.szi) * (Number(market.markPx) - Number(held.entryPx))
  const margin = marginUsed(account, held, market)
  return {
    type: 'oneWay',
    position: {
      coin: market.coin,
      szi: held.szi,
      leverage: leverageJson(account, market),
      entryPx: held.entryPx,
      positionValue: usd(notional(held, market)),
      unrealizedPnl: usd(profit),
      returnOnEquity: usd(profit / margin),
      liquidationPx: liquidationPrice(held, market),
      marginUsed: usd(margin),
      maxLeverage: market.maxLeverage,
      cumFunding: { allTime: '0.0', sinceOpen: '0.0', sinceChange: '0.0' },
    },
  }
}

function clearinghouse(account: PracticeAccount | undefined, dexName: string, nowMs: number): Json {
  const held = practiceMarkets.flatMap((market) => {
    const position = account?.positions[market.coin]
    return market.dex === dexName && account && position ? [{ account, market, position }] : []
  })
  const summary = {
    accountValue: usd(Number(account?.balance ?? 0)),
    totalNtlPos: usd(held.reduce((sum, { position, market }) => sum + notional(position, market), 0)),
    totalRawUsd: usd(Number(account?.balance ?? 0)),
    totalMarginUsed: usd(
      held.reduce((sum, { account, position, market }) => sum + marginUsed(account, position, market), 0),
    ),
  }
  return {
    marginSummary: summary,
    crossMarginSummary: summary,
    crossMaintenanceMarginUsed: '0.0',
    withdrawable: usd(free(account)),
    assetPositions: held.map(({ account, market, position }) => positionJson(account, market, position)),
    time: nowMs,
  }
}

function role(state: PracticeState, user: Hex, nowMs: number): Json {
  const account = state.accounts[user]
  if (account?.role === 'subAccount') return { role: 'subAccount', data: { master: account.master } }
  if (account) return { role: account.role }
  const of = userOf(state, user, nowMs)
  return of ? { role: 'agent', data: { user: of } } : { role: 'missing' }
}

/** The agents that have a name, as long as they are in force. */
const namedAgents = (account: PracticeAccount | undefined, nowMs: number): Json =>
  (account?.agents ?? [])
    .filter(({ name, validUntil }) => name !== '' && (validUntil === null || validUntil > nowMs))
    .map(({ address, name, validUntil }) => ({ address, name, validUntil }))

/** Answers a question; undefined for a coin that does not exist. */
export function answerInfo(state: PracticeState, question: InfoQuestion, nowMs: number): Json | undefined {
  switch (question.type) {
    case 'perpDexs':
      return dexes()
    case 'meta':
      return meta(question.dex)
    case 'allPerpMetas':
      return practiceDexes.map(meta)
    case 'activeAssetData': {
      const market = marketByCoin(question.coin)
      return market && activeAsset(question.user, state.accounts[question.user], market)
    }
    case 'clearinghouseState':
      return clearinghouse(state.accounts[question.user], question.dex, nowMs)
    case 'userRole':
      return role(state, question.user, nowMs)
    case 'extraAgents':
      return namedAgents(state.accounts[question.user], nowMs)
  }
}
