/** What a person sees before revoking, computed from what is signed, like every preview. */
import { deadlineOf, timeText } from './deadline.ts'
import { typedDataReview, type TypedDataReview } from './device/review.ts'
import { modelName, typedDataAdvice, type DeviceModel, type DeviceSettings } from './device/models.ts'
import { ok, type Result } from './errors.ts'
import type { Hex } from './hex.ts'
import type { PreparedRequest } from './prepared-request.ts'
import { revocationOf, revocationRulesOf } from './revocation.ts'
import { practiceOriginName, type RevocationTerms } from './venues/module.ts'
import { rulesOf } from './venues/registry.ts'

/** Another request of the same signer that is not over. */
export interface OpenRequest {
  readonly id: string
  readonly market: string
}

/** What the preview needs to know beside the request. */
export interface RevocationFacts {
  /** Whether the request may have left. */
  readonly sent: boolean
  /** Only where a higher nonce revokes. */
  readonly terms: RevocationTerms | null
  /** What a higher nonce makes useless beside the request, as far as it is known here. */
  readonly ends: readonly OpenRequest[]
}

/** What a person sees before revoking. */
export interface RevocationPreview {
  /** What is signed, in a few words. */
  readonly what: string
  /** What it does, one sentence or two each. */
  readonly says: readonly string[]
  /** Which venue takes it, and at which host. */
  readonly sentTo: { readonly name: string; readonly origin: string }
  readonly signer: PreparedRequest['signer']
  /** The nonce that is used up, decimal digits. */
  readonly nonce: string
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

function sentToOf(request: PreparedRequest): RevocationPreview['sentTo'] {
  const rules = revocationRulesOf(request)
  const own = { name: rulesOf(request.venue).name, origin: request.origin }
  const { name, origin } = (rules?.by === 'sameNonce' ? rules.takenBy : undefined) ?? own
  return { name, origin: own.origin === practiceOriginName ? own.origin : origin }
}

const unsent = 'From the moment that you sign it, the request itself is never sent from here.'

function sameNonceSays(request: PreparedRequest, { sent }: RevocationFacts): readonly string[] {
  const { name, origin } = sentToOf(request)
  const venue = rulesOf(request.venue).name
  const way =
    name === venue
      ? `is sent to ${name}.`
      : `is sent to ${name} (${origin}), which carries out what ${venue} forwards: ${venue} has no operation for it.`
  return [
    `An empty action on the nonce of this request ${way} It changes nothing at ${request.market.symbol}.`,
    `Once ${name} has taken it, the signed request can never be applied, whoever holds it.`,
    sent
      ? 'The request was sent: if it was applied already, revoking finds that out and changes nothing.'
      : unsent,
  ]
}

function higherNonceSays(
  request: PreparedRequest,
  { sent, ends }: RevocationFacts,
  leverage: string,
): readonly string[] {
  const { name } = sentToOf(request)
  const named = ends.map(({ id, market }) => `${id} (${market})`).join(', ')
  return [
    `A change of ${request.market.symbol} to ${leverage}x, which is in force now, is sent to ${name} with a higher nonce. It leaves the leverage as it is.`,
    `Once ${name} has taken it, the signed request is refused, whoever holds it. That is inferred from its documentation, which says that each nonce must be greater than the one before.`,
    `Every lower nonce of this signer ends with it, at all its subaccounts and in other programs too. ${ends.length === 0 ? 'No other open request is known here.' : `Of the requests here these become useless as well: ${named}.`}`,
    sent
      ? `The request was sent: if it is carried out only now, the revocation sets the leverage back to ${leverage}x, and you are told.`
      : unsent,
    `What you sign can be used until ${timeText(deadlineOf(request))}, like the request itself.`,
  ]
}

/** The preview of a revocation on a device model. Fails as `revocationOf`. */
export function revocationPreviewOf(
  request: PreparedRequest,
  facts: RevocationFacts,
  model: DeviceModel,
  settings: DeviceSettings,
): Result<RevocationPreview> {
  const plan = revocationOf(request, facts.terms)
  if (!plan.ok) return plan
  const { typedData, nonce, domainHash, messageHash, digest } = plan.value
  const { terms } = facts
  return ok({
    what: terms === null ? 'the empty action' : 'the change to the leverage in force',
    says: terms === null ? sameNonceSays(request, facts) : higherNonceSays(request, facts, terms.leverage),
    sentTo: sentToOf(request),
    signer: request.signer,
    nonce,
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
