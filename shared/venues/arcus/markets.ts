/** Arcus' markets: the answer to `GET /v1/markets`. */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { canonicalDecimal, scaled } from '../../decimal.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { wholeSteps, type Market } from '../../market.ts'
import { marketIdSchema } from './wire.ts'

const fraction = v.pipe(
  v.string(),
  v.check((text) => {
    const exact = canonicalDecimal(text)
    return exact !== null && scaled(exact) > 0n && scaled(exact) <= scaled('1')
  }, 'it must be a decimal number above 0 and at most 1, in a string.'),
)

const marketsSchema = v.object({
  markets: v.array(
    v.object({
      marketDisplayName: v.pipe(v.string(), v.nonEmpty()),
      marketId: marketIdSchema,
      status: v.string(),
      initialMarginFraction: v.optional(fraction),
    }),
  ),
})

/** The highest leverage that the wire takes anywhere. */
const highestOfAll = 1000

/** The highest leverage of a market: 1 / initialMarginFraction without its fraction, as Arcus' default is (0.03 -> 33). */
export const maxLeverageOf = (initialMarginFraction: string): number =>
  Math.min(highestOfAll, Number(scaled('1') / scaled(initialMarginFraction)))

function repeated(markets: readonly Market[]): Market | undefined {
  const names = new Set<string | number>()
  return markets.find(({ id, symbol }) => {
    const again = names.has(symbol) || names.has(id ?? -1)
    names.add(symbol).add(id ?? -1)
    return again
  })
}

/**
 * Reads all markets. One without `initialMarginFraction`, which the venue may leave out, has no known limit and is not
 * offered. Arcus names no margin mode that a market forbids. Fails with `venue.badAnswer` where two markets share a name
 * or number, or with `input.*`.
 */
export function readArcusMarkets(value: unknown): Result<readonly Market[]> {
  const read = check(marketsSchema, value, 'markets')
  if (!read.ok) return read
  const markets = read.value.markets.flatMap(
    ({ marketDisplayName, marketId, status, initialMarginFraction }): readonly Market[] =>
      initialMarginFraction === undefined
        ? []
        : [
            {
              symbol: marketDisplayName,
              id: marketId,
              ...wholeSteps,
              maxLeverage: maxLeverageOf(initialMarginFraction),
              crossAllowed: true,
              isolatedAllowed: true,
              delisted: status !== 'ONLINE',
            },
          ],
  )
  const twice = repeated(markets)
  return twice
    ? fail('venue.badAnswer', { venue: 'Arcus', detail: `${twice.symbol} (${twice.id}) stands twice.` })
    : ok(markets)
}
