/** The leverage an account has now, and what is at stake in its position: reading `/info`. */
import * as v from 'valibot'
import { addressSchema, check, integer, isObject } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { Hex } from '../../hex.ts'
import { placeOf } from '../../listed.ts'
import type { LeverageSetting, Position } from '../../market.ts'

/** What the venue says about an account's leverage in one market. */
export interface ActiveAsset extends LeverageSetting {
  /** Mark price in USD, the venue's decimal string; null where it tells none. */
  readonly markPrice: string | null
}

const decimal = v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/, 'it must be a decimal number in a string.'))
const leverageSchema = v.object({ type: v.picklist(['cross', 'isolated']), value: integer(1, 1000) })
const activeAssetSchema = v.object({
  user: addressSchema,
  coin: v.string(),
  leverage: leverageSchema,
  markPx: v.fallback(v.nullable(decimal), null),
})

const setting = ({ type, value }: v.InferOutput<typeof leverageSchema>): LeverageSetting => ({
  leverage: String(value),
  isCross: type === 'cross',
})

/**
 * Reads the answer to `{"type":"activeAssetData","user","coin"}`, which works without an open position too.
 * It must be about the account and market that were asked for. Fails with `venue.badAnswer` or `input.*`.
 */
export function readActiveAsset(value: unknown, user: Hex, coin: string): Result<ActiveAsset> {
  const read = check(activeAssetSchema, value, 'activeAssetData')
  if (!read.ok) return read
  const { leverage, markPx } = read.value
  if (read.value.user !== user || read.value.coin !== coin) {
    return fail('venue.badAnswer', {
      venue: 'Hyperliquid',
      detail: `it is about ${read.value.coin} of ${read.value.user}.`,
    })
  }
  return ok({ ...setting(leverage), markPrice: markPx })
}

const positionSchema = v.object({
  coin: v.string(),
  szi: decimal,
  leverage: leverageSchema,
  marginUsed: decimal,
  positionValue: decimal,
  liquidationPx: v.nullish(decimal),
})

const clearinghouseSchema = v.object({ assetPositions: v.array(v.unknown()) })

/**
 * The open position in a market; null when there is none. Reads the answer to `{"type":"clearinghouseState","user","dex"}`;
 * positions in other markets do not matter. Fails with `input.*`.
 */
export function readPosition(value: unknown, coin: string): Result<Position | null> {
  const at = 'clearinghouseState.assetPositions'
  const state = check(clearinghouseSchema, value, 'clearinghouseState')
  if (!state.ok) return state
  const held = state.value.assetPositions.map((record) => (isObject(record) ? record['position'] : record))
  const place = placeOf(held, { at, key: 'coin', wanted: coin })
  if (!place.ok || place.value === null) return place.ok ? ok(null) : place
  const read = check(positionSchema, held[place.value], `${at}.${place.value}.position`)
  if (!read.ok) return read
  const { szi, marginUsed, positionValue, liquidationPx, leverage } = read.value
  return ok({
    symbol: coin,
    size: szi,
    marginUsed,
    value: positionValue,
    liquidationPrice: liquidationPx ?? null,
    ...setting(leverage),
  })
}
