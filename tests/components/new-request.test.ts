// @vitest-environment happy-dom
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leverageAt, shareOf, ticksOf } from '../../renderer/components/request/leverage-scale.ts'
import { nearest } from '../../renderer/components/request/leverage-scale.ts'
import { NewRequest } from '../../renderer/components/request/new-request.svelte.ts'
import { Accounts } from '../../renderer/state/accounts.svelte.ts'
import type { DeskClient } from '../../renderer/state/client.ts'
import { Requests } from '../../renderer/state/requests.svelte.ts'
import { Settings } from '../../renderer/state/settings.svelte.ts'
import type { MarketView } from '../../shared/contract.ts'
import { ok } from '../../shared/errors.ts'
import { wholeSteps } from '../../shared/market.ts'
import { requestIn } from './sample.ts'

const market = (symbol: string, id: number, change: Partial<MarketView> = {}): MarketView => ({
  symbol,
  id,
  ...wholeSteps,
  maxLeverage: 40,
  crossAllowed: true,
  isolatedAllowed: true,
  delisted: false,
  ...change,
})
const markets = [
  market('BTC', 0),
  market('WBTC', 7),
  market('OLD', 3, { delisted: true }),
  market('CATI', 11, { crossAllowed: false, maxLeverage: 3 }),
  market('FINE', 12, { minLeverage: 0.5, leverageStep: 0.5 }),
]
const request = requestIn('prepared')

async function formOf(
  symbol = 'BTC',
  venue: 'hyperliquid' | 'compass' = 'hyperliquid',
  leftOut: readonly { readonly name: string; readonly reason: string }[] = [],
) {
  const asked: unknown[] = []
  const { address } = request.prepared.account
  const account = {
    id: request.accountId,
    name: 'Treasury Main',
    venue,
    network: 'mainnet',
    address,
    signer: address,
  }
  const isCross = symbol !== 'CATI'
  const leverage = symbol === 'CATI' ? '2' : '5'
  const client = {
    accounts: { list: () => Promise.resolve(ok([account])) },
    markets: {
      list: () => Promise.resolve(ok({ markets, leftOut, readAtMs: 0 })),
      current: () =>
        Promise.resolve(
          ok({
            settings: [
              {
                market: market(symbol, 0),
                current: { leverage, isCross, markPrice: '1', readAtMs: 0, skewMs: null },
              },
            ],
            leftOut: [],
          }),
        ),
    },
    requests: {
      prepare: (input: unknown) => {
        asked.push(input)
        return Promise.resolve(ok({ kind: 'prepared', request }))
      },
    },
  } as unknown as DeskClient
  const accounts = new Accounts(() => client)
  const prepared: string[] = []
  const form = new NewRequest(
    {
      accounts,
      settings: new Settings(() => client),
      requests: new Requests(() => client),
      onprepared: (id) => prepared.push(id),
    },
    { account: null, market: symbol },
  )
  await accounts.load()
  await form.readMarkets()
  await form.read([symbol])
  return { form, asked, prepared }
}

describe('a new request', () => {
  it('begins with what is set now, and is not ready while nothing is changed', async () => {
    const { form } = await formOf()
    expect([form.leverage, form.isCross, form.unchanged, form.ready]).toEqual(['5', true, true, false])
  })

  it('is not ready in a market that the venue lists in an odd way, and says why', async () => {
    const { form } = await formOf('BTC', 'hyperliquid', [{ name: 'BTC', reason: 'it stands twice.' }])
    form.setLeverage('7')
    expect([form.oddness, form.ready]).toEqual(['it stands twice.', false])
    form.chooseMarket('WBTC')
    expect(form.oddness).toBeUndefined()
  })

  it('finds markets by symbol and number, never a delisted one', async () => {
    const { form } = await formOf()
    const found = (search: string) => {
      form.search = search
      return form.found.map(({ symbol }) => symbol)
    }
    expect(found('')).toEqual(['BTC', 'WBTC', 'CATI', 'FINE'])
    expect(found('btc')).toEqual(['BTC', 'WBTC'])
    expect(found('7')).toEqual(['WBTC'])
    expect(found('old')).toEqual([])
  })

  it.each(['0', '41', '999'])('is not ready at %s times, and says the range', async (leverage) => {
    const { form } = await formOf()
    form.setLeverage(leverage)
    expect(form.ready).toBe(false)
    if (leverage !== '0') expect(form.limit?.message).toContain('from 1 to 40')
  })

  it('takes no other margin mode than the market allows', async () => {
    const { form } = await formOf('CATI')
    form.setCross(true)
    expect(form.isCross).toBe(false)
  })

  it.each([
    [-100, { minLeverage: 1, maxLeverage: 40, leverageStep: 1 }, '1'],
    [100, { minLeverage: 1, maxLeverage: 40, leverageStep: 1 }, '40'],
    [7.4, { minLeverage: 1, maxLeverage: 40, leverageStep: 1 }, '7'],
    [7.26, { minLeverage: 1, maxLeverage: 12.5, leverageStep: 0.5 }, '7.5'],
    [0.1 + 0.2, { minLeverage: 0.1, maxLeverage: 12.5, leverageStep: 0.1 }, '0.3'],
  ])('%d is stepped to what the market takes', (value, limits, leverage) => {
    expect(nearest(value, limits)).toBe(leverage)
  })

  it('keeps a decimal where the market takes one, and none where it does not', async () => {
    const { form } = await formOf()
    form.setLeverage('7.5')
    expect(form.leverage).toBe('75')
    const fine = await formOf('FINE')
    fine.form.setLeverage('07,50')
    expect(fine.form.wanted.leverage).toBe('7.5')
    expect(fine.form.limit).toBeNull()
  })

  it('asks the desk for exactly what it shows, with its expiry', async () => {
    const { form, asked, prepared } = await formOf()
    form.setLeverage('10')
    form.minutes = 5
    await form.prepare()
    const { accountId } = request
    expect(asked).toEqual([{ accountId, market: 'BTC', leverage: '10', isCross: true, expiresInMinutes: 5 }])
    expect(prepared).toEqual([request.id])
  })

  it('asks for no expiry where the venue carries none', async () => {
    const { form, asked } = await formOf('BTC', 'compass')
    form.setLeverage('10')
    await form.prepare()
    expect(asked).toEqual([expect.not.objectContaining({ expiresInMinutes: expect.anything() })])
  })
})

describe('the leverage scale', () => {
  it('leads from every leverage to its place and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), fc.integer({ min: 1, max: 100 }), (max, wanted) => {
        const leverage = Math.min(max, wanted)
        expect(leverageAt(shareOf(leverage, max) / 100, max)).toBe(leverage)
      }),
    )
  })

  it('marks what is set now, whatever else there is no room for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), fc.nat(100), (max, at) => {
        const now = 1 + (at % max)
        const strong = ticksOf(1, max, now).filter((tick) => tick.strong)
        expect(strong.map(({ text }) => Number.parseInt(text, 10))).toEqual([now])
      }),
    )
  })
})
