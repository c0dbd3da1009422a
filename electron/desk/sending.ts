/**
 * Everything that must be right before a request leaves: its signature or approval verified again, its body made from
 * the fields that were shown, and, where an API key signs, that key opened for this one sending.
 */
import { verifyApproval, type Approval } from '../../shared/approvals/approval.ts'
import { deadlineOf } from '../../shared/deadline.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { readSignatureHex, recoverAddress } from '../../shared/signature.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import type { KeyedSending, Venue } from '../venues/port.ts'
import { maybeExpired } from './expiry.ts'
import type { LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'
import { readSkew, venueTime } from './venue-time.ts'

/** What is sent. */
export interface Sending {
  /** Exact text of the body. */
  readonly body: string
  /** Only where an API key signs. */
  readonly keyed?: KeyedSending
}

/** The approval that is kept, verified where the request needs one. */
async function approvalOf(
  ports: DeskPorts,
  { stored, request }: LoadedRequest,
  venueMs: number,
): Promise<Result<Approval | null>> {
  if (request.approval === 'none') return ok(null)
  const approval = await ports.store.approvals.get(stored.id)
  if (!approval.ok) return approval
  const verified = verifyApproval(stored.id, request, approval.value, venueMs)
  return verified.ok ? approval : verified
}

/** How far ahead of the venue's clock a time may be, in ms: a venue would take a request for so much longer. */
const maxAheadMs = 1_000

/** A time of the venue's clock that was never used with this key before, which is what stops a replay. */
async function stamp(
  ports: DeskPorts,
  { request }: LoadedRequest,
  keyId: string,
  venueMs: number,
): Promise<Result<number>> {
  const key = `0x${Buffer.from(keyId).toString('hex')}` as const
  const allocated = await ports.store.nonces.allocate(key, request.network, venueMs)
  if (!allocated.ok || allocated.value - venueMs <= maxAheadMs) return allocated
  return fail('request.clockWrong', { seconds: Math.round((allocated.value - venueMs) / 1000) })
}

/** An approval is one of a key too: for another key that the account has by now it opens nothing. */
function checkKey({ stored, request: { wire } }: LoadedRequest, actual: string): Result<null> {
  const expected = 'keyId' in wire ? wire.keyId : actual
  return expected === actual ? ok(null) : fail('secret.otherKey', { request: stored.id, expected, actual })
}

/** The first field by which a request is not one of its account; a key is sealed for exactly one account. */
function foreignField({ account, request }: LoadedRequest): string | null {
  if (request.signer.address !== account.signer) return 'signer.address'
  if (request.account.address !== account.address) return 'account.address'
  if (request.venue !== account.venue) return 'venue'
  return request.network === account.network ? null : 'network'
}

async function keyedSending(
  ports: DeskPorts,
  loaded: LoadedRequest,
  venueMs: number,
): Promise<Result<KeyedSending>> {
  const field = foreignField(loaded)
  if (field !== null) return fail('request.altered', { request: loaded.stored.id, field })
  const known = await ports.keys.of(loaded.account)
  if (!known.ok) return known
  const right = checkKey(loaded, known.value.keyId)
  if (!right.ok) return right
  const signer = await ports.keys.open(loaded.account)
  if (!signer.ok) return signer
  const opened = checkKey(loaded, signer.value.keyId)
  if (!opened.ok) return opened
  const stampMs = await stamp(ports, loaded, signer.value.keyId, venueMs)
  return stampMs.ok ? ok({ signer: signer.value, stampMs: stampMs.value }) : stampMs
}

/**
 * The time by the venue's clock, Unix ms, by which it is decided whether a request may still be sent. A venue that looks
 * at the expiry itself is asked only where this machine's clock says that it is over. Fails with `venue.*` or
 * `request.maybeExpired`.
 */
export async function timeToSend(
  ports: DeskPorts,
  venue: Venue,
  loaded: LoadedRequest,
): Promise<Result<number>> {
  if (venue.clock) {
    const skew = await venue.clock()
    return skew.ok ? ok(ports.now() + skew.value) : skew
  }
  const now = ports.now()
  if (now < deadlineOf(loaded.request)) return ok(now)
  const skewMs = await readSkew(venue, loaded)
  return skewMs === undefined
    ? { ok: false, error: maybeExpired(loaded) }
    : ok(venueTime(ports.now(), skewMs, loaded.request))
}

/**
 * Makes what is sent at `venueMs` of the venue's clock. Fails with `request.altered`, `approval.*`, `secret.*`, `venue.*` or `store.*`; nothing was sent.
 */
export async function sendingOf(
  ports: DeskPorts,
  loaded: LoadedRequest,
  venueMs: number,
): Promise<Result<Sending>> {
  const { stored, request } = loaded
  const rules = rulesOf(request.venue)
  const approval = await approvalOf(ports, loaded, venueMs)
  if (!approval.ok) return approval
  const signature = readSignatureHex(stored.signature)
  if (!signature.ok) return fail('request.altered', { request: stored.id, field: 'signature' })
  if (rules.signedBy === 'device') {
    return recoverAddress(request.digests.digest, signature.value) === request.signer.address
      ? ok({ body: rules.bodyOf(request.wire, signature.value) })
      : fail('request.altered', { request: stored.id, field: 'signature' })
  }
  if (approval.value?.signature !== stored.signature)
    return fail('request.altered', { request: stored.id, field: 'signature' })
  const keyed = await keyedSending(ports, loaded, venueMs)
  return keyed.ok ? ok({ body: rules.bodyOf(request.wire, null), keyed: keyed.value }) : keyed
}
