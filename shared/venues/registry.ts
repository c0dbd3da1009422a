/** The venues and their pure parts; adding one adds a folder beside this file and a line here and in `wires.ts`. */
import { arcus } from './arcus/module.ts'
import { bybit } from './bybit/module.ts'
import { coinswitch } from './coinswitch/module.ts'
import { compass } from './compass/module.ts'
import { hyperliquid } from './hyperliquid/module.ts'
import type { VenueModule } from './module.ts'
import { synthetix } from './synthetix/module.ts'
import type { Wires } from './wires.ts'

/** Id of a venue. */
export type VenueId = keyof Wires

/** Every venue by its id. */
export const venueModules: { readonly [id in VenueId]: VenueModule<Wires[id]> } = {
  hyperliquid,
  compass,
  arcus,
  coinswitch,
  bybit,
  synthetix,
}

/** The rules of a venue over the wire fields of any: a request's own are of its venue, as its schema makes sure. */
export const rulesOf = (venue: VenueId): VenueModule<Wires[VenueId]> => venueModules[venue]

/** Ids of all venues, in the order in which people choose. */
export const venueIds = Object.keys(venueModules) as readonly VenueId[]

/** Whether a text is the id of a venue. */
export const isVenueId = (text: string): text is VenueId => Object.hasOwn(venueModules, text)
