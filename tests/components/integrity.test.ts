// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import IntegrityAlert from '../../renderer/components/IntegrityAlert.svelte'
import { preparedRequest } from './sample.ts'
import { cleanup, render, screen } from './testing.ts'

const prepared = preparedRequest()

afterEach(cleanup)

describe("the screen's own proof of a request", () => {
  it('says nothing when the fields give the digests', () => {
    render(IntegrityAlert, { prepared, id: '01J' })
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it.each([
    ['to.leverage', { ...prepared, to: { leverage: '11', isCross: true } }],
    ['to.isCross', { ...prepared, to: { leverage: '10', isCross: false } }],
    ['market.id', { ...prepared, market: { ...prepared.market, id: 1 } }],
    ['digests.connectionId', { ...prepared, wire: { ...prepared.wire, nonce: prepared.wire.nonce + 1 } }],
    [
      'digests.domainHash',
      { ...prepared, digests: { ...prepared.digests, domainHash: prepared.digests.digest } },
    ],
    ['digests.digest', { ...prepared, digests: { ...prepared.digests, digest: prepared.digests.request } }],
    ['digests.request', { ...prepared, origin: 'https://elsewhere.example' }],
  ])('says loudly that %s is not what would be signed', (field, altered) => {
    render(IntegrityAlert, { prepared: altered, id: '01J' })
    const said = screen.getByRole('alert').textContent
    expect(said).toContain('Do not sign this request.')
    expect(said).toContain(field)
  })
})
