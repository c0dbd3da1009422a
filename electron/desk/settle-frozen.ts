/**
 * Settling a request that was open in a copy of which this desk is made, and not sent as far as the copy knows: by reading
 * the venue, and never by sending. It is put down; what it wanted is prepared anew.
 */
import { judgeFrozen } from '../../shared/copies.ts'
import { timeText } from '../../shared/deadline.ts'
import { failure, ok, type Result } from '../../shared/errors.ts'
import { settingText } from '../../shared/market.ts'
import { frozen } from '../../shared/request-state.ts'
import { revocationRulesOf } from '../../shared/revocation.ts'
import type { StoredRequest } from '../store/port.ts'
import type { LoadedRequest } from './load.ts'
import { venueTime } from './venue-time.ts'
import type { DeskPorts } from './ports.ts'
import type { ReconcileOutcome } from './reconcile.ts'

type Unsent = 'prepared' | 'approved' | 'signed'

/** Whether a request is frozen and was not sent as far as this copy knows; one that was sent is reconciled as ever. */
export const isFrozenUnsent = (
  stored: StoredRequest,
): stored is StoredRequest & { readonly state: Unsent; readonly frozenSince: string } =>
  stored.frozenSince !== null &&
  (stored.state === 'prepared' || stored.state === 'approved' || stored.state === 'signed')

/** Refuses with `request.frozen` what was open in a copy. */
export const checkNotFrozen = ({ id, frozenSince }: StoredRequest): Result<null> =>
  frozenSince === null ? ok(null) : { ok: false, error: frozen(id, frozenSince) }

/** Reads the venue and puts the request down, or says until when it could still be applied. Fails with `venue.*` or `store.*`. */
export async function settleFrozen(
  ports: DeskPorts,
  { request, account }: LoadedRequest,
  stored: StoredRequest & { readonly state: Unsent; readonly frozenSince: string },
): Promise<Result<ReconcileOutcome>> {
  const { id, state, signature, frozenSince } = stored
  const venue = ports.venueFor(account)
  if (!venue.ok) return venue
  ports.onStep?.(id, 'reading')
  const current = await venue.value.current(account.address, request.market)
  if (!current.ok) return current
  const { markPrice: _, skewMs, ...shown } = current.value
  const facts = { request, signed: signature !== null, copiedAtMs: Date.parse(frozenSince) }
  const finding = judgeFrozen(facts, current.value, venueTime(ports.now(), skewMs, request))
  if (finding.putDown) {
    const detail = { message: finding.message, shown }
    const put = await ports.store.requests.transition(id, state, 'withdrawn', { detail })
    return put.ok ? ok({ stored: put.value, failure: null }) : put
  }
  const until = timeText(finding.untilMs)
  const wait = `reconcile it again after ${until}.`
  const advice = revocationRulesOf(request)
    ? `Revoke it with "countersign revoke ${id}", which makes the signature unusable, or ${wait}`
    : `Wait, and ${wait}`
  const noted = await ports.store.history.append({ kind: 'reconcile.read', requestId: id, body: { shown } })
  const open = failure('request.stillFrozen', {
    request: id,
    actual: settingText(current.value),
    until,
    advice,
  })
  return noted.ok ? ok({ stored, failure: open }) : noted
}
