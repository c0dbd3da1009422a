/** The markets of the practice venue: names, places and limits after the real venue's; prices stand still. */

/** A market of the practice venue. */
export interface PracticeMarket {
  /** `BTC`, or `xyz:AAPL` on a builder's dex. */
  readonly coin: string
  readonly dex: string
  /** The venue's number for it. */
  readonly id: number
  readonly maxLeverage: number
  readonly szDecimals: number
  /** USD, decimal string. */
  readonly markPx: string
  /** `strictIsolated` and `noCross` allow isolated margin only. */
  readonly marginMode: 'strictIsolated' | 'noCross' | null
  readonly delisted: boolean
  /** What Compass files it under; null where Compass does not offer it. */
  readonly category: 'stock' | 'commodity' | 'forex' | null
}

type Flag = 'strictIsolated' | 'noCross' | 'delisted'
type Row = readonly [coin: string, maxLeverage: number, szDecimals: number, markPx: string, flag?: Flag]

const mainRows: readonly Row[] = [
  ['BTC', 40, 5, '97250.0'],
  ['ETH', 25, 4, '3310.5'],
  ['ATOM', 5, 2, '6.214'],
  ['MATIC', 20, 1, '0.37621', 'delisted'],
  ['DYDX', 5, 1, '1.1402'],
  ['SOL', 20, 2, '198.35'],
  ['AVAX', 10, 2, '35.112'],
  ['BNB', 10, 3, '688.4'],
  ['DOGE', 10, 0, '0.32145'],
  ['HYPE', 10, 2, '24.508'],
  ['PURR', 3, 0, '0.21877', 'strictIsolated'],
  ['CATI', 3, 1, '0.38001', 'noCross'],
]

const equityRows: readonly Row[] = [
  ['AAPL', 10, 3, '229.87'],
  ['TSLA', 10, 3, '342.03'],
  ['NVDA', 10, 3, '141.95'],
  ['GOLD', 20, 4, '2662.4'],
  ['SILVER', 20, 2, '30.91'],
  ['CL', 20, 3, '69.12', 'strictIsolated'],
  ['EUR', 50, 1, '1.0542', 'noCross'],
  ['XYZ100', 20, 4, '20741.0', 'delisted'],
]

const oilRows: readonly Row[] = [
  ['OIL', 5, 2, '69.4', 'strictIsolated'],
  ['BTC', 10, 5, '97248.0'],
]

const categories: Readonly<Record<string, PracticeMarket['category']>> = {
  AAPL: 'stock',
  TSLA: 'stock',
  NVDA: 'stock',
  GOLD: 'commodity',
  SILVER: 'commodity',
  CL: 'commodity',
  EUR: 'forex',
}

/** The venue's dexes by index; the main one is ''. */
export const practiceDexes = ['', 'xyz', 'flx'] as const

/** Compass' Global Markets are on this dex. */
const compassDex = 'xyz'

const firstId = (dexIndex: number): number => (dexIndex === 0 ? 0 : 100_000 + dexIndex * 10_000)

const listed = (rows: readonly Row[], dexIndex: number): readonly PracticeMarket[] => {
  const dex = practiceDexes[dexIndex] ?? ''
  return rows.map(([name, maxLeverage, szDecimals, markPx, flag], place) => ({
    coin: dex ? `${dex}:${name}` : name,
    dex,
    id: firstId(dexIndex) + place,
    maxLeverage,
    szDecimals,
    markPx,
    marginMode: flag === 'delisted' ? null : (flag ?? null),
    delisted: flag === 'delisted',
    category: dex === compassDex ? (categories[name] ?? null) : null,
  }))
}

/** All markets, in the venue's order. */
export const practiceMarkets: readonly PracticeMarket[] = [mainRows, equityRows, oilRows].flatMap(listed)

/** The market of a number. */
export const marketById = (id: number): PracticeMarket | undefined =>
  practiceMarkets.find((market) => market.id === id)

/** The market of a coin. */
export const marketByCoin = (coin: string): PracticeMarket | undefined =>
  practiceMarkets.find((market) => market.coin === coin)

/** The market of a Compass ticker, which has no dex before it. */
export const marketByTicker = (ticker: string): PracticeMarket | undefined =>
  practiceMarkets.find(({ category, coin }) => category !== null && coin === `${compassDex}:${ticker}`)

/** Compass' ticker of a market. */
export const tickerOf = ({ coin }: PracticeMarket): string => coin.slice(coin.indexOf(':') + 1)
