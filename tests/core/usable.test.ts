import { describe, expect, it } from 'vitest'
import { overAt } from '../../shared/deadline.ts'
import { requestUsableUntil, revocationUsableUntil, type SignedRequest } from '../../shared/usable.ts'
import { nonceOverAt } from '../../shared/venues/hyperliquid/wire.ts'
import { keyVenueRequest, preparedRequest } from '../components/sample.ts'

const request = preparedRequest()
const { nonce } = request.wire
const signed = (change: Partial<SignedRequest> = {}): SignedRequest => ({
  request,
  state: 'signed',
  outcome: null,
  revocation: undefined,
  ...change,
})

describe('a signature of a request', () => {
  it('could be used until the request is over, whatever became of it here', () => {
    const until = overAt(request, 0)
    for (const state of ['signed', 'sending', 'unknown', 'refused', 'expired', 'withdrawn'] as const)
      expect([state, requestUsableUntil(signed({ state }), nonce)]).toEqual([state, until])
    expect(requestUsableUntil(signed(), until - 1)).toBe(until)
    expect(requestUsableUntil(signed(), until)).toBeNull()
  })

  it('is used up once the venue took it and shows it, and not by a reading alone', () => {
    expect(requestUsableUntil(signed({ state: 'applied', outcome: 'accepted' }), nonce)).toBeNull()
    expect(requestUsableUntil(signed({ state: 'applied', outcome: 'unknown' }), nonce)).not.toBeNull()
  })

  it('is used up by what revokes it, once the venue took that or knew the nonce', () => {
    for (const revocation of ['taken', 'nonceUsed'] as const)
      expect(requestUsableUntil(signed({ revocation }), nonce)).toBeNull()
    for (const revocation of [null, 'unknown', 'refused'] as const)
      expect(requestUsableUntil(signed({ revocation }), nonce)).not.toBeNull()
    expect(requestUsableUntil(signed({ state: 'revoked', revocation: 'taken' }), nonce)).toBeNull()
  })

  it('is none where an API key signs: an approval in words is taken by no venue', () => {
    expect(requestUsableUntil(signed({ request: keyVenueRequest() }), nonce)).toBeNull()
  })
})

describe('what was signed to revoke a request', () => {
  it('could be used as long as its nonce, also after the request expired', () => {
    const revoking = signed({ revocation: null })
    expect(revocationUsableUntil(revoking, nonce)).toBe(nonceOverAt(nonce))
    expect(revocationUsableUntil(revoking, overAt(request, 0))).toBe(nonceOverAt(nonce))
    expect(revocationUsableUntil(revoking, nonceOverAt(nonce))).toBeNull()
    expect(revocationUsableUntil(signed(), nonce)).toBeNull()
    expect(revocationUsableUntil(signed({ revocation: 'taken' }), nonce)).toBeNull()
  })
})
