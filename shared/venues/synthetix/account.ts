/** The leverage that a subaccount has now, and what is at stake in its positions: reading the answer to `getSubAccount`. */
import * as v from 'valibot'
import { anyObject, check, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { placeOf } from '../../listed.ts'
import type { LeverageSetting, Position } from '../../market.ts'
import { subAccountIdSchema } from './fields.ts'
import { addDecimals, multiplyDecimals, negated } from './money.ts'

const amount = v.pipe(
  v.string(),
  v.regex(/^-?\d{1,30}(\.\d{1,30})?$/, 'it must be a decimal number in a string.'),
)
const priceOrNone = v.optional(v.nullable(v.union([amount, v.literal('')])), null)

const wholeLeverage = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^[1-9]\d*$/), v.transform(Number))]),
  integer(1, 1000),
)

const positionSchema = v.object({
  symbol: v.string(),
  side: v.picklist(['long', 'short']),
  quantity: amount,
  entryPrice: amount,
  upnl: v.nullish(amount, '0'),
  usedMargin: amount,
  liquidationPrice: priceOrNone,
})

const accountSchema = v.object({
  subAccountId: subAccountIdSchema,
  marketPreferences: v.nullish(v.object({ leverages: v.nullish(anyObject) })),
  positions: v.nullish(v.array(v.unknown()), []),
})

type SentPosition = v.InferOutput<typeof positionSchema>

/** A subaccount as it is now, market by market still as it came: only the one that is asked about must be understood. */
export interface SubAccount {
  /** The leverage that was set, by market; a market that is not here has the venue's default, which it does not tell. */
  readonly leverages: Readonly<Record<string, unknown>>
  readonly positions: readonly unknown[]
}

/**
 * Reads the `response` of `getSubAccount`; it must be about the subaccount that was asked for.
 * Fails with `venue.badAnswer` or `input.*`.
 */
export function readSubAccount(value: unknown, subAccountId: string): Result<SubAccount> {
  const read = check(accountSchema, value, 'getSubAccount')
  if (!read.ok) return read
  const { marketPreferences, positions } = read.value
  if (read.value.subAccountId !== subAccountId) {
    const detail = `it is about the subaccount ${read.value.subAccountId}.`
    return fail('venue.badAnswer', { venue: 'Synthetix', detail })
  }
  return ok({ leverages: marketPreferences?.leverages ?? {}, positions: positions ?? [] })
}

const unset =
  'none was ever set there, and it does not say which one holds then (the account setting defaultLeverage can).'

/**
 * The leverage of a market; where none was ever set, the account's own `defaultLeverage`.
 * Fails with `venue.leverageNotShown` without one, or with `input.*`.
 */
export function settingIn(
  { leverages }: SubAccount,
  symbol: string,
  defaultLeverage: string | null,
): Result<LeverageSetting> {
  const set = Object.hasOwn(leverages, symbol) ? leverages[symbol] : undefined
  if (set !== undefined && set !== null) {
    const leverage = check(wholeLeverage, set, `getSubAccount.marketPreferences.leverages.${symbol}`)
    return leverage.ok ? ok({ leverage: String(leverage.value), isCross: true }) : leverage
  }
  return defaultLeverage === null
    ? fail('venue.leverageNotShown', { venue: 'Synthetix', market: symbol, detail: unset })
    : ok({ leverage: defaultLeverage, isCross: true })
}

/** What a position is worth at the mark price, which its entry and its unrealised profit tell (USD). */
function valueOf({ side, quantity, entryPrice, upnl }: SentPosition): string {
  const entered = multiplyDecimals(quantity, entryPrice)
  return addDecimals(entered, side === 'long' ? upnl : negated(upnl))
}

const isNone = (price: string): boolean => /^[-0.]*$/.test(price)

/** The open position in a market; null when there is none. Fails with `venue.leverageNotShown` or `input.*`. */
export function positionIn(
  account: SubAccount,
  symbol: string,
  defaultLeverage: string | null,
): Result<Position | null> {
  const at = 'getSubAccount.positions'
  const place = placeOf(account.positions, { at, key: 'symbol', wanted: symbol })
  if (!place.ok || place.value === null) return place.ok ? ok(null) : place
  const position = check(positionSchema, account.positions[place.value], `${at}.${place.value}`)
  if (!position.ok) return position
  const held = position.value
  if (isNone(held.quantity)) return ok(null)
  const setting = settingIn(account, symbol, defaultLeverage)
  if (!setting.ok) return setting
  const { side, quantity, usedMargin, liquidationPrice } = held
  return ok({
    ...setting.value,
    symbol,
    size: side === 'long' ? quantity : negated(quantity),
    marginUsed: usedMargin,
    value: valueOf(held),
    liquidationPrice: liquidationPrice === null || isNone(liquidationPrice) ? null : liquidationPrice,
  })
}
