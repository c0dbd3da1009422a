/** What an account has now: its leverage in each market and its open positions, each proven to be about that account. */
import * as v from 'valibot'
import { anyObject, check, integer } from '../../check.ts'
import { canonicalDecimal } from '../../decimal.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { Hex } from '../../hex.ts'
import { placeOf } from '../../listed.ts'
import { marketSymbolSchema } from '../../market-list.ts'
import type { LeverageSetting, Position } from '../../market.ts'
import { sameAddress } from './address.ts'
import { accountIndexSchema } from './settings.ts'
import { leverageSchema, marketIdSchema } from './wire.ts'

/** One of the accounts of an address. */
export interface ArcusAccount {
  /** Lower case. */
  readonly address: Hex
  readonly accountIndex: number
}

const decimal = v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/, 'it must be a decimal number in a string.'))
const marginMode = v.picklist(['CROSS', 'ISOLATED'])

const leveragesSchema = v.object({
  address: v.string(),
  accountIndex: accountIndexSchema,
  leverages: v.array(v.unknown()),
})

const leverageRowSchema = v.object({
  leverage: leverageSchema,
  isolated: v.nullish(v.boolean()),
  marginMode: v.nullish(marginMode),
})

type LeverageRow = v.InferOutput<typeof leverageRowSchema>

const badAnswer = (detail: string) => fail('venue.badAnswer', { venue: 'Arcus', detail })

const isOf = (row: { readonly address: string; readonly accountIndex: number }, account: ArcusAccount) =>
  sameAddress(row.address, account.address) && row.accountIndex === account.accountIndex

/** Whether a row says cross. "All positions are CROSS unless isolated margin is enabled" (Arcus docs, `MarginMode`). */
function isCrossIn({ isolated, marginMode }: LeverageRow): Result<boolean> {
  const byMode = marginMode ? marginMode === 'CROSS' : undefined
  const byFlag = typeof isolated === 'boolean' ? !isolated : undefined
  return byMode !== undefined && byFlag !== undefined && byMode !== byFlag
    ? badAnswer(`it says ${marginMode} and isolated ${isolated} at once.`)
    : ok(byMode ?? byFlag ?? true)
}

/**
 * Reads the leverage of a market from the answer to `GET /v1/leverages`, which has a row for every market: what was set,
 * or the default. Fails with `venue.badAnswer` or `input.*`.
 */
export function readLeverage(
  value: unknown,
  account: ArcusAccount,
  marketId: number,
): Result<LeverageSetting> {
  const read = check(leveragesSchema, value, 'leverages')
  if (!read.ok) return read
  if (!isOf(read.value, account))
    return badAnswer(`it is about account ${read.value.accountIndex} of ${read.value.address}.`)
  const at = 'leverages.leverages'
  const place = placeOf(read.value.leverages, { at, key: 'marketId', wanted: marketId })
  if (!place.ok) return place
  if (place.value === null) return badAnswer(`it has no leverage for the market number ${marketId}.`)
  const row = check(leverageRowSchema, read.value.leverages[place.value], `${at}.${place.value}`)
  if (!row.ok) return row
  const isCross = isCrossIn(row.value)
  return isCross.ok ? ok({ leverage: String(row.value.leverage), isCross: isCross.value }) : isCross
}

const positionSchema = v.object({
  address: v.string(),
  accountIndex: integer(0, 9),
  marketId: marketIdSchema,
  marketDisplayName: marketSymbolSchema,
  side: v.picklist(['LONG', 'SHORT']),
  size: decimal,
  leverage: decimal,
  marginMode,
  marginUsed: decimal,
  positionValueNotional: decimal,
})

const positionsSchema = v.object({ positions: anyObject })

const isZero = (text: string): boolean => /^-?[0.]+$/.test(text)

/**
 * Reads the open position of a market from the answer to `GET /v1/positions`; null when there is none. Arcus does not
 * tell the liquidation price. Fails with `venue.badAnswer` or `input.*`.
 */
export function readPosition(
  value: unknown,
  account: ArcusAccount,
  marketId: number,
): Result<Position | null> {
  const read = check(positionsSchema, value)
  if (!read.ok) return read
  const { positions } = read.value
  const held = Object.hasOwn(positions, String(marketId)) ? positions[String(marketId)] : undefined
  if (held === undefined || held === null) return ok(null)
  const position = check(positionSchema, held, `positions.${marketId}`)
  if (!position.ok) return position
  const row = position.value
  if (isZero(row.size)) return ok(null)
  if (row.marketId !== marketId || !isOf(row, account))
    return badAnswer(`the position of market ${marketId} is another account's or market's.`)
  const leverage = canonicalDecimal(row.leverage)
  if (leverage === null || (row.side === 'SHORT') !== row.size.startsWith('-'))
    return badAnswer(`the position of market ${marketId} contradicts itself.`)
  return ok({
    symbol: row.marketDisplayName,
    size: row.size,
    marginUsed: row.marginUsed,
    value: row.positionValueNotional.replace('-', ''),
    liquidationPrice: null,
    leverage,
    isCross: row.marginMode === 'CROSS',
  })
}
