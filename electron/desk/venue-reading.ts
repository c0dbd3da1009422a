/** Reading the venue for one account and market: what is there now, and whether a change has taken hold. */
import { checkSkew } from '../../shared/clock.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { sameSetting, type LeverageSetting, type Market, type MarketRef } from '../../shared/market.ts'
import type { Account } from '../store/port.ts'
import type { CurrentSetting, Venue } from '../venues/port.ts'
import { checkMarketNumber } from './market-numbers.ts'
import type { DeskPorts } from './ports.ts'

/** The one of that name, upper or lower case where only one fits. */
function named<T>(all: readonly T[], nameOf: (one: T) => string, name: string): T | undefined {
  const exact = all.find((one) => nameOf(one) === name)
  if (exact) return exact
  const alike = all.filter((one) => nameOf(one).toLowerCase() === name.toLowerCase())
  return alike.length === 1 ? alike[0] : undefined
}

/**
 * The market of that symbol, upper or lower case where only one fits. Fails with `request.unknownMarket`,
 * `request.marketLeftOut`, `request.marketRenumbered`, `venue.*` or `store.*`.
 */
export async function findMarket(
  { store }: Pick<DeskPorts, 'store'>,
  venue: Venue,
  symbol: string,
): Promise<Result<Market>> {
  const list = await venue.markets()
  if (!list.ok) return list
  const { markets, leftOut } = list.value
  const exact = markets.find((market) => market.symbol === symbol)
  const odd = exact ? undefined : named(leftOut, ({ name }) => name, symbol)
  if (odd)
    return fail('request.marketLeftOut', {
      venue: venue.name,
      market: odd.name,
      detail: odd.reason,
      field: 'market',
    })
  const found = exact ?? named(markets, (market) => market.symbol, symbol)
  if (!found) return fail('request.unknownMarket', { market: symbol, field: 'market' })
  const same = await checkMarketNumber(store, venue, found)
  return same.ok ? ok(found) : same
}

/** The leverage that is set now. Fails with `clock.skewed` when the clocks are too far apart, or `venue.*`. */
export async function readCurrent(
  venue: Venue,
  account: Account,
  market: Market,
): Promise<Result<CurrentSetting>> {
  const current = await venue.current(account.address, market)
  if (!current.ok) return current
  const inStep = checkSkew(current.value.skewMs)
  return inStep.ok ? current : inStep
}

/** What reading again after a submission showed. */
export interface Proof {
  readonly applied: boolean
  /** The last setting that was read; null when it could not be read. */
  readonly shown: LeverageSetting | null
}

const readings = 3
const betweenReadingsMs = 700

/** Reads the venue until it shows `wanted`, a few times at most. Never sends anything. */
export async function prove(
  ports: DeskPorts,
  venue: Venue,
  account: Account,
  market: MarketRef,
  wanted: LeverageSetting,
): Promise<Proof> {
  let shown: LeverageSetting | null = null
  for (let reading = 0; reading < readings; reading += 1) {
    if (reading > 0) await ports.wait(betweenReadingsMs)
    const current = await venue.current(account.address, market)
    if (!current.ok) continue
    const { leverage, sellLeverage, isCross } = current.value
    shown = { leverage, ...(sellLeverage === undefined ? {} : { sellLeverage }), isCross }
    if (sameSetting(shown, wanted)) return { applied: true, shown }
  }
  return { applied: false, shown }
}
