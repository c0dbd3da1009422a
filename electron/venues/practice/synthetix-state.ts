/** What Synthetix' side of the practice venue remembers: subaccounts, their delegates, positions, and used nonces. */
import { keccak256, toHex } from 'viem'
import { lower, type Hex } from '../../../shared/hex.ts'
import type { PracticeState } from './port.ts'
import { synthetixMarket } from './synthetix-markets.ts'

/** A key that may act for a subaccount. */
export interface SynthetixDelegate {
  readonly address: Hex
  readonly permission: 'delegate' | 'session' | 'trading'
  /** Unix ms; null for ever. */
  readonly expiresAt: number | null
}

/** An open position. */
export interface SynthetixPosition {
  readonly side: 'long' | 'short'
  /** Units of the market, decimal string. */
  readonly quantity: string
  /** USD, decimal string. */
  readonly entryPrice: string
}

/** A subaccount; the keys of its maps are symbols. */
export interface SynthetixSubAccount {
  readonly owner: Hex
  readonly name: string
  readonly delegates: readonly SynthetixDelegate[]
  /** USD, decimal string. */
  readonly collateral: string
  /** What was set; the rest is at the venue's default, which it does not tell. */
  readonly leverages: Readonly<Record<string, number>>
  readonly positions: Readonly<Record<string, SynthetixPosition>>
}

/** A change that was carried out. */
export interface SynthetixApplied {
  readonly subAccountId: string
  readonly signer: Hex
  readonly symbol: string
  readonly leverage: number
  readonly nonce: number
  /** Unix ms of the practice venue's clock. */
  readonly atMs: number
}

/** All that this side remembers; plain JSON, addresses in lower case. */
export interface SynthetixState {
  /** In what `expiresAfter` counts here. */
  readonly expiresAfterUnit: 'ms' | 's'
  /** By id, in decimal digits. */
  readonly subAccounts: Readonly<Record<string, SynthetixSubAccount>>
  /** The highest nonce that each signer used. */
  readonly nonces: Readonly<Record<Hex, number>>
  readonly applied: readonly SynthetixApplied[]
}

/** The leverage of a market in which none was set. */
export const unsetLeverage = 10

/** The id of the subaccount that every user of a fresh state has: 19 digits, always the same for one address. */
export const synthetixSubAccountOf = (owner: Hex): string => {
  const spread = BigInt(keccak256(toHex(`synthetix subaccount of ${lower(owner)}`)))
  return String(10n ** 18n + (spread % (8n * 10n ** 18n)))
}

const fresh = (owner: Hex, first: boolean, delegates: readonly SynthetixDelegate[]): SynthetixSubAccount => ({
  owner,
  name: 'Trading Account 1',
  delegates: first ? delegates : [],
  collateral: '12000',
  leverages: { 'BTC-USDT': 10, 'ETH-USDT': 20 },
  positions: first
    ? {
        'BTC-USDT': { side: 'long', quantity: '0.6', entryPrice: '96000' },
        'ETH-USDT': { side: 'short', quantity: '4', entryPrice: '3400' },
      }
    : {},
})

/** This side's state; where nothing of it is kept, a fresh one for the users of the whole venue. */
export function synthetixOf(state: PracticeState): SynthetixState {
  if (state.synthetix) return state.synthetix
  const users = Object.entries(state.accounts).filter(([, { role }]) => role === 'user')
  const subAccounts = users.map(([address, { agents }], index) => {
    const owner = address as Hex
    const delegates = agents.map(
      (agent) => ({ address: agent.address, permission: 'trading', expiresAt: agent.validUntil }) as const,
    )
    return [synthetixSubAccountOf(owner), fresh(owner, index === 0, delegates)] as const
  })
  return {
    expiresAfterUnit: 'ms',
    subAccounts: Object.fromEntries(subAccounts),
    nonces: {},
    applied: [],
  }
}

/** How a key stands to a subaccount. */
export function standing(
  { owner, delegates }: SynthetixSubAccount,
  key: Hex,
  nowMs: number,
): 'owner' | 'delegate' | 'none' {
  if (owner === key) return 'owner'
  const acting = delegates.some(
    ({ address, expiresAt }) => address === key && (expiresAt === null || expiresAt > nowMs),
  )
  return acting ? 'delegate' : 'none'
}

/** The leverage that holds in a market. */
export const leverageIn = ({ leverages }: SynthetixSubAccount, symbol: string): number =>
  leverages[symbol] ?? unsetLeverage

const markOf = (symbol: string): number => Number(synthetixMarket(symbol)?.markPrice ?? 0)

/** What a position is worth (USD). */
export const worth = (symbol: string, { quantity }: SynthetixPosition): number =>
  Number(quantity) * markOf(symbol)

/** The unrealised profit of a position (USD). */
export const profit = (symbol: string, { side, quantity, entryPrice }: SynthetixPosition): number =>
  (side === 'long' ? 1 : -1) * Number(quantity) * (markOf(symbol) - Number(entryPrice))

/** USD that the positions of a subaccount tie up. */
export const marginUsed = (account: SynthetixSubAccount): number =>
  Object.entries(account.positions).reduce(
    (sum, [symbol, held]) => sum + worth(symbol, held) / leverageIn(account, symbol),
    0,
  )

/** USD that a subaccount is worth. */
export const accountValue = ({ collateral, positions }: SynthetixSubAccount): number =>
  Object.entries(positions).reduce((sum, [symbol, held]) => sum + profit(symbol, held), Number(collateral))
