/** Having the Ledger approve a prepared request in words, where its account asks for that; asked once, then kept. */
import {
  messageOf,
  questionOf,
  verifyApproval,
  type Approval,
  type ApprovalQuestion,
} from '../../shared/approvals/approval.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { signatureToHex, type Signature } from '../../shared/signature.ts'
import type { Ledger } from '../device/port.ts'
import type { LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'

const utf8 = new TextEncoder()

function ask(
  ledger: Ledger,
  { request }: LoadedRequest,
  question: ApprovalQuestion,
): Promise<Result<Signature>> {
  const { path, address } = request.signer
  return question.form === 'text'
    ? ledger.signPersonalMessage(path, utf8.encode(question.text), address)
    : ledger.signTypedData(path, question.typedData, address)
}

/** The approval that is kept, if it still holds. */
async function kept(ports: DeskPorts, { stored, request }: LoadedRequest): Promise<Result<Approval | null>> {
  const found = await ports.store.approvals.get(stored.id)
  if (!found.ok || found.value === null) return found
  const verified = verifyApproval(stored.id, request, found.value, ports.now())
  return verified.ok ? found : verified
}

/**
 * The approval of a request: null where none is needed, the one that is kept, or a new one asked of the Ledger.
 * Fails with `device.*`, `approval.*` or `store.*`; nothing was sent.
 */
export async function approveInWords(
  ports: DeskPorts,
  loaded: LoadedRequest,
  ledger: Ledger,
): Promise<Result<Approval | null>> {
  const { stored, request } = loaded
  const question = questionOf(stored.id, request)
  if (!question.ok) return question
  if (question.value === null) return ok(null)
  const earlier = await kept(ports, loaded)
  if (!earlier.ok || earlier.value !== null) return earlier
  ports.onStep?.(stored.id, 'approving')
  const signature = await ask(ledger, loaded, question.value)
  if (!signature.ok) return signature
  const approval: Approval = {
    form: question.value.form,
    message: messageOf(question.value),
    signature: signatureToHex(signature.value),
    signer: request.signer.address,
  }
  const verified = verifyApproval(stored.id, request, approval, ports.now())
  if (!verified.ok)
    return verified.error.code === 'approval.signerDiffers'
      ? fail('device.badSignature', { detail: 'it is not by the signer of the request' })
      : verified
  const written = await ports.store.approvals.add(stored.id, approval)
  return written.ok ? ok(approval) : written
}
