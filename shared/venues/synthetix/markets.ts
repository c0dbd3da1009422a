/** Synthetix' markets and what they allow: reading the answer to `getMarkets`. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import { wholeSteps, type Market } from '../../market.ts'
import { symbolSchema } from './fields.ts'

const highest = 1000

/** The docs write a number, the Go SDK reads a string too. */
const leverage = v.pipe(
  v.union([
    v.number(),
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/, 'it must be a whole number.'), v.transform(Number)),
  ]),
  integer(1, highest),
)

const marketsSchema = v.array(
  v.object({
    symbol: v.pipe(v.string(), v.nonEmpty()),
    isOpen: v.optional(v.boolean(), true),
    /** By size of the position, smallest first (Synthetix docs, "Margin Tiers Object"). */
    maintenanceMarginTiers: v.pipe(v.array(v.object({ maxLeverage: leverage })), v.minLength(1)),
  }),
)

type Listing = v.InferOutput<typeof marketsSchema>[number]

/** Every position is margined from the whole subaccount: the venue carries no margin mode and has no isolated margin. */
const market = ({ symbol, isOpen, maintenanceMarginTiers: [first] }: Listing): Market => ({
  symbol,
  id: null,
  ...wholeSteps,
  maxLeverage: first?.maxLeverage ?? 1,
  crossAllowed: true,
  isolatedAllowed: false,
  delisted: !isOpen,
})

/**
 * All markets; one whose symbol could not be signed is left out. Reads the `response` of `getMarkets`.
 * Fails with `input.*`.
 */
export function readMarkets(value: unknown): Result<readonly Market[]> {
  const listings = check(marketsSchema, value, 'getMarkets')
  if (!listings.ok) return listings
  return ok(listings.value.filter(({ symbol }) => v.is(symbolSchema, symbol)).map(market))
}
