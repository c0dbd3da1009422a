/**
 * The leverage that is set and the open position: the answer to `GET /v5/position/list?category=&symbol=`. With a symbol
 * Bybit lists it without an open position too: one row in one-way mode, two in hedge mode (Bybit V5 docs,
 * position/position); that CoinSwitch does the same is inferred.
 */
import * as v from 'valibot'
import { check, integer, isObject } from '../../check.ts'
import { canonicalDecimal, productOf, sumOf } from '../../decimal.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { LeverageSetting, Position } from '../../market.ts'
import type { Category } from './request.ts'

const decimal = /^\d+(\.\d+)?$/
const optionalText = v.nullish(v.string(), '')

const rowSchema = v.object({
  /** 0: one-way; 1 and 2: buy and sell side of hedge mode. */
  positionIdx: integer(0, 2),
  symbol: v.string(),
  side: v.string(),
  size: v.pipe(v.string(), v.regex(decimal, 'it must be a decimal number in a string.')),
  /** Empty in portfolio margin mode. */
  leverage: v.string(),
  /** 0: cross, 1: isolated; means nothing in a unified account, where the whole account has one mode. */
  tradeMode: v.nullish(v.unknown(), 0),
  positionValue: optionalText,
  positionIM: optionalText,
  positionBalance: optionalText,
  markPrice: optionalText,
  liqPrice: optionalText,
})

const listSchema = v.object({ list: v.array(v.unknown()) })

type Row = v.InferOutput<typeof rowSchema>

/** What the margin mode of a market says: 0 cross, 1 isolated. Fails with `input.badField`. */
export function isCrossMode(tradeMode: unknown): Result<boolean> {
  const mode = check(integer(0, 1), tradeMode, 'position/list.tradeMode')
  return mode.ok ? ok(mode.value === 0) : mode
}

/** The rows of one market. */
export interface PositionRows {
  readonly symbol: string
  /** The row of one-way mode, or that of the buy side. */
  readonly first: Row
  /** The row of the sell side; null in one-way mode. */
  readonly sell: Row | null
}

const bad = (venue: string, detail: string) => fail('venue.badAnswer', { venue, detail })

/**
 * Reads the rows of a market; null where the venue lists none. Rows of other markets do not matter where this one has its
 * own. Fails with `venue.badAnswer` or `input.*`.
 */
export function readRows(value: unknown, symbol: string, venue: string): Result<PositionRows | null> {
  const read = check(listSchema, value, 'position/list')
  if (!read.ok) return read
  if (read.value.list.length === 0) return ok(null)
  const own = read.value.list.flatMap((row, at) =>
    isObject(row) && row['symbol'] === symbol ? [{ row, at }] : [],
  )
  if (own.length === 0) return bad(venue, `it is about another market, not about ${symbol}.`)
  const list: Row[] = []
  for (const { row, at } of own) {
    const checked = check(rowSchema, row, `position/list.list.${at}`)
    if (!checked.ok) return checked
    list.push(checked.value)
  }
  const [oneWay, buy, sell] = [0, 1, 2].map((index) => list.find((row) => row.positionIdx === index))
  if (list.length === 1 && oneWay) return ok({ symbol, first: oneWay, sell: null })
  if (list.length === 2 && buy && sell) return ok({ symbol, first: buy, sell })
  const found = list.map((row) => row.positionIdx).join(', ')
  return bad(venue, `it lists ${symbol} with the sides ${found}, which is neither one-way nor hedge mode.`)
}

function leverageOf(row: Row, venue: string): Result<string> {
  const { symbol, leverage } = row
  if (leverage === '') {
    const detail = 'it gives none, as in portfolio margin mode, where leverage is not set by market.'
    return fail('venue.leverageNotShown', { venue, market: symbol, detail })
  }
  const exact = canonicalDecimal(leverage)
  return exact === null || exact === '0'
    ? bad(venue, `the leverage of ${symbol} is "${leverage.slice(0, 40)}".`)
    : ok(exact)
}

/** The leverage that is set. Fails with `venue.leverageNotShown` or `venue.badAnswer`. */
export function settingOf(
  { first, sell }: PositionRows,
  isCross: boolean,
  venue: string,
): Result<LeverageSetting> {
  const leverage = leverageOf(first, venue)
  if (!leverage.ok) return leverage
  if (sell === null) return ok({ leverage: leverage.value, isCross })
  const sellLeverage = leverageOf(sell, venue)
  return sellLeverage.ok
    ? ok({ leverage: leverage.value, sellLeverage: sellLeverage.value, isCross })
    : sellLeverage
}

const decimalOr = <T>(text: string, otherwise: T): string | T => (decimal.test(text) ? text : otherwise)

const isOpen = ({ size }: Row): boolean => /[1-9]/.test(size)

/** Margin of a row: its initial margin, or what is set aside for it; null where it tells neither. */
const marginOf = ({ positionIM, positionBalance }: Row): string | null =>
  decimalOr(positionIM, decimalOr(positionBalance, null))

/**
 * Value and margin of a row in USD; null where it does not tell them. An inverse contract is one USD and is margined in
 * its coin.
 */
function worthOf(row: Row, category: Category): { readonly value: string; readonly margin: string } | null {
  const [margin, value] = [marginOf(row), decimalOr(row.positionValue, null)]
  if (margin === null || value === null) return null
  if (category === 'linear') return { value, margin }
  return decimal.test(row.markPrice) ? { value: row.size, margin: productOf(margin, row.markPrice) } : null
}

/** The mark price, in the currency in which the market is quoted; null where it is not told. */
export const markPriceOf = ({ first }: PositionRows): string | null => decimalOr(first.markPrice, null)

/**
 * The open position; null where there is none. In hedge mode both sides can be open: then `size` is what is left when
 * they are set off, `value` and `marginUsed` are sums, and no liquidation price is given.
 */
export function positionOf(
  rows: PositionRows,
  setting: LeverageSetting,
  { category, venue }: { readonly category: Category; readonly venue: string },
): Result<Position | null> {
  const open = [rows.first, ...(rows.sell ? [rows.sell] : [])].filter(isOpen)
  const [one, other] = open
  if (one === undefined) return ok(null)
  let [size, value, marginUsed] = ['0', '0', '0']
  for (const row of open) {
    const worth = worthOf(row, category)
    if (worth === null || (row.side !== 'Buy' && row.side !== 'Sell'))
      return bad(venue, `the open position in ${rows.symbol} lacks its side, value or margin.`)
    size = sumOf(size, row.side === 'Sell' ? `-${row.size}` : row.size)
    value = sumOf(value, worth.value)
    marginUsed = sumOf(marginUsed, worth.margin)
  }
  const liquidationPrice = other === undefined ? decimalOr(one.liqPrice, null) : null
  return ok({ ...setting, symbol: rows.symbol, size, value, marginUsed, liquidationPrice })
}
