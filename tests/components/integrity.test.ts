// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/svelte'
import { afterEach, describe, expect, it } from 'vitest'
import IntegrityAlert from '../../renderer/components/IntegrityAlert.svelte'
import type { PreparedRequest } from '../../shared/prepared-request.ts'
import { digestsOf } from '../../shared/venues/hyperliquid/digest.ts'

const address = '0x14791697260e4c9a71f18484c9f997b308e59325'
const action = { type: 'updateLeverage', asset: 0, isCross: true, leverage: 10 } as const
const context = { nonce: 1_795_184_452_318, vaultAddress: null, expiresAfter: 1_795_185_352_318 }
const prepared: PreparedRequest = {
  format: 1,
  venue: 'hyperliquid',
  network: 'mainnet',
  origin: 'https://api.hyperliquid.xyz',
  account: { name: 'Treasury Main', address },
  signer: { address, path: "44'/60'/0'/0/0" },
  market: { symbol: 'BTC', id: 0, maxLeverage: 40 },
  from: { leverage: '5', isCross: true, readAtMs: 1_795_184_452_000 },
  to: { leverage: '10', isCross: true },
  stake: { markPrice: '95580.0', position: null },
  wire: { action, ...context },
  digests: digestsOf(action, context, 'mainnet'),
}

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
    ['digests.connectionId', { ...prepared, wire: { ...prepared.wire, nonce: context.nonce + 1 } }],
    [
      'digests.domainHash',
      { ...prepared, digests: { ...prepared.digests, domainHash: prepared.digests.digest } },
    ],
    [
      'digests.digest',
      { ...prepared, digests: { ...prepared.digests, digest: prepared.digests.messageHash } },
    ],
  ])('says loudly that %s is not what would be signed', (field, altered) => {
    render(IntegrityAlert, { prepared: altered, id: '01J' })
    const said = screen.getByRole('alert').textContent
    expect(said).toContain('Do not sign this request.')
    expect(said).toContain(field)
  })
})
