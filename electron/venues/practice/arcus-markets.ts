/** The markets of the practice Arcus: numbers and limits after the real venue's; prices stand still. */

/** A market of the practice Arcus. */
export interface PracticeArcusMarket {
  readonly id: number
  readonly name: string
  /** Decimal string; 1 over it, without its fraction, is the highest leverage. */
  readonly initialMarginFraction: string
  /** The highest leverage, and the one that holds where none was set. */
  readonly maxLeverage: number
  /** USD, decimal string. */
  readonly markPx: string
  readonly online: boolean
}

type Row = readonly [id: number, name: string, fraction: string, max: number, markPx: string, online?: false]

const rows: readonly Row[] = [
  [1, 'BTC-USD', '0.025', 40, '97250.0'],
  [2, 'ETH-USD', '0.04', 25, '3310.5'],
  [3, 'SOL-USD', '0.05', 20, '198.35'],
  [26, 'XAU-USD', '0.03', 33, '2662.4'],
  [28, 'NVDA-USD', '0.1', 10, '141.95'],
  [40, 'OLD-USD', '0.2', 5, '1.0', false],
]

/** All markets, by rising number. */
export const practiceArcusMarkets: readonly PracticeArcusMarket[] = rows.map(
  ([id, name, initialMarginFraction, maxLeverage, markPx, online = true]) => ({
    id,
    name,
    initialMarginFraction,
    maxLeverage,
    markPx,
    online,
  }),
)

/** The market of a number. */
export const arcusMarketById = (id: number): PracticeArcusMarket | undefined =>
  practiceArcusMarkets.find((market) => market.id === id)
