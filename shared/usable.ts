/**
 * Which signatures in a history could still be used by whoever holds them: posting one would change something at a venue.
 * An approval in words is none of them: no venue takes it, and it opens an API key only at the desk that holds the key.
 */
import { overAt, timeText } from './deadline.ts'
import type { PreparedRequest } from './prepared-request.ts'
import type { RequestState } from './request-state.ts'
import type { RevocationAnswer } from './venues/module.ts'
import { nonceOverAt } from './venues/hyperliquid/wire.ts'
import { rulesOf } from './venues/registry.ts'

/** What a signature that could still be used would do. */
export type UsableWhat = 'request' | 'revocation' | 'agent' | 'registration'

/** A signature that could still be used. */
export interface UsableSignature {
  /** Number of the first row that has it. */
  readonly row: number
  readonly what: UsableWhat
  /** Which one, in words: "BTC of Treasury". */
  readonly of: string
  /** The request; null for what belongs to none. */
  readonly requestId: string | null
  /** Unix ms from which nobody can use it any more. */
  readonly untilMs: number
}

/** What is known of a signed request. */
export interface SignedRequest {
  readonly request: PreparedRequest
  readonly state: RequestState
  /** What came of its sending; null where it was not sent, or not answered. */
  readonly outcome: 'accepted' | 'refused' | 'unknown' | null
  /** What came of its revocation; null where that was not answered, undefined where none was signed. */
  readonly revocation: RevocationAnswer['outcome'] | null | undefined
}

/** Whether the nonce of a request is used up, by itself or by what revokes it: a reading alone does not prove that. */
const isUsedUp = ({ state, outcome, revocation }: SignedRequest): boolean =>
  state === 'revoked' ||
  (state === 'applied' && outcome === 'accepted') ||
  revocation === 'taken' ||
  revocation === 'nonceUsed'

const ifStill = (untilMs: number, nowMs: number): number | null => (nowMs < untilMs ? untilMs : null)

/** Unix ms until when the signature of a request could be used; null where it is of no use. */
export const requestUsableUntil = (signed: SignedRequest, nowMs: number): number | null =>
  rulesOf(signed.request.venue).signedBy === 'apiKey' || isUsedUp(signed)
    ? null
    : ifStill(overAt(signed.request, 0), nowMs)

/** The same of what was signed to revoke it: an empty action ends with its nonce, whatever the request's own expiry. */
export function revocationUsableUntil(signed: SignedRequest, nowMs: number): number | null {
  if (signed.revocation === undefined || isUsedUp(signed)) return null
  const { wire } = signed.request
  return ifStill('vaultAddress' in wire ? nonceOverAt(wire.nonce) : overAt(signed.request, 0), nowMs)
}

const whatWords: { readonly [what in UsableWhat]: (of: string) => string } = {
  request: (of) => `the change of ${of}`,
  revocation: (of) => `what revokes the change of ${of}`,
  agent: (of) => `the approval of ${of}`,
  registration: (of) => `the registration of ${of}`,
}

/** A signature that could still be used, in words, with the time when that ends. */
export const usableText = ({ what, of, requestId, untilMs }: Omit<UsableSignature, 'row'>): string =>
  `${whatWords[what](of)}${requestId === null ? '' : ` (${requestId})`}, until ${timeText(untilMs)}`
