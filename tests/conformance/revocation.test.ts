import { describe, expect, it } from 'vitest'
import {
  recomputeDigests,
  type PreparedRequest,
  type UndigestedRequest,
} from '../../shared/prepared-request.ts'
import { revocationFlaw, revocationOf, revocationRulesOf } from '../../shared/revocation.ts'
import { readSignatureHex } from '../../shared/signature.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import type { RevocationTerms } from '../../shared/venues/module.ts'
import { rulesOf, venueIds, type VenueId } from '../../shared/venues/registry.ts'
import { prepare } from '../../electron/desk/prepare.ts'
import { prepareRevocation } from '../../electron/desk/prepare-revocation.ts'
import { revoke } from '../../electron/desk/revoke.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { signed as signedByTestKey, testAddress } from '../components/sample.ts'
import { must } from '../support/desk.ts'
import { factsOf, nowMs, pureCaseOf } from './cases.ts'
import { changeOf, deskCases, openDeskAt } from './desk-cases.ts'
import { sign, submit } from '../support/as-shown.ts'

const terms: RevocationTerms = { leverage: '5', nonce: nowMs + 60_000 }

/** A request of a venue whose signer is the test key. */
function requestAt(venue: VenueId): PreparedRequest {
  const facts = factsOf(pureCaseOf(venue))
  const undigested = {
    format: 1,
    venue,
    origin: 'https://venue.example',
    ...facts,
    signer: { ...facts.signer, address: testAddress },
    from: { ...facts.from, readAtMs: nowMs, skewMs: 0 },
    stake: { markPrice: null, position: null },
    approval: 'none',
  } as UndigestedRequest
  return { ...undigested, digests: recomputeDigests(undigested) } as PreparedRequest
}

const answered = (status: number | null, body: string): HttpAnswer => ({ status, body, lost: '', sent: true })

it.each(venueIds)('%s revokes exactly where the Ledger signs what is sent', (venue) => {
  const revokes = revocationRulesOf({ venue }) !== undefined
  expect(revokes).toBe(rulesOf(venue).signedBy === 'device')
})

describe.each(venueIds.filter((venue) => revocationRulesOf({ venue })))('what revokes at %s', (venue) => {
  const request = requestAt(venue)
  const higher = revocationRulesOf(request)?.by === 'higherNonce'
  const plan = must(revocationOf(request, higher ? terms : null))
  const signature = signedByTestKey(plan.digest)
  const kept = { digest: plan.digest, signature, body: plan.bodyOf(must(readSignatureHex(signature))) }

  it('is another thing than the request, on its nonce or above it', () => {
    expect(plan.digest).not.toBe(request.digests.digest)
    const own = Number(rulesOf(venue).nonceOf(request.wire))
    expect(Number(plan.nonce)).toBe(higher ? terms.nonce : own)
  })

  it('is proven again from what is kept, and no character of that can be another one', () => {
    expect(revocationFlaw(request, kept)).toBeNull()
    for (let at = 0; at < kept.body.length; at += 1) {
      const other = kept.body[at] === '1' ? '2' : '1'
      const body = kept.body.slice(0, at) + other + kept.body.slice(at + 1)
      expect(revocationFlaw(request, { ...kept, body }), body).not.toBeNull()
    }
    const other = requestAt(venue)
    const { digest } = other.digests
    expect(revocationFlaw(request, { ...kept, digest })).not.toBeNull()
    expect(revocationFlaw(request, { ...kept, signature: signedByTestKey(digest) })).not.toBeNull()
  })

  it('is of no other request', () => {
    const { wire } = request
    const next = { ...request, wire: { ...wire, nonce: nowMs + 60_001 } } as PreparedRequest
    expect(revocationFlaw(next, kept)).not.toBeNull()
  })

  it('is taken only where the venue says so, and unknown where it says nothing that can be read', () => {
    const { refused } = pureCaseOf(venue)
    for (const status of [200, 202, 500, null])
      for (const body of ['', '<html>', '{"weather":"fine"}', 'null'])
        expect(plan.readAnswer(answered(status, body)).outcome).toBe('unknown')
    const said = venue === 'compass' ? pureCaseOf('hyperliquid').refused : refused
    expect(plan.readAnswer(answered(said.status, said.body))).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(said.words),
    })
  })
})

describe.each(venueIds)('revoking at %s', (venue) => {
  it('ends a signed request for whoever holds it, or says why that is needless', async () => {
    const desk = await openDeskAt(venue)
    const outcome = must(await prepare(desk.ports, changeOf(deskCases[venue])))
    if (outcome.kind !== 'prepared') throw new Error('already set')
    const { id } = outcome.stored
    const { signature } = must(await sign(desk.ports, id))
    const prepared = await prepareRevocation(desk.ports, id)
    if (rulesOf(venue).signedBy === 'apiKey')
      return expect(prepared).toMatchObject({ error: { code: 'revoke.needless', outcome: 'not-sent' } })
    const now = must(prepared)
    if (now.kind !== 'prepared') throw new Error('it was not sent')
    expect(must(await revoke(desk.ports, id, now.terms))).toMatchObject({
      stored: { state: 'revoked' },
      failure: null,
    })
    const account = must(await desk.ports.store.accounts.get('treasury'))
    const at = must(desk.ports.venueFor(account))
    const { request } = outcome
    const sent = rulesOf(venue).bodyOf(request.wire, must(readSignatureHex(signature)))
    expect(rulesOf(venue).readAnswer(await at.submit(sent), request.wire).kind).toBe('refused')
    expect(must(await at.current(account.address, request.market)).leverage).toBe(deskCases[venue].from)
    expect(await submit(desk.ports, id)).toMatchObject({ error: { code: 'request.wrongState' } })
    expect(must(await verifyHistoryFile(desk.ports.store.path)).count).toBeGreaterThan(6)
    return undefined
  })
})
