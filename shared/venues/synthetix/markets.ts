/** Synthetix' markets and what they allow: reading the answer to `getMarkets`. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import { readEach, type Listed } from '../../listed.ts'
import { distinctMarkets, marketSymbolSchema } from '../../market-list.ts'
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

const listingSchema = v.object({
  symbol: v.pipe(marketSymbolSchema, symbolSchema),
  isOpen: v.nullish(v.boolean(), true),
  /** By size of the position, smallest first (Synthetix docs, "Margin Tiers Object"); only the first limits all sizes. */
  maintenanceMarginTiers: v.looseTuple([v.object({ maxLeverage: leverage })]),
})

type Listing = v.InferOutput<typeof listingSchema>

/** Every position is margined from the whole subaccount: the venue carries no margin mode and has no isolated margin. */
const market = ({ symbol, isOpen, maintenanceMarginTiers: [first] }: Listing): Market => ({
  symbol,
  id: null,
  ...wholeSteps,
  maxLeverage: first.maxLeverage,
  crossAllowed: true,
  isolatedAllowed: false,
  delisted: !isOpen,
})

/** The markets. Reads the `response` of `getMarkets`. Fails with `input.*` for what is no list. */
export function readMarkets(value: unknown): Result<Listed<Market>> {
  const at = 'getMarkets'
  const list = check(v.array(v.unknown()), value, at)
  if (!list.ok) return list
  return ok(
    distinctMarkets(
      readEach(list.value, { at, key: 'symbol' }, (record, where) => {
        const read = check(listingSchema, record, where)
        return read.ok ? ok(market(read.value)) : read
      }),
    ),
  )
}
