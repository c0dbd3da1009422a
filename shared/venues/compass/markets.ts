/** Compass' markets: the answer to `GET /opportunities`. Only builder-deployed (HIP-3) markets belong to it. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import { readEach, type Listed } from '../../listed.ts'
import { distinctMarkets, marketSymbolSchema } from '../../market-list.ts'
import { wholeSteps, type Market } from '../../market.ts'

const opportunitySchema = v.object({
  asset: marketSymbolSchema,
  asset_id: integer(0, 0xffff_ffff),
  max_leverage: integer(1, 1000),
})

const market = ({ asset, asset_id, max_leverage }: v.InferOutput<typeof opportunitySchema>): Market => ({
  symbol: asset,
  id: asset_id,
  ...wholeSteps,
  maxLeverage: max_leverage,
  crossAllowed: true,
  isolatedAllowed: true,
  delisted: false,
})

/**
 * Reads the markets that Compass offers. Compass has no field for the margin mode and does not say which ones a market
 * allows: it chooses, and what it chose is compared with what was asked for. Fails with `input.*` for what is no list.
 */
export function readOpportunities(value: unknown): Result<Listed<Market>> {
  const at = 'opportunities'
  const list = check(v.array(v.unknown()), value, at)
  if (!list.ok) return list
  return ok(
    distinctMarkets(
      readEach(list.value, { at, key: 'asset' }, (record, where) => {
        const read = check(opportunitySchema, record, where)
        return read.ok ? ok(market(read.value)) : read
      }),
    ),
  )
}
