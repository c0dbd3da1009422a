/** Markets and leverage settings in the words of every venue. */
import { fail, ok, type Result } from './errors.ts'

/** A market of a venue, with what it allows. */
export interface Market {
  /** The venue's symbol, such as `BTC` or `xyz:AAPL`. */
  readonly symbol: string
  /** The venue's number for it, as it stands in the payload. */
  readonly id: number
  /** Highest whole leverage of the smallest position; larger positions may have a lower one. */
  readonly maxLeverage: number
  readonly crossAllowed: boolean
  readonly isolatedAllowed: boolean
  readonly delisted: boolean
}

/** Which market is meant. */
export type MarketRef = Pick<Market, 'symbol' | 'id'>

/** Leverage and margin mode of one market of an account. */
export interface LeverageSetting {
  /** Decimal string, never a float. */
  readonly leverage: string
  readonly isCross: boolean
}

/** A leverage setting in words: `10x cross`. */
export const settingText = ({ leverage, isCross }: LeverageSetting): string =>
  `${leverage}x ${isCross ? 'cross' : 'isolated'}`

/** Whether two settings are the same; leverage is compared as the exact decimal string. */
export const sameSetting = (a: LeverageSetting, b: LeverageSetting): boolean =>
  a.leverage === b.leverage && a.isCross === b.isCross

/**
 * Whether a market takes a setting. Fails with `request.delistedMarket`, `request.marginModeNotAllowed` or
 * `request.leverageOutOfRange`.
 */
export function checkLimits(market: Market, wanted: LeverageSetting): Result<null> {
  if (market.delisted) return fail('request.delistedMarket', { market: market.symbol })
  if (wanted.isCross ? !market.crossAllowed : !market.isolatedAllowed) {
    const mode = wanted.isCross ? 'cross' : 'isolated'
    return fail('request.marginModeNotAllowed', { market: market.symbol, mode, field: 'isCross' })
  }
  const whole = /^[1-9]\d{0,9}$/.test(wanted.leverage) ? Number(wanted.leverage) : 0
  if (whole < 1 || whole > market.maxLeverage) {
    const { symbol, maxLeverage } = market
    return fail('request.leverageOutOfRange', {
      market: symbol,
      max: maxLeverage,
      leverage: wanted.leverage,
      field: 'leverage',
    })
  }
  return ok(null)
}
