/** Compass' markets: the answer to `GET /opportunities`. Only builder-deployed (HIP-3) markets belong to it. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import { wholeSteps, type Market } from '../../market.ts'

const opportunitiesSchema = v.array(
  v.object({
    asset: v.pipe(v.string(), v.nonEmpty()),
    asset_id: integer(0, 0xffff_ffff),
    max_leverage: integer(1, 1000),
  }),
)

/**
 * Reads the markets that Compass offers. Compass has no field for the margin mode and does not say which ones a market
 * allows: it chooses, and what it chose is compared with what was asked for.
 */
export function readOpportunities(value: unknown): Result<readonly Market[]> {
  const opportunities = check(opportunitiesSchema, value, 'opportunities')
  if (!opportunities.ok) return opportunities
  return ok(
    opportunities.value.map(({ asset, asset_id, max_leverage }) => ({
      symbol: asset,
      id: asset_id,
      ...wholeSteps,
      maxLeverage: max_leverage,
      crossAllowed: true,
      isolatedAllowed: true,
      delisted: false,
    })),
  )
}
