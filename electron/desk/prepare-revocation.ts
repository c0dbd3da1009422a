/**
 * What revoking a request would sign now: whether it can be revoked, what was signed for that before, and where a higher
 * nonce does it, the terms, read from the venue. No revocation is signed or sent here.
 */
import { sameDecimal } from '../../shared/decimal.ts'
import { deadlineOf, timeText } from '../../shared/deadline.ts'
import { fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { sameSetting, settingText } from '../../shared/market.ts'
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import { claimed, isEnded, mayBeRevoked, wrongState } from '../../shared/request-state.ts'
import { keptTerms, needless, revocationFlaw, revocationRulesOf } from '../../shared/revocation.ts'
import type { OpenRequest } from '../../shared/revocation-preview.ts'
import type { RevocationTerms } from '../../shared/venues/module.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import type { StoredRevocation } from '../store/port.ts'
import type { CurrentSetting, Venue } from '../venues/port.ts'
import { loadRequest, type LoadedRequest } from './load.ts'
import { overSince } from './over.ts'
import type { DeskPorts } from './ports.ts'
import { readSkew, venueTime } from './venue-time.ts'

/** A request that can be revoked, with its venue and what was signed for it before. */
export interface Revocable extends LoadedRequest {
  readonly venue: Venue
  readonly kept: StoredRevocation | null
}

/** What revoking would do now. */
type PreparedRevocation =
  | {
      readonly kind: 'prepared'
      /** Null where the request alone says what revokes it. */
      readonly terms: RevocationTerms | null
      /** Other open requests of the signer that it makes useless too. */
      readonly ends: readonly OpenRequest[]
    }
  /** The venue shows what the request sets: it was applied, and there is nothing to sign. */
  | { readonly kind: 'applied' }

const refused = ({ stored }: LoadedRequest, made: Failure): Result<never> => ({
  ok: false,
  error: claimed(made, stored.state),
})

/** Loads a request that can be revoked. Fails with `request.*`, `revoke.needless`, `venue.*` or `store.*`. */
export async function loadRevocable(ports: DeskPorts, id: string): Promise<Result<Revocable>> {
  const loaded = await loadRequest(ports, id)
  if (!loaded.ok) return loaded
  const { stored, account, request } = loaded.value
  if (!mayBeRevoked(stored.state, stored.signature !== null))
    return { ok: false, error: wrongState(id, stored.state, 'revoked') }
  if (!revocationRulesOf(request)) {
    const until = stored.state === 'unknown' ? timeText(await overSince(ports, id, request)) : null
    return refused(loaded.value, needless(request, until))
  }
  const venue = ports.venueFor(account)
  if (!venue.ok) return venue
  if (venue.value.origin !== request.origin)
    return fail('venue.hostNotAllowed', { host: venue.value.origin, venue: venue.value.name })
  const kept = await ports.store.revocations.get(id)
  if (!kept.ok) return kept
  if (kept.value && revocationFlaw(request, kept.value) !== null)
    return fail('request.altered', { request: id, field: 'revocation' })
  return ok({ ...loaded.value, venue: venue.value, kept: kept.value })
}

/** That a request has lapsed at `venueMs` of the venue's clock, so that nobody can use its signature; null before. */
function lapsed({ stored, request }: Revocable, venueMs: number): Failure | null {
  const deadline = deadlineOf(request)
  if (venueMs < deadline) return null
  const venue = rulesOf(request.venue).name
  const detail = `the request has lapsed since ${timeText(deadline)} by its clock, so nobody can use the signature any more, and what revokes it would have lapsed too.`
  const advice = stored.state === 'unknown' ? 'Reconcile it.' : 'Prepare it again if it is still wanted.'
  return failure('revoke.needless', { venue, detail, advice })
}

/** Why a request that a higher nonce would revoke is not to be revoked at this time; null when it can be. */
function hindrance(ports: DeskPorts, revocable: Revocable, current: CurrentSetting): Failure | null {
  const { stored, request } = revocable
  const over = lapsed(revocable, venueTime(ports.now(), current.skewMs, request))
  if (over || !sameSetting(current, request.to)) return over
  const detail = `${request.market.symbol} is at ${settingText(current)} already, as the request wants it. The next change of this signer that the venue takes makes the request useless.`
  const advice = isEnded(stored.state) ? 'Nothing needs to be done.' : 'Withdraw the request.'
  return failure('revoke.needless', { venue: rulesOf(request.venue).name, detail, advice })
}

/** Of a request that has ended unsent: that it has lapsed as well; null where it has not, or where no clock tells. */
async function lapsedSinceEnd(ports: DeskPorts, revocable: Revocable): Promise<Failure | null> {
  if (!isEnded(revocable.stored.state)) return null
  const skewMs = await readSkew(revocable.venue, revocable)
  return typeof skewMs === 'number' ? lapsed(revocable, ports.now() + skewMs) : null
}

/** The other requests of a signer at a venue that are not over: each has a lower nonce than one that is new. */
async function othersOf(
  { store }: DeskPorts,
  { stored }: Revocable,
): Promise<Result<readonly OpenRequest[]>> {
  const states = ['prepared', 'approved', 'signed', 'sending', 'unknown'] as const
  const open = await store.requests.list({ states, limit: 1000 })
  if (!open.ok) return open
  const others = open.value.filter(
    ({ id, venue, signer }) => id !== stored.id && venue === stored.venue && signer === stored.signer,
  )
  return ok(
    others.map(({ id, prepared }) => {
      const read = readPreparedRequest(prepared, id)
      return { id, market: read.ok ? read.value.market.symbol : 'altered' }
    }),
  )
}

/** The terms that a person was shown; null where there were none to be shown. */
type Previewed = RevocationTerms | null | 'not yet'

/**
 * New terms, or those that were shown. The nonce of these must have been given here: a made-up one from far ahead would
 * put every later change of the signer behind it.
 */
async function termsFor(
  { store, now }: DeskPorts,
  { stored, request }: Revocable,
  current: CurrentSetting,
  previewed: Previewed,
): Promise<Result<RevocationTerms>> {
  const { address } = request.signer
  if (previewed === null) return fail('input.missingField', { field: 'terms' })
  if (previewed === 'not yet') {
    const nonce = await store.nonces.allocate(address, stored.network, now())
    return nonce.ok ? ok({ leverage: current.leverage, nonce: nonce.value }) : nonce
  }
  const given = await store.nonces.isUsed(address, stored.network, previewed.nonce)
  if (!given.ok) return given
  return given.value
    ? ok(previewed)
    : fail('payload.nonceStale', { actual: previewed.nonce, field: 'terms.nonce' })
}

/**
 * What revoking would do now, on the terms that were previewed or on new ones. Fails with `revoke.*`, `payload.*`,
 * `venue.*` or `store.*`.
 */
export async function revocationNow(
  ports: DeskPorts,
  revocable: Revocable,
  previewed: Previewed,
): Promise<Result<PreparedRevocation>> {
  const { stored, request, account, venue, kept } = revocable
  if (revocationRulesOf(request)?.by !== 'higherNonce') {
    const over = await lapsedSinceEnd(ports, revocable)
    return over ? refused(revocable, over) : ok({ kind: 'prepared', terms: null, ends: [] })
  }
  const current = await venue.current(account.address, request.market)
  if (!current.ok) return current
  if (stored.state === 'unknown' && sameSetting(current.value, request.to)) return ok({ kind: 'applied' })
  const hindered = hindrance(ports, revocable, current.value)
  if (hindered) return refused(revocable, hindered)
  const terms = kept
    ? keptTerms(request, kept.body)
    : await termsFor(ports, revocable, current.value, previewed)
  if (!terms.ok) return terms
  if (terms.value && !sameDecimal(terms.value.leverage, current.value.leverage)) {
    const values = {
      market: request.market.symbol,
      actual: settingText(current.value),
      request: stored.id,
      planned: settingText({ ...current.value, leverage: terms.value.leverage }),
      until: timeText(await overSince(ports, stored.id, request)),
    }
    return refused(revocable, failure('revoke.changed', values))
  }
  const ends = await othersOf(ports, revocable)
  return ends.ok ? ok({ kind: 'prepared', terms: terms.value, ends: ends.value }) : ends
}

/** What a person is shown before revoking. Fails as `revocationNow`, or with `request.*`; nothing is signed or sent. */
export async function prepareRevocation(ports: DeskPorts, id: string): Promise<Result<PreparedRevocation>> {
  const revocable = await loadRevocable(ports, id)
  return revocable.ok ? revocationNow(ports, revocable.value, 'not yet') : revocable
}
