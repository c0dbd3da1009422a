/**
 * The registry of venues as the tests of keys see it: Hyperliquid's fields, but signed by an API key, and the names of
 * the venues that take one.
 */
import type * as registry from '../../shared/venues/registry.ts'

type Registry = typeof registry

let nonce = Date.now()

/** The registry with a venue in it whose wire an API key signs. */
export function keyed(original: Registry): Registry {
  const { hyperliquid } = original.venueModules
  const signedByKey: typeof hyperliquid = {
    ...hyperliquid,
    signedBy: 'apiKey',
    buildWire: (input) => hyperliquid.buildWire({ ...input, nonce: nonce++ }),
    digestsOf: () => ({ connectionId: null, domainHash: null, messageHash: null }),
    typedDataOf: () => null,
    bodyOf: (wire) => JSON.stringify(wire.action),
  }
  const venueModules = { ...original.venueModules, hyperliquid: signedByKey }
  return {
    ...original,
    venueModules,
    rulesOf: (venue) => venueModules[venue],
    isVenueId: (text): text is registry.VenueId =>
      original.isVenueId(text) || ['arcus', 'coinswitch', 'bybit'].includes(text),
  }
}
