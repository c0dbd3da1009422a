/** Reading the venue for one account and market: what is there now, and whether a change has taken hold. */
import { checkSkew } from '../../shared/clock.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { sameSetting, type LeverageSetting, type Market, type MarketRef } from '../../shared/market.ts'
import type { Account } from '../store/port.ts'
import type { CurrentSetting, Venue } from '../venues/port.ts'
import type { DeskPorts } from './ports.ts'

/** The market of that symbol, upper or lower case where only one fits. Fails with `request.unknownMarket` or `venue.*`. */
export async function findMarket(venue: Venue, symbol: string): Promise<Result<Market>> {
  const list = await venue.markets()
  if (!list.ok) return list
  const exact = list.value.markets.find((market) => market.symbol === symbol)
  if (exact) return ok(exact)
  const alike = list.value.markets.filter((market) => market.symbol.toLowerCase() === symbol.toLowerCase())
  const only = alike.length === 1 ? alike[0] : undefined
  return only ? ok(only) : fail('request.unknownMarket', { market: symbol, field: 'market' })
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
