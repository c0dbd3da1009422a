/**
 * Having the Ledger sign a prepared request: its approval in words where the account asks for one, then what the venue
 * takes. What the device gets is rebuilt from the fields that were shown; a failure of the device is remembered and
 * leaves the request as it was, ready for another try.
 */
import { checkSkew } from '../../shared/clock.ts'
import { deadlineOf } from '../../shared/deadline.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import { typedDataOf } from '../../shared/prepared-request.ts'
import { wrongState } from '../../shared/request-state.ts'
import { recoverAddress, signatureToHex } from '../../shared/signature.ts'
import type { Ledger } from '../device/port.ts'
import type { StoredRequest } from '../store/port.ts'
import { approveInWords } from './approve.ts'
import { expireIfOverdue, maybeExpired } from './expiry.ts'
import { withLease } from './lease.ts'
import { loadShown, type LoadedRequest } from './load.ts'
import { checkRequestNumber } from './market-numbers.ts'
import type { DeskPorts } from './ports.ts'
import { checkNotFrozen } from './settle-frozen.ts'
import { readSkew, venueTime } from './venue-time.ts'

/** Writes down that the preview was accepted, unless an earlier try did. */
async function acceptPreview(
  { store }: DeskPorts,
  { stored }: LoadedRequest,
): Promise<Result<StoredRequest>> {
  if (stored.state === 'approved') return ok(stored)
  return store.requests.transition(stored.id, 'prepared', 'approved', {
    evidence: { by: 'preview', digest: stored.digest },
  })
}

/** The signature that lets the request be sent: over the venue's typed data, or the approval that opens the API key. */
async function signatureOn(ports: DeskPorts, loaded: LoadedRequest, ledger: Ledger): Promise<Result<Hex>> {
  const { stored, request } = loaded
  const approval = await approveInWords(ports, loaded, ledger)
  if (!approval.ok) return approval
  const typedData = typedDataOf(request)
  if (typedData === null)
    return approval.value ? ok(approval.value.signature) : fail('approval.missing', { request: stored.id })
  ports.onStep?.(stored.id, 'asking')
  const { path, address } = request.signer
  const signature = await ledger.signTypedData(path, typedData, address)
  if (!signature.ok) return signature
  return recoverAddress(request.digests.digest, signature.value) === address
    ? ok(signatureToHex(signature.value))
    : fail('device.badSignature', { detail: 'it is not by the signer of the request' })
}

async function askDevice(ports: DeskPorts, loaded: LoadedRequest): Promise<Result<Hex>> {
  const { path, address } = loaded.request.signer
  const ledger = await ports.openLedger(path, address)
  if (!ledger.ok) return ledger
  try {
    return await signatureOn(ports, loaded, ledger.value)
  } finally {
    await ledger.value.close()
  }
}

/**
 * Signing needs no venue: only a clock that is known to be wrong stops it, and a time that is over. Where the venue cannot
 * be read, nothing is put down. Fails with `clock.skewed`, `request.expired`, `request.maybeExpired` or `store.*`.
 */
async function checkTime(ports: DeskPorts, loaded: LoadedRequest): Promise<Result<null>> {
  const venue = ports.venueFor(loaded.account)
  const skewMs = venue.ok ? await readSkew(venue.value, loaded) : undefined
  const now = ports.now()
  if (skewMs === undefined)
    return now < deadlineOf(loaded.request) ? ok(null) : { ok: false, error: maybeExpired(loaded) }
  const inStep = checkSkew(skewMs)
  if (!inStep.ok) return inStep
  const expired = await expireIfOverdue(ports, loaded, venueTime(now, skewMs, loaded.request))
  return expired ? { ok: false, error: expired } : ok(null)
}

async function signNow(ports: DeskPorts, id: string, digest: string): Promise<Result<StoredRequest>> {
  const loaded = await loadShown(ports, id, digest)
  if (!loaded.ok) return loaded
  const { stored } = loaded.value
  const free = checkNotFrozen(stored)
  if (!free.ok) return free
  if (stored.state !== 'prepared' && stored.state !== 'approved')
    return { ok: false, error: wrongState(id, stored.state, 'signed') }
  const inTime = await checkTime(ports, loaded.value)
  if (!inTime.ok) return inTime
  const sameNumber = await checkRequestNumber(ports, loaded.value.request)
  if (!sameNumber.ok) return sameNumber
  const accepted = await acceptPreview(ports, loaded.value)
  if (!accepted.ok) return accepted
  const signature = await askDevice(ports, loaded.value)
  if (signature.ok)
    return ports.store.requests.transition(id, 'approved', 'signed', { signature: signature.value })
  const { code, message } = signature.error
  const noted = await ports.store.history.append({
    kind: 'device.failed',
    requestId: id,
    body: { code, message },
  })
  return noted.ok ? signature : noted
}

/**
 * Signs the request that was shown, which has `digest`, on the device that holds its signer.
 * Fails with `device.*`, `approval.*`, `request.*`, `clock.skewed` or `store.*`; nothing was sent, and after `device.*`
 * signing can be tried again.
 */
export const sign = (ports: DeskPorts, id: string, digest: string): Promise<Result<StoredRequest>> =>
  withLease(ports, id, () => signNow(ports, id, digest))
