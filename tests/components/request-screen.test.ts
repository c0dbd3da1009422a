// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import type { DeskClient } from '../../renderer/state/client.ts'
import { Desk } from '../../renderer/state/desk.svelte.ts'
import type { RequestView } from '../../shared/contract.ts'
import { ok } from '../../shared/errors.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import RequestOnDesk from './RequestOnDesk.svelte'
import { id, keyVenueRequest, preparedRequest, requestIn, rowsOf, readyDevice } from './sample.ts'
import { cleanup, fireEvent, render, screen } from './testing.ts'

/** A desk that is connected, holds one request and says nothing more. */
async function deskWith(request: RequestView): Promise<Desk> {
  const client = {
    session: { get: () => Promise.resolve({ mode: 'real', shell: 'browser', version: '1', path: '/x' }) },
    accounts: { list: () => Promise.resolve(ok([])) },
    markets: { current: () => Promise.resolve(ok({ settings: [], leftOut: [] })) },
    requests: { list: () => Promise.resolve(ok([request])) },
    history: {
      list: () => Promise.resolve(ok(rowsOf(request))),
      verify: () =>
        Promise.resolve(
          ok({ count: 1, head: `0x${'00'.repeat(32)}`, checkedAtMs: 0, whole: { atMs: 0, count: 1 } }),
        ),
    },
    device: { get: () => Promise.resolve(readyDevice) },
    practice: { get: () => Promise.resolve(null) },
    events: () => new Promise(() => undefined),
  } as unknown as DeskClient
  const ended = new Promise<void>(() => undefined)
  const connect = () => Promise.resolve({ client, ended })
  const desk = new Desk({ connect, window, storage: window.localStorage, retryMs: 1000 })
  const stop = desk.start()
  await expect.poll(() => desk.requests.loaded).toBe(true)
  stop()
  const { venue, wire } = request.prepared
  desk.clock.now = rulesOf(venue).deadlineOf(wire) - 900_000
  return desk
}

const primaries = () =>
  screen.queryAllByRole('button', { name: /^(Sign on|Send to|Show it again|Check the venue)/ })

afterEach(cleanup)

describe('the screen of a request', () => {
  it.each(['prepared', 'approved'] as const)('offers to sign what is %s, and nothing else', async (state) => {
    render(RequestOnDesk, { desk: await deskWith(requestIn(state)), id })
    expect(primaries().map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/Sign on Ledger/),
    ])
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('offers to send what is signed, only', async () => {
    render(RequestOnDesk, { desk: await deskWith(requestIn('signed')), id })
    expect(primaries().map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/Send to Hyperliquid/),
    ])
  })

  it('offers to read the venue for what is not known, never to send again', async () => {
    render(RequestOnDesk, { desk: await deskWith(requestIn('unknown')), id })
    expect(primaries().map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/Check the venue now/),
    ])
  })

  it.each(['prepared', 'approved', 'signed'] as const)(
    'offers only to read the venue for what was %s when this desk was made from a copy, and says why',
    async (state) => {
      const frozen = requestIn(state, { frozenSince: '2026-11-20T14:25:00.000Z' })
      render(RequestOnDesk, { desk: await deskWith(frozen), id })
      expect(primaries().map(({ textContent }) => textContent)).toEqual([
        expect.stringMatching(/Check the venue now/),
      ])
      expect(screen.queryByRole('button', { name: 'Withdraw' })).toBeNull()
      expect(screen.getByText(/was open when this desk was made from a copy/).textContent).toContain(
        '14:25 UTC',
      )
    },
  )

  it.each([
    [
      'Hyperliquid',
      preparedRequest(),
      'used until 14:35:52 UTC by whoever holds it. To end it before then, revoke it instead.',
    ],
    ['Bybit', keyVenueRequest(), 'so no API key signs it. The approval alone changes nothing at the venue.'],
  ] as const)('says before withdrawing what then holds at %s', async (_, prepared, said) => {
    render(RequestOnDesk, { desk: await deskWith(requestIn('signed', {}, prepared)), id })
    const [withdraw = document.body] = screen.getAllByRole('button', { name: 'Withdraw' })
    await fireEvent.click(withdraw)
    const text = screen.getByRole('dialog').textContent?.replace(/\s+/g, ' ')
    expect(text).toContain('It is never sent from here')
    expect(text).toContain(`${said} Keep it`)
  })

  const other = preparedRequest({ market: { symbol: 'BTC', id: 1, maxLeverage: 40 } })
  it.each([
    ['the market', { ...preparedRequest(), market: other.market }],
    ['the leverage', { ...preparedRequest(), to: { leverage: '3', isCross: true } }],
    ['the margin mode', { ...preparedRequest(), to: { leverage: '10', isCross: false } }],
    ['a digest', { ...preparedRequest(), digests: other.digests, wire: { ...other.wire, nonce: 1 } }],
  ])('sounds an alarm and offers nothing when %s shown is not what is signed', async (_, prepared) => {
    for (const state of ['prepared', 'signed'] as const) {
      render(RequestOnDesk, { desk: await deskWith({ ...requestIn(state), prepared }), id })
      expect(screen.getByRole('alert').textContent).toContain('Do not sign this request.')
      expect(primaries()).toEqual([])
      cleanup()
    }
  })
})
