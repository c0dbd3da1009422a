/** What a payload does at a venue whose changes are no Hyperliquid actions. */
import type { Hex } from '../hex.ts'

/** A change of leverage in the words of every venue. */
export interface VenueIntent {
  readonly action: 'setLeverage'
  /** The venue's symbol, or its number in decimal digits where the payload names the market by number. */
  readonly asset: string
  /** Null where the payload leaves the margin mode as it is. */
  readonly isCross: boolean | null
  /** Decimal string; of the buy side where the two sides are set apart. */
  readonly leverage: string
  readonly sellLeverage?: string
  /** Decimal string; null at venues without one. */
  readonly nonce: null | string
  /** Whose leverage changes, lower case; left out where the payload does not name an address. */
  readonly account?: Hex
  /** Which of the accounts of that address. */
  readonly accountIndex?: number
}
