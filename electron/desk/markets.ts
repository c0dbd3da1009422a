/** The markets of an account's venue, and the leverage that is set in some of them. */
import { ok, type Result } from '../../shared/errors.ts'
import type { Market } from '../../shared/market.ts'
import type { CurrentSetting, MarketList } from '../venues/port.ts'
import type { DeskPorts } from './ports.ts'
import { findMarket, readCurrent } from './venue-reading.ts'

/** A market with what is set for an account now. */
export interface MarketSetting {
  readonly market: Market
  readonly current: CurrentSetting
}

/** All markets of an account's venue. Fails with `request.unknownAccount` or `venue.*`. */
export async function listMarkets(
  { store, venueFor }: DeskPorts,
  accountName: string,
): Promise<Result<MarketList>> {
  const account = await store.accounts.get(accountName)
  if (!account.ok) return account
  const venue = venueFor(account.value)
  return venue.ok ? venue.value.markets() : venue
}

/** Reads what is set for an account in some markets. Fails with `request.*` or `venue.*`. */
export async function readSettings(
  { store, venueFor }: DeskPorts,
  accountName: string,
  symbols: readonly string[],
): Promise<Result<readonly MarketSetting[]>> {
  const account = await store.accounts.get(accountName)
  if (!account.ok) return account
  const venue = venueFor(account.value)
  if (!venue.ok) return venue
  const settings: MarketSetting[] = []
  for (const symbol of symbols) {
    const market = await findMarket(venue.value, symbol)
    if (!market.ok) return market
    const current = await readCurrent(venue.value, account.value, market.value)
    if (!current.ok) return current
    settings.push({ market: market.value, current: current.value })
  }
  return ok(settings)
}
