/** What is kept of a prepared request beside its payload, so that it can be found: always what the payload says. */
import type { PreparedRequest } from './prepared-request.ts'
import { rulesOf } from './venues/registry.ts'

/** The columns of a request that its payload decides. */
export interface RequestColumns {
  readonly digest: string
  readonly signer: string
  readonly nonce: string | null
  readonly expiresAfter: string | null
  readonly venue: string
  readonly network: string
}

/** The columns that a prepared request must have. */
export function columnsOf(request: PreparedRequest): RequestColumns {
  const { wire, digests, signer, venue, network } = request
  const rules = rulesOf(venue)
  const expiry = rules.expiresAfterOf(wire)
  return {
    digest: digests.digest,
    signer: signer.address,
    nonce: rules.nonceOf(wire),
    expiresAfter: expiry === null ? null : String(expiry),
    venue,
    network,
  }
}

const names = ['digest', 'signer', 'nonce', 'expiresAfter', 'venue', 'network'] as const

/** The first of the stored columns that contradicts the prepared payload; null when they agree. */
export function contradiction(
  stored: { readonly [name in keyof RequestColumns]: unknown },
  request: PreparedRequest,
): string | null {
  const expected = columnsOf(request)
  return names.find((name) => stored[name] !== expected[name]) ?? null
}
