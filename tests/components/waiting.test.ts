import { describe, expect, it } from 'vitest'
import { outcomesOf, shownState, waitingOf } from '../../renderer/state/waiting.ts'
import type { RequestView } from '../../shared/contract.ts'
import type { RequestState } from '../../shared/request-state.ts'

const now = Date.UTC(2026, 10, 20, 14, 0, 0)
const minute = 60_000

const request = (id: string, state: RequestState, expiresInMs: number): RequestView => {
  const address = '0x14791697260e4c9a71f18484c9f997b308e59325'
  const hash = `0x${'00'.repeat(32)}` as const
  const setting = { leverage: '5', isCross: true }
  return {
    id,
    accountId: 'A',
    state,
    prepared: {
      format: 1,
      venue: 'hyperliquid',
      network: 'mainnet',
      origin: 'https://api.hyperliquid.xyz',
      account: { name: 'Main', address },
      signer: { address, path: "44'/60'/0'/0/0" },
      market: { symbol: 'BTC', id: 0, maxLeverage: 40 },
      from: { ...setting, readAtMs: now },
      to: setting,
      stake: { markPrice: null, position: null },
      wire: {
        action: { type: 'updateLeverage', asset: 0, isCross: true, leverage: 5 },
        nonce: now - minute,
        vaultAddress: null,
        expiresAfter: now + expiresInMs,
      },
      approval: 'none',
      digests: { connectionId: hash, domainHash: hash, messageHash: hash, digest: hash, request: hash },
    },
    signature: null,
    detail: null,
    submission: null,
    createdAt: new Date(now).toISOString(),
    updatedAt: new Date(now).toISOString(),
    frozenSince: null,
  }
}

const ids = (requests: readonly RequestView[]) => requests.map(({ id }) => id)

describe('what waits', () => {
  it('begins with what may have been sent, then what can be sent, then what can be signed', () => {
    const list = [
      request('prepared', 'prepared', 5 * minute),
      request('signed', 'signed', 9 * minute),
      request('applied', 'applied', 5 * minute),
      request('unknown', 'unknown', 5 * minute),
    ]
    expect(ids(waitingOf(list, now))).toEqual(['unknown', 'signed', 'prepared'])
  })

  it('puts what expires first before its like', () => {
    const list = [request('later', 'prepared', 9 * minute), request('sooner', 'approved', 2 * minute)]
    expect(ids(waitingOf(list, now))).toEqual(['sooner', 'later'])
  })

  it('keeps an unknown outcome waiting after its expiry, because it is not settled', () => {
    expect(ids(waitingOf([request('unknown', 'unknown', -minute)], now))).toEqual(['unknown'])
  })

  it('keeps what was open in a copy waiting, before all that can be sent, whatever its expiry', () => {
    const frozen = { ...request('frozen', 'signed', -minute), frozenSince: new Date(now).toISOString() }
    expect(ids(waitingOf([request('signed', 'signed', minute), frozen], now))).toEqual(['frozen', 'signed'])
    expect(outcomesOf([frozen], now)).toEqual([])
    expect(shownState(frozen, now)).toBe('signed')
  })

  it('moves what expired unsent to the outcomes, as expired, at its very moment', () => {
    const signed = request('signed', 'signed', 0)
    expect(waitingOf([signed], now)).toEqual([])
    expect(ids(outcomesOf([signed], now))).toEqual(['signed'])
    expect([shownState(signed, now - 1), shownState(signed, now)]).toEqual(['signed', 'expired'])
  })
})
