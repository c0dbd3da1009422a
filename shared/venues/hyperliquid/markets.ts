/**
 * Hyperliquid's markets: from `perpDexs` and `allPerpMetas` to numbers, limits and names.
 * The number of a builder-deployed (HIP-3) market is 100000 + dexIndex * 10000 + its place in that dex.
 */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
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

const dexesSchema = v.pipe(
  v.array(v.nullable(v.object({ name: v.pipe(v.string(), v.nonEmpty()) }))),
  v.minLength(1),
)

const universeSchema = v.pipe(
  v.array(
    v.object({
      name: v.pipe(v.string(), v.nonEmpty()),
      maxLeverage: integer(1, 1000),
      onlyIsolated: v.optional(v.boolean()),
      marginMode: v.optional(v.string()),
      isDelisted: v.optional(v.boolean()),
    }),
  ),
  v.maxLength(perDex),
)

const metasSchema = v.array(v.object({ universe: universeSchema }))

type Listing = v.InferOutput<typeof universeSchema>[number]

const isolatedOnlyModes = new Set(['strictIsolated', 'noCross'])

const market = (listing: Listing, dexIndex: number, place: number): Market => ({
  symbol: listing.name,
  id: assetId(dexIndex, place),
  ...wholeSteps,
  maxLeverage: listing.maxLeverage,
  crossAllowed: !listing.onlyIsolated && !isolatedOnlyModes.has(listing.marginMode ?? ''),
  isolatedAllowed: true,
  delisted: listing.isDelisted ?? false,
})

/** Names of the venue's dexes by index; the main one is ''. Reads the answer to `{"type":"perpDexs"}`. */
export function readDexes(value: unknown): Result<readonly string[]> {
  const dexes = check(dexesSchema, value, 'perpDexs')
  return dexes.ok ? ok(dexes.value.map((dex) => dex?.name ?? '')) : dexes
}

/** All markets of the venue. Reads the answer to `{"type":"allPerpMetas"}`, in the order of `perpDexs`. */
export function readMarkets(value: unknown): Result<readonly Market[]> {
  const metas = check(metasSchema, value, 'allPerpMetas')
  if (!metas.ok) return metas
  return ok(
    metas.value.flatMap(({ universe }, dex) => universe.map((listing, place) => market(listing, dex, place))),
  )
}
