import BetterSqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { listMarkets } from '../../electron/desk/markets.ts'
import { acceptNumber } from '../../electron/desk/market-numbers.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { checkNumber } from '../../shared/market-numbers.ts'
import { portsThrough, type Alter } from '../support/altered-venue.ts'
import { btcTo10, must, openDesk, type TestDesk } from '../support/desk.ts'
import { attack } from '../support/proven.ts'
import { sign, submit } from '../support/as-shown.ts'

interface Listing {
  name: string
}

interface Meta {
  universe: Listing[]
}

/** Changes what Hyperliquid lists; dex 0 is the main one. */
const listing =
  (change: (metas: Meta[], dexes: unknown[]) => void): Alter =>
  ({ body }, answer) => {
    const { type } = body as { readonly type?: unknown }
    if (type === 'allPerpMetas') change(answer as Meta[], [])
    if (type === 'perpDexs') change([], answer as unknown[])
    return answer
  }

const swapped = listing(([main]) => {
  const [btc, eth] = main?.universe ?? []
  if (btc && eth) [btc.name, eth.name] = [eth.name, btc.name]
})

const ethTo7: PrepareInput = { account: 'treasury', market: 'ETH', leverage: '7', isCross: true }
const solTo7: PrepareInput = { account: 'treasury', market: 'SOL', leverage: '7', isCross: true }

const prepared = async (ports: DeskPorts, input: PrepareInput): Promise<string> => {
  const outcome = must(await prepare(ports, input))
  if (outcome.kind !== 'prepared') throw new Error('already set')
  return outcome.stored.id
}

/** A desk that has used BTC as 0, and whose venue then answers otherwise. */
async function usedDesk(
  alter: Alter,
): Promise<TestDesk & { readonly through: DeskPorts; readonly id: string }> {
  const desk = await openDesk()
  await desk.account()
  const id = await prepared(desk.ports, btcTo10)
  return { ...desk, id, through: await portsThrough(desk, alter) }
}

const stopped = (message: string) => ({
  error: {
    code: 'request.marketRenumbered',
    field: 'market',
    outcome: 'not-sent',
    message: `Hyperliquid gives ${message}`,
  },
})

attack(
  'venue',
  'swaps the names of two markets of which one was used before',
  'both are stopped with the number that was used and the one that is told; the others are prepared as before',
  async () => {
    const { through, venue } = await usedDesk(swapped)
    expect(await prepare(through, { ...btcTo10, leverage: '12' })).toMatchObject(
      stopped(
        'BTC another number than before: it has the number 1 now, and earlier requests used the number 0 for it.',
      ),
    )
    expect(await prepare(through, ethTo7)).toMatchObject(
      stopped(
        'ETH another number than before: it has the number 0 now, which earlier requests used for BTC.',
      ),
    )
    expect(await prepare(through, solTo7)).toMatchObject({ ok: true, value: { kind: 'prepared' } })
    const list = must(await listMarkets(through, 'treasury'))
    expect(list.leftOut.map(({ name, reason }) => [name, reason.startsWith('stopped: ')])).toEqual([
      ['ETH', true],
      ['BTC', true],
    ])
    expect(list.markets.map(({ symbol }) => symbol)).toContain('SOL')
    expect(venue.requests.filter(({ target }) => target === 'submission')).toEqual([])
  },
)

attack(
  'venue',
  'swaps two builders’ dexes, of which one market was used before',
  'every market of that dex is stopped, also those that were never used',
  async () => {
    const desk = await openDesk()
    await desk.account()
    await prepared(desk.ports, { account: 'treasury', market: 'xyz:AAPL', leverage: '3', isCross: true })
    const swap = (all: unknown[]) => {
      if (all.length > 2) [all[1], all[2]] = [all[2], all[1]]
    }
    const through = await portsThrough(
      desk,
      listing((metas, dexes) => {
        swap(metas)
        swap(dexes)
      }),
    )
    const { leftOut, markets } = must(await listMarkets(through, 'treasury'))
    expect(markets.filter(({ symbol }) => symbol.startsWith('xyz:'))).toEqual([])
    expect(leftOut.find(({ name }) => name === 'xyz:CL')?.reason).toContain(
      'earlier requests used the number 110000 for xyz:AAPL, which is of the same dex xyz',
    )
    expect(markets.map(({ symbol }) => symbol)).toContain('BTC')
  },
)

describe('the number of a market', () => {
  it('is of one venue and network: elsewhere the name may have another', () => {
    const known = [{ symbol: 'BTC', number: 0 }]
    expect(checkNumber('hyperliquid', known, { symbol: 'BTC', id: 0 }).ok).toBe(true)
    expect(checkNumber('hyperliquid', known, { symbol: 'BTC', id: 3 }).ok).toBe(false)
    expect(checkNumber('hyperliquid', [], { symbol: 'BTC', id: 3 }).ok).toBe(true)
    expect(checkNumber('bybit', known, { symbol: 'BTC', id: null }).ok).toBe(true)
    expect(checkNumber('arcus', known, { symbol: 'ETH', id: 0 }).ok).toBe(false)
    expect(checkNumber('arcus', known, { symbol: 'ETH', id: 1 }).ok).toBe(true)
  })

  it('that a person accepts counts from then on, is in the history, and ends what was prepared with the other', async () => {
    const desk = await usedDesk(swapped)
    const { through, id, ports } = desk
    const signedId = await prepared(ports, { ...btcTo10, leverage: '11' })
    must(await sign(ports, signedId))
    for (const [market, number] of [
      ['BTC', 0],
      ['BTC', 5],
      ['SOL', 1],
    ] as const)
      expect(await acceptNumber(through, 'treasury', market, number)).toMatchObject({
        error: { code: 'input.badField', field: 'number' },
      })
    expect(must(await acceptNumber(through, 'treasury', 'BTC', 1))).toEqual({
      market: 'BTC',
      number: 1,
      was: 0,
      freed: null,
    })
    const [row] = must(await ports.store.history.list({ kinds: ['market.renumbered'], limit: 1 }))
    const account = must(await ports.store.accounts.get('treasury'))
    expect(JSON.parse(row?.body ?? '')).toEqual({
      account: account.id,
      venue: 'hyperliquid',
      network: 'mainnet',
      market: 'BTC',
      number: 1,
      was: 0,
      freed: null,
    })
    for (const refused of [await sign(ports, id), await submit(ports, signedId)])
      expect(refused).toMatchObject({ error: { code: 'request.marketRenumbered', outcome: 'not-sent' } })
    expect(desk.venue.requests.filter(({ target }) => target === 'submission')).toEqual([])
    expect(must(await ports.store.requests.get(signedId)).state).toBe('signed')
    expect(await prepare(through, { ...btcTo10, leverage: '12' })).toMatchObject({ ok: true })
    expect(await prepare(through, ethTo7)).toMatchObject({ ok: true })
    expect(await verifyHistoryFile(ports.store.path)).toMatchObject({ ok: true })
  })

  it('is refused by the store too, whoever prepares', async () => {
    const { ports, id } = await usedDesk((_, answer) => answer)
    const {
      state: _,
      signature: __,
      detail: ___,
      createdAt: ____,
      updatedAt: _____,
      ...request
    } = must(await ports.store.requests.get(id))
    const market = { ...(request.prepared['market'] as object), id: 7 }
    const other = { ...request, id: ports.newId(), nonce: '1', prepared: { ...request.prepared, market } }
    expect(await ports.store.requests.insertPrepared(other)).toMatchObject({
      error: { code: 'request.marketRenumbered' },
    })
  })
})

attack(
  'process',
  'changes the remembered number of a market in the database',
  'verifying names it: the history says another',
  async () => {
    const { ports } = await usedDesk((_, answer) => answer)
    const other = new BetterSqlite(ports.store.path)
    expect(other.prepare('UPDATE market_numbers SET number = 9').run().changes).toBe(1)
    other.close()
    expect(await verifyHistoryFile(ports.store.path)).toMatchObject({
      ok: false,
      flaw: { change: 'tables', detail: expect.stringContaining('number of a market') },
    })
  },
)
