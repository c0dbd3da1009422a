/** The public answers of Synthetix' side of the practice venue, in the shapes of its documentation. */
import { getAddress, isAddress } from 'viem'
import { lower, type Hex } from '../../../shared/hex.ts'
import type { Json } from '../../../shared/strict-json.ts'
import { synthetixMarkets, type SynthetixMarket } from './synthetix-markets.ts'
import {
  accountValue,
  leverageIn,
  marginUsed,
  profit,
  standing,
  worth,
  type SynthetixPosition,
  type SynthetixState,
  type SynthetixSubAccount,
} from './synthetix-state.ts'

const listing = ({ symbol, description, tiers, isOpen }: SynthetixMarket): Json => ({
  symbol,
  description,
  baseAsset: symbol.split('-')[0] ?? '',
  quoteAsset: 'USDT',
  isOpen,
  isCloseOnly: false,
  priceExponent: 2,
  quantityExponent: 4,
  priceIncrement: '0.01',
  minOrderSize: '0.0001',
  orderSizeIncrement: '0.0001',
  contractSize: 1,
  minNotionalValue: '10',
  maintenanceMarginTiers: tiers.map(({ upTo, maxLeverage }, place) => ({
    minPositionSize: String(place === 0 ? 0 : (tiers[place - 1]?.upTo ?? 0) + 1),
    maxPositionSize: upTo === null ? null : String(upTo),
    maxLeverage,
    initialMarginRequirement: String(1 / maxLeverage),
    maintenanceMarginRequirement: String(0.5 / maxLeverage),
  })),
})

/** `getMarkets`. */
export const marketsAnswer = (): Json => synthetixMarkets.map(listing)

/** `getMarketPrices`. */
export const pricesAnswer = (nowMs: number): Json =>
  Object.fromEntries(
    synthetixMarkets.map(({ symbol, markPrice }) => [
      symbol,
      { symbol, markPrice, indexPrice: markPrice, lastPrice: markPrice, timestamp: nowMs },
    ]),
  )

/**
 * `getSubAccountIds`; the words of a refusal where the address has not its checksum. Ids are strings: with 19 digits a
 * JSON number would not hold them.
 */
export function idsAnswer(
  { subAccounts }: SynthetixState,
  wallet: unknown,
  includeDelegations: unknown,
  nowMs: number,
): { readonly answer: Json } | { readonly refusal: string } {
  if (typeof wallet !== 'string' || !isAddress(wallet, { strict: false }))
    return { refusal: 'walletAddress is required' }
  const expected = getAddress(wallet)
  if (wallet !== expected) return { refusal: `walletAddress must be checksummed: ${expected}` }
  const key: Hex = lower(expected)
  const inRole = (role: 'owner' | 'delegate') =>
    Object.entries(subAccounts).flatMap(([id, account]) =>
      standing(account, key, nowMs) === role ? [id] : [],
    )
  const own = inRole('owner')
  if (includeDelegations !== true) return { answer: own }
  return { answer: { subAccountIds: own, delegatedSubAccountIds: inRole('delegate') } }
}

const usd = (amount: number): string => amount.toFixed(8).replace(/\.?0+$/, '')

/** Where the whole subaccount would be worth nothing, were only this price to move. */
function liquidationPrice(account: SynthetixSubAccount, symbol: string, held: SynthetixPosition): string {
  const quantity = Number(held.quantity)
  const mark = worth(symbol, held) / quantity
  const move = accountValue(account) / quantity
  return usd(Math.max(0, held.side === 'long' ? mark - move : mark + move))
}

const positionJson = (account: SynthetixSubAccount, symbol: string, held: SynthetixPosition): Json => ({
  symbol,
  side: held.side,
  entryPrice: held.entryPrice,
  quantity: held.quantity,
  pnl: '0',
  upnl: usd(profit(symbol, held)),
  usedMargin: usd(worth(symbol, held) / leverageIn(account, symbol)),
  maintenanceMargin: usd(worth(symbol, held) / 100),
  liquidationPrice: liquidationPrice(account, symbol, held),
})

/** `getSubAccount`. */
export function subAccountAnswer(id: string, account: SynthetixSubAccount): Json {
  const value = accountValue(account)
  const used = marginUsed(account)
  return {
    subAccountId: id,
    masterAccountId: null,
    subAccountName: account.name,
    collaterals: [
      {
        symbol: 'USDT',
        quantity: account.collateral,
        withdrawable: usd(Math.max(0, value - used)),
        pendingWithdraw: '0',
      },
    ],
    crossMarginSummary: {
      accountValue: usd(value),
      availableMargin: usd(Math.max(0, value - used)),
      totalUnrealizedPnl: usd(value - Number(account.collateral)),
      maintenanceMargin: usd(used / 2),
      initialMargin: usd(used),
      withdrawable: usd(Math.max(0, value - used)),
      adjustedAccountValue: usd(value),
      debt: '0',
    },
    positions: Object.entries(account.positions).map(([symbol, held]) => positionJson(account, symbol, held)),
    marketPreferences: { leverages: account.leverages },
    feeRates: { makerFeeRate: '0.0002', takerFeeRate: '0.0005', tierName: 'Regular User' },
  }
}
