/** What the practice venue carried out and what a body asked for, venue by venue, in words that can be compared. */
import { arcusOf } from '../../electron/venues/practice/state.ts'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { synthetixOf } from '../../electron/venues/practice/synthetix-state.ts'
import { freshV5 } from '../../electron/venues/practice/v5-state.ts'
import type { VenueId } from '../../shared/venues/registry.ts'

interface Witness {
  /** Every change that the venue carried out. */
  carriedOut(venue: PracticeVenue): readonly string[]
  /** What a body that was sent asks for, as `carriedOut` calls it. */
  asked(body: string): string
}

const read = (body: string): Readonly<Record<string, unknown>> =>
  JSON.parse(body) as Readonly<Record<string, unknown>>

/** A nonce is used for one change only. */
const byNonce = (body: string): string => `nonce ${String(read(body)['nonce'])}`

const actions: Witness = {
  carriedOut: ({ applied }) => applied.map(({ nonce }) => `nonce ${nonce}`),
  asked: byNonce,
}

const v5 = (name: 'coinswitch' | 'bybit'): Witness => ({
  carriedOut: ({ state }) =>
    (state.v5 ?? freshV5())[name].applied.map(({ symbol, buy, sell }) => `${symbol} ${buy} ${sell}`),
  asked(body) {
    const { symbol, buyLeverage, sellLeverage } = read(body)
    return `${String(symbol)} ${String(buyLeverage)} ${String(sellLeverage)}`
  },
})

/** The witness of each venue. */
export const witnesses: { readonly [venue in VenueId]: Witness } = {
  hyperliquid: actions,
  compass: actions,
  synthetix: {
    carriedOut: ({ state }) => synthetixOf(state).applied.map(({ nonce }) => `nonce ${nonce}`),
    asked: byNonce,
  },
  arcus: {
    carriedOut: ({ state }) =>
      arcusOf(state).applied.map(({ marketId, leverage }) => `market ${marketId} ${leverage}`),
    asked(body) {
      const { marketId, leverage } = read(body)
      return `market ${String(marketId)} ${String(leverage)}`
    },
  },
  coinswitch: v5('coinswitch'),
  bybit: v5('bybit'),
}
