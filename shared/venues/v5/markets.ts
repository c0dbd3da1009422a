/** The markets: the answer to `GET /v5/market/instruments-info`. Source: Bybit V5 docs, market/instrument. */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { canonicalDecimal, scaled } from '../../decimal.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { readEach, type Listed } from '../../listed.ts'
import { marketSymbolSchema } from '../../market-list.ts'
import type { Market } from '../../market.ts'
import { symbolSchema } from './request.ts'

const limit = v.pipe(v.string(), v.maxLength(20))

const instrumentSchema = v.object({
  symbol: v.pipe(marketSymbolSchema, symbolSchema),
  status: v.string(),
  leverageFilter: v.object({ minLeverage: limit, maxLeverage: limit, leverageStep: limit }),
})

const pageSchema = v.object({
  list: v.array(v.unknown()),
  nextPageCursor: v.nullish(v.string(), ''),
})

/** One page of markets. */
export interface MarketPage extends Listed<Market> {
  /** What asks for the next page; empty on the last one. */
  readonly cursor: string
}

/** A limit as an exact number; null for what is none, or for what JavaScript would write in another way. */
function exactNumber(text: string): number | null {
  const exact = canonicalDecimal(text)
  return exact !== null && exact !== '0' && String(Number(exact)) === exact ? Number(exact) : null
}

function readMarket(record: unknown, at: string): Result<Market> {
  const read = check(instrumentSchema, record, at)
  if (!read.ok) return read
  const { symbol, status, leverageFilter } = read.value
  const minLeverage = exactNumber(leverageFilter.minLeverage)
  const maxLeverage = exactNumber(leverageFilter.maxLeverage)
  const leverageStep = exactNumber(leverageFilter.leverageStep)
  const bad = (detail: string) => fail('input.badField', { field: `${at}.leverageFilter`, detail })
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

/** Reads one page of `result`. Fails with `input.*` for what is no page. */
export function readMarketPage(value: unknown): Result<MarketPage> {
  const at = 'instruments-info'
  const page = check(pageSchema, value, at)
  if (!page.ok) return page
  const { list, nextPageCursor } = page.value
  return ok({ ...readEach(list, { at: `${at}.list`, key: 'symbol' }, readMarket), cursor: nextPageCursor })
}
