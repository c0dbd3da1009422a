/**
 * Hyperliquid's markets: from `perpDexs` and `allPerpMetas` to numbers, limits and names.
 * The number of a builder-deployed (HIP-3) market is 100000 + dexIndex * 10000 + its place in that dex.
 */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { joined, readEach, type Listed } from '../../listed.ts'
import { distinctMarkets, marketSymbolSchema } from '../../market-list.ts'
import { wholeSteps, type Market } from '../../market.ts'

const builderBase = 100_000
const perDex = 10_000
const outcomeBase = 100_000_000

/** The venue's number of a market: its place in the meta of its dex; dex 0 is the main one. */
export const assetId = (dexIndex: number, place: number): number =>
  dexIndex === 0 ? place : builderBase + dexIndex * perDex + place

/** What kind of thing a number stands for. Only `main` and `builder` have a leverage. */
export type AssetKind = 'main' | 'spot' | 'builder' | 'outcome' | 'unassigned'

/** What an asset number stands for (Hyperliquid docs, "Asset IDs"). */
export function assetKind(id: number): AssetKind {
  if (id < perDex) return 'main'
  if (id < builderBase) return 'spot'
  if (id < builderBase + perDex) return 'unassigned'
  return id < outcomeBase ? 'builder' : 'outcome'
}

/** Dex and place of a main or builder market number; the inverse of `assetId`. */
export const assetPlace = (id: number): { readonly dexIndex: number; readonly place: number } =>
  id < perDex
    ? { dexIndex: 0, place: id }
    : { dexIndex: Math.floor((id - builderBase) / perDex), place: (id - builderBase) % perDex }

const dexNameSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,20}$/, 'it must be one short word.'))
const dexSchema = v.object({ name: dexNameSchema })

const listingSchema = v.object({
  name: marketSymbolSchema,
  maxLeverage: integer(1, 1000),
  onlyIsolated: v.nullish(v.boolean()),
  marginMode: v.nullish(v.string()),
  isDelisted: v.nullish(v.boolean()),
})

const metaSchema = v.object({ universe: v.array(v.unknown()) })

type Listing = v.InferOutput<typeof listingSchema>

const isolatedOnlyModes = new Set(['strictIsolated', 'noCross'])

const market = (listing: Listing, id: number): Market => ({
  symbol: listing.name,
  id,
  ...wholeSteps,
  maxLeverage: listing.maxLeverage,
  crossAllowed: !listing.onlyIsolated && !isolatedOnlyModes.has(listing.marginMode ?? ''),
  isolatedAllowed: true,
  delisted: listing.isDelisted ?? false,
})

/** Which dex a symbol names; '' for the main one, whose symbols name none. */
export const dexOf = (symbol: string): string =>
  symbol.includes(':') ? symbol.slice(0, symbol.indexOf(':')) : ''

/** Names of the dexes by index, the main one ''; null where it is not known which one stands there. */
type DexNames = readonly (string | null)[]

/** Reads the answer to `{"type":"perpDexs"}`: the main dex is null and stands first. A dex that stands twice is no dex. */
function readDexes(value: unknown): Result<DexNames> {
  const list = check(v.pipe(v.array(v.unknown()), v.minLength(1)), value, 'perpDexs')
  if (!list.ok) return list
  if (list.value[0] !== null)
    return fail('input.badField', { field: 'perpDexs.0', detail: 'the first dex is not the main one.' })
  const names = list.value.map((dex, at) => (at === 0 ? '' : v.is(dexSchema, dex) ? dex.name : null))
  return ok(names.map((name) => (names.filter((one) => one === name).length === 1 ? name : null)))
}

/** The place of a market makes its number, so it must be listed under the dex that its name says. */
function numberOf(
  symbol: string,
  dexIndex: number,
  place: number,
  dexes: DexNames,
  at: string,
): Result<number> {
  const id = assetId(dexIndex, place)
  const bad = (detail: string) => fail('input.badField', { field: at, detail })
  const dex = dexes[dexIndex]
  if (dex === undefined || dex === null)
    return bad(
      'the venue does not say of which dex it is, which makes its number. A dex that is new is there soon.',
    )
  if (dex !== dexOf(symbol))
    return bad(
      `it stands among the markets of the ${dex === '' ? 'main dex' : `dex ${dex}`}, where its number would be ${id}.`,
    )
  const kind = assetKind(id)
  return place < perDex && (kind === 'main' || kind === 'builder')
    ? ok(id)
    : bad(`its number would be ${id}.`)
}

function readUniverse(meta: unknown, dexIndex: number, dexes: DexNames): Listed<Market> {
  const at = `allPerpMetas.${dexIndex}`
  const read = check(metaSchema, meta, at)
  if (!read.ok)
    return {
      taken: [],
      leftOut: [{ name: `dex ${dexes[dexIndex] || dexIndex}`, reason: read.error.message }],
    }
  return readEach(read.value.universe, { at: `${at}.universe`, key: 'name' }, (record, where, place) => {
    const listing = check(listingSchema, record, where)
    if (!listing.ok) return listing
    const id = numberOf(listing.value.name, dexIndex, place, dexes, where)
    return id.ok ? ok(market(listing.value, id.value)) : id
  })
}

/**
 * The markets of the venue. Reads the answers to `{"type":"allPerpMetas"}` and `{"type":"perpDexs"}`, which are in the
 * same order. Fails with `input.*` where no number can be known at all: without lists, or without the main dex in front.
 */
export function readMarkets(metas: unknown, dexes: unknown): Result<Listed<Market>> {
  const names = readDexes(dexes)
  if (!names.ok) return names
  const list = check(v.pipe(v.array(v.unknown()), v.minLength(1)), metas, 'allPerpMetas')
  if (!list.ok) return list
  const universes = list.value.map((meta, dexIndex) => readUniverse(meta, dexIndex, names.value))
  return ok(distinctMarkets(joined(universes)))
}
