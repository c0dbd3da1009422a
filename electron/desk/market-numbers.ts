/** Which markets of a venue have the number that they had, and taking a new one that a person accepts. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { LeftOut } from '../../shared/listed.ts'
import { checkNumber } from '../../shared/market-numbers.ts'
import type { Market, MarketRef } from '../../shared/market.ts'
import type { PreparedRequest } from '../../shared/prepared-request.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import type { Store } from '../store/port.ts'
import type { MarketList, Venue } from '../venues/port.ts'
import type { DeskPorts } from './ports.ts'

/** Where a market is. */
interface Place {
  readonly id: VenueId
  readonly network: string
}

/** Whether a market has the number that earlier requests used. Fails with `request.marketRenumbered` or `store.*`. */
export async function checkMarketNumber(
  { marketNumbers }: Pick<Store, 'marketNumbers'>,
  { id, network }: Place,
  market: MarketRef,
): Promise<Result<null>> {
  const known = await marketNumbers.list(id, network)
  return known.ok ? checkNumber(id, known.value, market) : known
}

/**
 * Whether a request that was prepared names its market by the number that counts now: another one may have been accepted
 * since. Fails with `request.marketRenumbered` or `store.*`.
 */
export const checkRequestNumber = (
  { store }: Pick<DeskPorts, 'store'>,
  { venue, network, market }: PreparedRequest,
): Promise<Result<null>> => checkMarketNumber(store, { id: venue, network }, market)

/** A venue's markets without those that have another number than before, which are left out and named. */
export async function withoutRenumbered(
  { marketNumbers }: Pick<Store, 'marketNumbers'>,
  { id, network }: Place,
  list: MarketList,
): Promise<Result<MarketList>> {
  const known = await marketNumbers.list(id, network)
  if (!known.ok) return known
  const markets: Market[] = []
  const leftOut: LeftOut[] = [...list.leftOut]
  for (const market of list.markets) {
    const same = checkNumber(id, known.value, market)
    if (same.ok) markets.push(market)
    else leftOut.push({ name: market.symbol, reason: `stopped: ${same.error.message}` })
  }
  return ok({ ...list, markets, leftOut })
}

/** A number that was accepted, and what it takes the place of. */
export interface RenumberedMarket {
  readonly market: string
  readonly number: number
  /** The number that the market had; null where none was used. */
  readonly was: number | null
  /** Another market that had the number; null where none had. */
  readonly freed: string | null
}

const bad = (detail: string) => fail('input.badField', { field: 'number', detail })

/**
 * Takes the number that a venue gives a market now in place of what requests used, because a person says so. Fails with
 * `request.*`, `input.badField` where the venue gives it another number or it had this one, `venue.*` or `store.*`.
 */
export async function acceptNumber(
  { store, venueFor }: Pick<DeskPorts, 'store' | 'venueFor'>,
  accountName: string,
  symbol: string,
  number: number,
): Promise<Result<RenumberedMarket>> {
  const account = await store.accounts.get(accountName)
  if (!account.ok) return account
  const venue = venueFor(account.value)
  if (!venue.ok) return venue
  const now = await numberNow(venue.value, symbol)
  if (!now.ok) return now
  if (now.value !== number) return bad(`${venue.value.name} gives ${symbol} the number ${now.value} now.`)
  const { id, network } = venue.value
  const known = await store.marketNumbers.list(id, network)
  if (!known.ok) return known
  const was = known.value.find((one) => one.symbol === symbol)?.number ?? null
  if (was === number) return bad(`${symbol} has had the number ${number} all along.`)
  const freed = known.value.find((one) => one.number === number)?.symbol ?? null
  const change = { market: symbol, number, was, freed }
  const accepted = await store.marketNumbers.accept({
    account: account.value.id,
    venue: id,
    network,
    ...change,
  })
  return accepted.ok ? ok(change) : accepted
}

/** The number that a venue gives a market at this moment. */
async function numberNow(venue: Venue, symbol: string): Promise<Result<number | null>> {
  const list = await venue.markets(0)
  if (!list.ok) return list
  const market = list.value.markets.find((one) => one.symbol === symbol)
  return market ? ok(market.id) : fail('request.unknownMarket', { market: symbol, field: 'market' })
}
