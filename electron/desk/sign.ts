/**
 * Having the Ledger sign a prepared request. What the device gets is rebuilt from the fields that were shown; a failure
 * of the device is remembered and leaves the request as it was, ready for another try.
 */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { typedDataOf } from '../../shared/prepared-request.ts'
import { wrongState } from '../../shared/request-state.ts'
import { recoverAddress, signatureToHex, type Signature } from '../../shared/signature.ts'
import type { StoredRequest } from '../store/port.ts'
import { expireIfOverdue } from './expiry.ts'
import { loadRequest, type LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'

/** Writes down that the preview was accepted, unless an earlier try did. */
async function approve({ store }: DeskPorts, { stored }: LoadedRequest): Promise<Result<StoredRequest>> {
  if (stored.state === 'approved') return ok(stored)
  return store.requests.transition(stored.id, 'prepared', 'approved', {
    evidence: { by: 'preview', digest: stored.digest },
  })
}

async function askDevice(ports: DeskPorts, { request }: LoadedRequest): Promise<Result<Signature>> {
  const { path, address } = request.signer
  const ledger = await ports.openLedger(path, address)
  if (!ledger.ok) return ledger
  try {
    return await ledger.value.signTypedData(path, typedDataOf(request), address)
  } finally {
    await ledger.value.close()
  }
}

/**
 * Signs a request on the device that holds its signer.
 * Fails with `device.*`, `request.*` or `store.*`; nothing was sent, and after `device.*` signing can be tried again.
 */
export async function sign(ports: DeskPorts, id: string): Promise<Result<StoredRequest>> {
  const loaded = await loadRequest(ports, id)
  if (!loaded.ok) return loaded
  const { stored, request } = loaded.value
  if (stored.state !== 'prepared' && stored.state !== 'approved')
    return { ok: false, error: wrongState(id, stored.state, 'signed') }
  const expired = await expireIfOverdue(ports, loaded.value)
  if (expired) return { ok: false, error: expired }
  const approved = await approve(ports, loaded.value)
  if (!approved.ok) return approved
  ports.onStep?.(id, 'asking')
  const signature = await askDevice(ports, loaded.value)
  if (!signature.ok) {
    const { code, message } = signature.error
    const noted = await ports.store.history.append({
      kind: 'device.failed',
      requestId: id,
      body: { code, message },
    })
    return noted.ok ? signature : noted
  }
  if (recoverAddress(request.digests.digest, signature.value) !== request.signer.address) {
    return fail('device.badSignature', { detail: 'it is not by the signer of the request' })
  }
  return ports.store.requests.transition(id, 'approved', 'signed', {
    signature: signatureToHex(signature.value),
  })
}
