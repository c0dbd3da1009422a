/** Reading what Arcus answers to `POST /v1/createApiKey` (Arcus docs, "Create API key"): 202 where it took the key in. */
import * as v from 'valibot'
import { failure, type Failure } from '../../errors.ts'
import type { Hex } from '../../hex.ts'
import { parseAnswerJson } from '../../strict-json.ts'
import type { HttpAnswer } from '../outcome.ts'
import { sameAddress } from './address.ts'
import type { ApiKeyGrant } from './create-api-key.ts'

/** What came of a registration. What is not known is settled by reading the keys of the account. */
export type RegistrationOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused' | 'notSent' | 'unknown'; readonly failure: Failure }

const acceptedSchema = v.object({
  apiKey: v.string(),
  address: v.string(),
  allSubaccounts: v.optional(v.boolean()),
  accountIndex: v.optional(v.number()),
  validUntil: v.optional(v.number()),
})

const errorSchema = v.object({ error: v.string() })

const refusals: Readonly<Record<number, string>> = {
  400: 'a field is not acceptable to it.',
  401: 'it does not take the signature for one of the address.',
  403: 'it does not serve this address or region.',
  409: 'the key belongs to another account, or this registration was sent before.',
  429: 'too many requests were sent; it did not look at this one.',
}

/** Whether an accepted registration is exactly the one that was granted, and no wider. */
function isThis(said: v.InferOutput<typeof acceptedSchema>, grant: ApiKeyGrant, address: Hex): boolean {
  return (
    said.apiKey.toLowerCase() === grant.keyId &&
    sameAddress(said.address, address) &&
    said.allSubaccounts !== true &&
    (said.accountIndex ?? grant.accountIndex) === grant.accountIndex &&
    (said.validUntil ?? grant.validUntilMs) === grant.validUntilMs
  )
}

/** Reads the answer to a registration of `grant` for `address`. */
export function readCreateApiKeyAnswer(
  answer: HttpAnswer,
  grant: ApiKeyGrant,
  address: Hex,
): RegistrationOutcome {
  const unknown = (detail: string): RegistrationOutcome => ({
    kind: 'unknown',
    failure: failure('answer.keyUnknown', { keyId: grant.keyId, detail }),
  })
  const { status, body, lost, sent } = answer
  if (status === null) {
    return sent
      ? unknown(lost)
      : { kind: 'notSent', failure: failure('venue.unreachable', { venue: 'Arcus', detail: lost }) }
  }
  const parsed = parseAnswerJson(body)
  const json = parsed.ok ? parsed.value : null
  const words = refusals[status]
  if (words !== undefined && v.is(errorSchema, json)) {
    const detail = `${words} Arcus says: "${json.error.slice(0, 300)}" (HTTP ${status}).`
    return { kind: 'refused', failure: failure('answer.keyRefused', { detail }) }
  }
  if (status !== 200 && status !== 202) return unknown(`Arcus answered HTTP ${status}.`)
  return v.is(acceptedSchema, json) && isThis(json, grant, address)
    ? { kind: 'accepted' }
    : unknown('Arcus answered something that does not fit what was granted.')
}
