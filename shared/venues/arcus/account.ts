/** What an account has now: its leverage in each market and its open positions, each proven to be about that account. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { canonicalDecimal } from '../../decimal.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { Hex } from '../../hex.ts'
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
  leverages: v.array(
    v.object({
      marketId: marketIdSchema,
      leverage: leverageSchema,
      isolated: v.optional(v.boolean()),
      marginMode: v.optional(marginMode),
    }),
  ),
})

type LeverageRow = v.InferOutput<typeof leveragesSchema>['leverages'][number]

const badAnswer = (detail: string) => fail('venue.badAnswer', { venue: 'Arcus', detail })

const isOf = (row: { readonly address: string; readonly accountIndex: number }, account: ArcusAccount) =>
  sameAddress(row.address, account.address) && row.accountIndex === account.accountIndex

/** Whether a row says cross. "All positions are CROSS unless isolated margin is enabled" (Arcus docs, `MarginMode`). */
function isCrossIn({ isolated, marginMode }: LeverageRow): Result<boolean> {
  const byMode = marginMode === undefined ? undefined : marginMode === 'CROSS'
  const byFlag = isolated === undefined ? undefined : !isolated
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
  const rows = read.value.leverages.filter((row) => row.marketId === marketId)
  const row = rows[0]
  if (!row || rows.length > 1)
    return badAnswer(`it has ${rows.length} leverages for the market number ${marketId}.`)
  const isCross = isCrossIn(row)
  return isCross.ok ? ok({ leverage: String(row.leverage), isCross: isCross.value }) : isCross
}

const positionSchema = v.object({
  address: v.string(),
  accountIndex: integer(0, 9),
  marketId: marketIdSchema,
  marketDisplayName: v.pipe(v.string(), v.nonEmpty()),
  side: v.picklist(['LONG', 'SHORT']),
  size: decimal,
  leverage: decimal,
  marginMode,
  marginUsed: decimal,
  positionValueNotional: decimal,
})

const positionsSchema = v.object({ positions: v.record(v.string(), positionSchema) })

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
  const row = read.value.positions[String(marketId)]
  if (row === undefined || isZero(row.size)) return ok(null)
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
