/** Arcus' markets: the answer to `GET /v1/markets`. */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { canonicalDecimal, scaled } from '../../decimal.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { readEach, type Listed } from '../../listed.ts'
import { distinctMarkets, marketSymbolSchema } from '../../market-list.ts'
import { wholeSteps, type Market } from '../../market.ts'
import { marketIdSchema } from './wire.ts'

const fraction = v.pipe(
  v.string(),
  v.check((text) => {
    const exact = canonicalDecimal(text)
    return exact !== null && scaled(exact) > 0n && scaled(exact) <= scaled('1')
  }, 'it must be a decimal number above 0 and at most 1, in a string.'),
)

const marketsSchema = v.object({ markets: v.array(v.unknown()) })

const listingSchema = v.object({
  marketDisplayName: marketSymbolSchema,
  marketId: marketIdSchema,
  status: v.string(),
  initialMarginFraction: v.nullish(fraction),
})

/** The highest leverage that the wire takes anywhere. */
const highestOfAll = 1000

/** The highest leverage of a market: 1 / initialMarginFraction without its fraction, as Arcus' default is (0.03 -> 33). */
export const maxLeverageOf = (initialMarginFraction: string): number =>
  Math.min(highestOfAll, Number(scaled('1') / scaled(initialMarginFraction)))

function readMarket(record: unknown, at: string): Result<Market> {
  const read = check(listingSchema, record, at)
  if (!read.ok) return read
  const { marketDisplayName, marketId, status, initialMarginFraction } = read.value
  if (!initialMarginFraction) return fail('input.missingField', { field: `${at}.initialMarginFraction` })
  return ok({
    symbol: marketDisplayName,
    id: marketId,
    ...wholeSteps,
    maxLeverage: maxLeverageOf(initialMarginFraction),
    crossAllowed: true,
    isolatedAllowed: true,
    delisted: status !== 'ONLINE',
  })
}

/**
 * Reads all markets. One without `initialMarginFraction`, which the venue may leave out, has no known limit and is left
 * out. Arcus names no margin mode that a market forbids. Fails with `input.*` for what is no list.
 */
export function readArcusMarkets(value: unknown): Result<Listed<Market>> {
  const read = check(marketsSchema, value, 'markets')
  if (!read.ok) return read
  return ok(
    distinctMarkets(
      readEach(read.value.markets, { at: 'markets.markets', key: 'marketDisplayName' }, readMarket),
    ),
  )
}
