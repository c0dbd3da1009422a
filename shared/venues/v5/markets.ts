/** The markets: the answer to `GET /v5/market/instruments-info`. Source: Bybit V5 docs, market/instrument. */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { canonicalDecimal, scaled } from '../../decimal.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { Market } from '../../market.ts'
import { symbolSchema } from './request.ts'

const limit = v.pipe(v.string(), v.maxLength(20))

const pageSchema = v.object({
  list: v.array(
    v.object({
      symbol: v.string(),
      status: v.string(),
      leverageFilter: v.object({ minLeverage: limit, maxLeverage: limit, leverageStep: limit }),
    }),
  ),
  nextPageCursor: v.optional(v.string(), ''),
})

type Instrument = v.InferOutput<typeof pageSchema>['list'][number]

/** One page of markets. */
export interface MarketPage {
  readonly markets: readonly Market[]
  /** What asks for the next page; empty on the last one. */
  readonly cursor: string
}

/** A limit as an exact number; null for what is none, or for what JavaScript would write in another way. */
function exactNumber(text: string): number | null {
  const exact = canonicalDecimal(text)
  return exact !== null && exact !== '0' && String(Number(exact)) === exact ? Number(exact) : null
}

function readMarket({ symbol, status, leverageFilter }: Instrument): Result<Market> {
  const minLeverage = exactNumber(leverageFilter.minLeverage)
  const maxLeverage = exactNumber(leverageFilter.maxLeverage)
  const leverageStep = exactNumber(leverageFilter.leverageStep)
  const bad = (detail: string) => fail('input.badField', { field: `${symbol}.leverageFilter`, detail })
  if (minLeverage === null || maxLeverage === null || leverageStep === null)
    return bad('its limits must be decimal numbers above 0.')
  if (scaled(String(minLeverage)) > scaled(String(maxLeverage))) return bad('its least is above its most.')
  return ok({
    symbol,
    id: null,
    minLeverage,
    maxLeverage,
    leverageStep,
    // Neither venue lets a change of leverage carry the margin mode, so no market forbids one here.
    crossAllowed: true,
    isolatedAllowed: true,
    delisted: status !== 'Trading',
  })
}

/**
 * Reads one page of `result`. A market whose symbol is not in plain letters is left out, for no Ledger could show it.
 * Fails with `input.*`.
 */
export function readMarketPage(value: unknown): Result<MarketPage> {
  const page = check(pageSchema, value, 'instruments-info')
  if (!page.ok) return page
  const markets: Market[] = []
  for (const instrument of page.value.list) {
    if (!v.is(symbolSchema, instrument.symbol)) continue
    const market = readMarket(instrument)
    if (!market.ok) return market
    markets.push(market.value)
  }
  return ok({ markets, cursor: page.value.nextPageCursor })
}
