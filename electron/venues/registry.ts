/** Makes the venue of an account; adding a venue adds its adapter beside this file and a line here. */
import { check } from '../../shared/check.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { practiceOriginName } from '../../shared/venues/module.ts'
import { isVenueId, rulesOf, type VenueId } from '../../shared/venues/registry.ts'
import { makeArcus } from './arcus.ts'
import { makeBybit } from './bybit.ts'
import { makeCoinSwitch } from './coinswitch.ts'
import { makeCompass } from './compass.ts'
import type { VenueEnvironment, VenueMaker, VenueOf } from './environment.ts'
import { makeHyperliquid } from './hyperliquid.ts'
import type { Venue } from './port.ts'
import { makeSynthetix } from './synthetix.ts'

const makers: { readonly [id in VenueId]: VenueMaker } = {
  hyperliquid: makeHyperliquid,
  compass: makeCompass,
  arcus: makeArcus,
  coinswitch: makeCoinSwitch,
  bybit: makeBybit,
  synthetix: makeSynthetix,
}

const badAccount = (field: string, detail: string) =>
  fail('input.badField', { field: `account.${field}`, detail })

/** The venue behind its client, whatever host the client talks to. */
function venueOf(account: VenueOf, environment: VenueEnvironment): Result<Venue> {
  const { venue, settings } = account
  if (!isVenueId(venue)) return badAccount('venue', `there is no venue "${venue}".`)
  const rules = rulesOf(venue)
  const network = rules.networks.find((one) => one === account.network)
  if (network === undefined)
    return badAccount('network', `${rules.name} serves ${rules.networks.join(' and ')} only.`)
  const { approval: _, ...own } = settings
  const read = check(rules.settingsSchema, own, 'account.settings')
  return read.ok ? makers[venue]({ ...account, network }, environment) : read
}

/**
 * Makes the venue of an account. Fails with `input.badField` for a venue, network or setting that is not known, and
 * with `venue.hostNotAllowed` for a practice origin that is not on this machine.
 */
export function createVenue(account: VenueOf, environment: VenueEnvironment = {}): Result<Venue> {
  const venue = venueOf(account, environment)
  if (!venue.ok || !environment.practiceOrigin) return venue
  return ok({ ...venue.value, origin: practiceOriginName })
}
