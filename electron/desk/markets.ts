/** The markets of an account's venue, and the leverage that is set in some of them. */
import { ok, type Result } from '../../shared/errors.ts'
import { shownName, type LeftOut, type Listed } from '../../shared/listed.ts'
import type { Market } from '../../shared/market.ts'
import type { Account } from '../store/port.ts'
import type { CurrentSetting, MarketList, Venue } from '../venues/port.ts'
import { withoutRenumbered } from './market-numbers.ts'
import type { DeskPorts } from './ports.ts'
import { findMarket, readCurrent } from './venue-reading.ts'

/** A market with what is set for an account now. */
export interface MarketSetting {
  readonly market: Market
  readonly current: CurrentSetting
}

async function readSetting(
  ports: DeskPorts,
  venue: Venue,
  account: Account,
  symbol: string,
): Promise<Result<MarketSetting>> {
  const market = await findMarket(ports, venue, symbol)
  if (!market.ok) return market
  const current = await readCurrent(venue, account, market.value)
  return current.ok ? ok({ market: market.value, current: current.value }) : current
}

/** The markets of an account's venue that can be used. Fails with `request.unknownAccount` or `venue.*`. */
export async function listMarkets(
  { store, venueFor }: DeskPorts,
  accountName: string,
): Promise<Result<MarketList>> {
  const account = await store.accounts.get(accountName)
  if (!account.ok) return account
  const venue = venueFor(account.value)
  if (!venue.ok) return venue
  const list = await venue.value.markets()
  return list.ok ? withoutRenumbered(store, venue.value, list.value) : list
}

/** Failures that are about one market: the others can be read all the same. */
const ofOneMarket: readonly string[] = [
  'request.unknownMarket',
  'request.marketLeftOut',
  'request.marketRenumbered',
  'venue.badAnswer',
  'venue.leverageNotShown',
]

/**
 * Reads what is set for an account in some markets; one that cannot be read is left out. Fails with `request.*` or
 * `venue.*` where none of them can, or for a reason that is not of one market.
 */
export async function readSettings(
  ports: DeskPorts,
  accountName: string,
  symbols: readonly string[],
): Promise<Result<Listed<MarketSetting>>> {
  const account = await ports.store.accounts.get(accountName)
  if (!account.ok) return account
  const venue = ports.venueFor(account.value)
  if (!venue.ok) return venue
  const settings: MarketSetting[] = []
  const leftOut: LeftOut[] = []
  let first: Result<never> | null = null
  for (const symbol of symbols) {
    const setting = await readSetting(ports, venue.value, account.value, symbol)
    if (setting.ok) {
      settings.push(setting.value)
      continue
    }
    if (!ofOneMarket.includes(setting.error.code)) return setting
    first ??= setting
    leftOut.push({ name: shownName(symbol), reason: setting.error.message })
  }
  return settings.length === 0 && first ? first : ok({ taken: settings, leftOut })
}
