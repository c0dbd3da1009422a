/**
 * Revoking: an empty action on a request's nonce, signed on the Ledger, so that the request itself can never be applied.
 * What is shown before it is computed from the request, like every preview.
 */
import { typedDataReview, type TypedDataReview } from './device/review.ts'
import { modelName, typedDataAdvice, type DeviceModel, type DeviceSettings } from './device/models.ts'
import { hashTypedData, type TypedData } from './eip712/typed-data.ts'
import { fail, ok, type Result } from './errors.ts'
import type { Hex } from './hex.ts'
import type { PreparedRequest } from './prepared-request.ts'
import type { Signature } from './signature.ts'
import type { RevocationAnswer } from './venues/module.ts'
import type { HttpAnswer } from './venues/outcome.ts'
import { rulesOf } from './venues/registry.ts'

/** Everything about revoking one request. */
export interface RevocationPlan {
  readonly typedData: TypedData
  /** EIP-712 digest of the empty action: what the Ledger signs. */
  readonly digest: Hex
  bodyOf(signature: Signature): string
  readAnswer(answer: HttpAnswer): RevocationAnswer
}

/** Whether the venue of a request has anything that revokes. */
export const canRevoke = ({ venue }: Pick<PreparedRequest, 'venue'>): boolean =>
  rulesOf(venue).revocation !== undefined

/** How a request is revoked. Fails with `request.venueCannot` where its venue has nothing for it. */
export function revocationOf({ venue, wire, network }: PreparedRequest): Result<RevocationPlan> {
  const { revocation, name } = rulesOf(venue)
  if (!revocation)
    return fail('request.venueCannot', { venue: name, what: 'the revoking of a signed request' })
  const typedData = revocation.typedDataOf(wire, network)
  return ok({
    typedData,
    digest: hashTypedData(typedData).digest,
    bodyOf: (signature) => revocation.bodyOf(wire, signature),
    readAnswer: revocation.readAnswer,
  })
}

/** What a person sees before revoking. */
export interface RevocationPreview {
  /** What it does, one sentence each. */
  readonly says: readonly string[]
  readonly signer: PreparedRequest['signer']
  /** The nonce that is used up, decimal digits. */
  readonly nonce: string | null
  readonly domainHash: Hex
  readonly messageHash: Hex
  readonly digest: Hex
  readonly device: {
    readonly model: DeviceModel
    readonly modelName: string
    readonly settings: DeviceSettings
    readonly review: TypedDataReview
  }
  /** What to do on the device beforehand. */
  readonly advice: string
}

/** The preview of a revocation on a device model. `sent` says whether the request may have left. Fails as `revocationOf`. */
export function revocationPreviewOf(
  request: PreparedRequest,
  sent: boolean,
  model: DeviceModel,
  settings: DeviceSettings,
): Result<RevocationPreview> {
  const plan = revocationOf(request)
  if (!plan.ok) return plan
  const { typedData } = plan.value
  const { domainHash, messageHash, digest } = hashTypedData(typedData)
  const { market, venue, signer, wire } = request
  const rules = rulesOf(venue)
  return ok({
    says: [
      `An empty action on the nonce of this request is sent to ${rules.name}. It changes nothing at ${market.symbol}.`,
      'Once the venue has taken it, the signed request can never be applied, whoever holds it.',
      sent
        ? 'The request was sent: if it was applied already, revoking finds that out and changes nothing.'
        : 'From the moment that you sign it, the request itself is never sent from here.',
    ],
    signer,
    nonce: rules.nonceOf(wire),
    domainHash,
    messageHash,
    digest,
    device: {
      model,
      modelName: modelName(model),
      settings,
      review: typedDataReview(model, settings, typedData),
    },
    advice: typedDataAdvice(model),
  })
}
