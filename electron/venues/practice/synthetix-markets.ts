/** Synthetix' side of the practice venue: its markets with their tiers; prices stand still. */

/** A tier: up to which notional (USD) which leverage. */
export interface PracticeTier {
  /** Null for no end. */
  readonly upTo: number | null
  readonly maxLeverage: number
}

/** A market. */
export interface SynthetixMarket {
  readonly symbol: string
  readonly description: string
  /** USD, decimal string. */
  readonly markPrice: string
  readonly tiers: readonly PracticeTier[]
  readonly isOpen: boolean
}

const tiers = (highest: number): readonly PracticeTier[] => [
  { upTo: 500_000, maxLeverage: highest },
  { upTo: 10_000_000, maxLeverage: Math.max(1, Math.floor(highest / 2)) },
  { upTo: null, maxLeverage: Math.max(1, Math.floor(highest / 10)) },
]

const market = (
  symbol: string,
  description: string,
  markPrice: string,
  highest: number,
  isOpen = true,
): SynthetixMarket => ({ symbol, description, markPrice, tiers: tiers(highest), isOpen })

/** All markets, in the venue's order. */
export const synthetixMarkets: readonly SynthetixMarket[] = [
  market('BTC-USDT', 'Bitcoin', '97250', 50),
  market('ETH-USDT', 'Ethereum', '3310.5', 50),
  market('SOL-USDT', 'Solana', '198.35', 25),
  market('XAU-USDT', 'Gold', '2662.4', 20),
  market('DOGE-USDT', 'Dogecoin', '0.32145', 10),
  market('OLD-USDT', 'A closed market', '1', 5, false),
]

/** The market of a symbol, in whatever case it is asked for. */
export const synthetixMarket = (symbol: string): SynthetixMarket | undefined =>
  synthetixMarkets.find((one) => one.symbol === symbol)

/** The highest leverage for a position of this notional (USD). */
export const maxLeverageAt = ({ tiers: all }: SynthetixMarket, notional: number): number =>
  all.find(({ upTo }) => upTo === null || notional <= upTo)?.maxLeverage ?? 1
