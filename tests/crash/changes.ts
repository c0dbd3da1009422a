/** What is changed at each venue; each is a change that the practice venue takes. */
import type { PrepareInput } from '../../electron/desk/prepare.ts'
import { synthetixSubAccountOf } from '../../electron/venues/practice/synthetix-state.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import { practiceAddress } from '../support/practice-address.ts'

const treasury = (market: string, leverage: string, isCross?: boolean): PrepareInput => ({
  account: 'treasury',
  market,
  leverage,
  ...(isCross === undefined ? {} : { isCross }),
})

/** By venue. */
export const changes: { readonly [venue in VenueId]: PrepareInput } = {
  hyperliquid: treasury('BTC', '10', true),
  compass: treasury('AAPL', '3', true),
  synthetix: treasury('BTC-USDT', '20'),
  arcus: treasury('BTC-USD', '10'),
  coinswitch: treasury('BTCUSDT', '7'),
  bybit: treasury('BTCUSDT', '7'),
}

/** What the account has at its venue beside its addresses. */
export const settingsAt = (venue: VenueId): JsonObject =>
  venue === 'synthetix' ? { subAccountId: synthetixSubAccountOf(practiceAddress) } : {}
