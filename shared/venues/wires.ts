/** What stands in `wire` of a prepared request, by venue. */
import type { ArcusWire } from './arcus/wire.ts'
import type { BybitWire } from './bybit/wire.ts'
import type { CoinSwitchWire } from './coinswitch/wire.ts'
import type { HyperliquidWire } from './hyperliquid/wire.ts'
import type { SynthetixWire } from './synthetix/wire.ts'

/** Venue id -> its wire fields. */
export interface Wires {
  readonly hyperliquid: HyperliquidWire
  readonly compass: HyperliquidWire
  readonly arcus: ArcusWire
  readonly coinswitch: CoinSwitchWire
  readonly bybit: BybitWire
  readonly synthetix: SynthetixWire
}
