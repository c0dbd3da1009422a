/** Markets, leverage settings and positions in the words of every venue. */
import { isCanonicalDecimal, onStep, sameDecimal, scaled } from './decimal.ts'
import { fail, ok, type Result } from './errors.ts'

/** A market of a venue, with what it allows. Limits are exact as JavaScript writes them. */
export interface Market {
  /** The venue's symbol, such as `BTC`, `xyz:AAPL` or `BTC-USDT`. */
  readonly symbol: string
  /** The venue's number for it, as it stands in the payload; null where the payload names it by its symbol. */
  readonly id: number | null
  /** Lowest leverage. */
  readonly minLeverage: number
  /** Highest leverage of the smallest position; larger positions may have a lower one. */
  readonly maxLeverage: number
  /** Leverage is `minLeverage` plus a whole number of these. */
  readonly leverageStep: number
  readonly crossAllowed: boolean
  readonly isolatedAllowed: boolean
  readonly delisted: boolean
}

/** Limits of a market that takes every whole leverage from 1. */
export const wholeSteps = { minLeverage: 1, leverageStep: 1 } as const

/** Which market is meant. */
export type MarketRef = Pick<Market, 'symbol' | 'id'>

/** Leverage and margin mode of one market of an account. */
export interface LeverageSetting {
  /** Decimal string in its exact form, never a float; in hedge mode that of the buy side. */
  readonly leverage: string
  /** Leverage of the sell side; only in hedge mode, where the two sides are set apart. */
  readonly sellLeverage?: string
  readonly isCross: boolean
}

/** An open position. USD amounts are the venue's decimal strings. */
export interface Position extends LeverageSetting {
  readonly symbol: string
  /** Signed size in units of the market; negative for short. */
  readonly size: string
  readonly marginUsed: string
  readonly value: string
  /** Null when there is none. */
  readonly liquidationPrice: string | null
}

/** The leverage of a setting in words: `10x`, or `10x/12x` for buy and sell. */
export const leverageText = ({ leverage, sellLeverage }: Omit<LeverageSetting, 'isCross'>): string =>
  sellLeverage === undefined ? `${leverage}x` : `${leverage}x/${sellLeverage}x`

/** A leverage setting in words: `10x cross`. */
export const settingText = (setting: LeverageSetting): string =>
  `${leverageText(setting)} ${setting.isCross ? 'cross' : 'isolated'}`

const sellOf = ({ leverage, sellLeverage }: LeverageSetting): string => sellLeverage ?? leverage

/** Whether two settings are the same; leverage is compared as an exact decimal number. */
export const sameSetting = (a: LeverageSetting, b: LeverageSetting): boolean =>
  sameDecimal(a.leverage, b.leverage) && sameDecimal(sellOf(a), sellOf(b)) && a.isCross === b.isCross

/** Whether one leverage of a market is within its limits and on its step. */
function withinLimits({ minLeverage, maxLeverage, leverageStep }: Market, leverage: string): boolean {
  if (!isCanonicalDecimal(leverage)) return false
  const [min, max] = [String(minLeverage), String(maxLeverage)]
  const value = scaled(leverage)
  return (
    value > 0n && value >= scaled(min) && value <= scaled(max) && onStep(leverage, min, String(leverageStep))
  )
}

/**
 * Whether a market takes a setting. Fails with `request.delistedMarket`, `request.marginModeNotAllowed` or
 * `request.leverageOutOfRange`.
 */
export function checkLimits(market: Market, wanted: LeverageSetting): Result<null> {
  const { symbol, minLeverage, maxLeverage, leverageStep } = market
  if (market.delisted) return fail('request.delistedMarket', { market: symbol })
  if (wanted.isCross ? !market.crossAllowed : !market.isolatedAllowed) {
    const mode = wanted.isCross ? 'cross' : 'isolated'
    return fail('request.marginModeNotAllowed', { market: symbol, mode, field: 'isCross' })
  }
  const sides = { leverage: wanted.leverage, sellLeverage: wanted.sellLeverage ?? wanted.leverage }
  for (const field of ['leverage', 'sellLeverage'] as const) {
    if (withinLimits(market, sides[field])) continue
    const kind = leverageStep === 1 ? 'a whole leverage' : `a leverage in steps of ${leverageStep}`
    const values = { market: symbol, kind, min: minLeverage, max: maxLeverage, leverage: sides[field], field }
    return fail('request.leverageOutOfRange', values)
  }
  return ok(null)
}
