import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import { practiceAgent, practiceUsers, subAccountOf, vaultOf } from '../../electron/venues/practice/state.ts'
import type { Venue } from '../../electron/venues/port.ts'
import type { Hex } from '../../shared/hex.ts'
import {
  change,
  httpText,
  outcomeOf,
  post,
  signedBody,
  startRawServer,
  user,
  valueOf,
  venueAt,
} from './support.ts'

const [first = '0x', second = '0x'] = practiceUsers

let practice: PracticeVenue
let venue: Venue
beforeEach(async () => {
  practice = await startPracticeVenue()
  venue = venueAt(practice.url)
})
afterEach(() => practice.close())

const listing = (name: string) => ({ universe: [{ name, maxLeverage: 5 }] })

describe('markets', () => {
  it('have the venue\u2019s numbers, builders\u2019 dexes included, with their limits', async () => {
    const before = Date.now()
    const { markets, readAtMs } = valueOf(await venue.markets())
    const after = Date.now()
    const one = (symbol: string) => markets.find((market) => market.symbol === symbol)
    expect(one('BTC')).toEqual({
      symbol: 'BTC',
      id: 0,
      minLeverage: 1,
      maxLeverage: 40,
      leverageStep: 1,
      crossAllowed: true,
      isolatedAllowed: true,
      delisted: false,
    })
    expect(one('SOL')).toMatchObject({ id: 5, maxLeverage: 20 })
    expect(one('MATIC')).toMatchObject({ delisted: true })
    expect(one('CATI')).toMatchObject({ crossAllowed: false })
    expect(one('xyz:AAPL')).toMatchObject({ id: 110_000, maxLeverage: 10, crossAllowed: true })
    expect(one('xyz:CL')).toMatchObject({ id: 110_005, crossAllowed: false, isolatedAllowed: true })
    expect(one('flx:BTC')).toMatchObject({ id: 120_001 })
    expect(readAtMs).toBeGreaterThanOrEqual(before)
    expect(readAtMs).toBeLessThanOrEqual(after)
  })

  it('are read once a minute at most, and again when fresh ones are asked for', async () => {
    await venue.markets()
    await venue.markets()
    expect(practice.requests).toHaveLength(2)
    await venue.markets(0)
    expect(practice.requests).toHaveLength(4)
  })

  it('are asked for again after a failure', async () => {
    practice.failNext('500BeforeApply', 'read')
    expect(await venue.markets()).toMatchObject({ error: { code: 'venue.readFailed' } })
    expect((await venue.markets()).ok).toBe(true)
  })

  const dexNames = [null, { name: 'xyz' }]
  const serving = (dexes: unknown, metas: unknown) =>
    startRawServer((socket, received) => {
      socket.end(httpText(JSON.stringify(received.endsWith('{"type":"perpDexs"}') ? dexes : metas)))
    })

  it.each([
    ['a dex in the wrong order', dexNames, [listing('xyz:AAPL'), listing('BTC')], [], ['xyz:AAPL', 'BTC']],
    [
      'a builder\u2019s name on the main dex',
      dexNames,
      [listing('xyz:BTC'), listing('xyz:AAPL')],
      ['xyz:AAPL'],
      ['xyz:BTC'],
    ],
    ['a dex of another name', dexNames, [listing('BTC'), listing('abc:AAPL')], ['BTC'], ['abc:AAPL']],
    [
      'a dex that appears between two reads',
      [null],
      [listing('BTC'), listing('xyz:AAPL')],
      ['BTC'],
      ['xyz:AAPL'],
    ],
    [
      'a dex without a name',
      [null, null],
      [listing('BTC'), { universe: [{ name: 'ETH', maxLeverage: 5 }] }],
      ['BTC'],
      ['ETH'],
    ],
    [
      'two dexes of one name',
      [null, { name: 'xyz' }, { name: 'xyz' }],
      [listing('BTC'), listing('xyz:A'), listing('xyz:B')],
      ['BTC'],
      ['xyz:A', 'xyz:B'],
    ],
    ['a meta that is none', dexNames, [listing('BTC'), { universe: null }], ['BTC'], ['dex xyz']],
    [
      'a maximum that is no number',
      dexNames,
      [
        {
          universe: [
            { name: 'BTC', maxLeverage: '5' },
            { name: 'ETH', maxLeverage: 5 },
          ],
        },
      ],
      ['ETH'],
      ['BTC'],
    ],
    [
      'two markets of one name',
      dexNames,
      [{ universe: ['BTC', 'ETH', 'BTC'].map((name) => ({ name, maxLeverage: 5 })) }],
      ['ETH'],
      ['BTC', 'BTC'],
    ],
    [
      'a name that drives a terminal',
      dexNames,
      [
        {
          universe: [
            { name: 'B\u001b[2JTC', maxLeverage: 5 },
            { name: 'ETH', maxLeverage: 5 },
          ],
        },
      ],
      ['ETH'],
      ['B\\u001b[2JTC'],
    ],
    [
      'no name',
      dexNames,
      [{ universe: [{ maxLeverage: 5 }, { name: 'ETH', maxLeverage: 5 }] }],
      ['ETH'],
      ['allPerpMetas.0.universe.0'],
    ],
  ])('go on without what is not understood: %s', async (_, dexes, metas, taken, leftOut) => {
    const odd = await serving(dexes, metas)
    const list = valueOf(await venueAt(`http://127.0.0.1:${odd.port}`).markets())
    await odd.close()
    expect(list.markets.map(({ symbol }) => symbol)).toEqual(taken)
    expect(list.leftOut.map(({ name }) => name)).toEqual(leftOut)
    for (const { reason } of list.leftOut) expect(reason).toMatch(/\.$/)
  })

  it.each([
    ['a first dex that is not the main one', [{ name: 'xyz' }, null], [listing('xyz:AAPL'), listing('BTC')]],
    ['no dexes', [], []],
    ['something else', { dexes: 1 }, []],
  ])('are refused with %s, for their order makes the numbers that are signed', async (_, dexes, metas) => {
    const odd = await serving(dexes, metas)
    expect(await venueAt(`http://127.0.0.1:${odd.port}`).markets()).toMatchObject({
      ok: false,
      error: { code: 'venue.badAnswer' },
    })
    await odd.close()
  })
})

describe('the current leverage', () => {
  it('is read with an open position and without, on every dex', async () => {
    const current = async (symbol: string, account: Hex = first) =>
      valueOf(await venue.current(account, { symbol, id: 0 }))
    expect(await current('BTC')).toMatchObject({ leverage: '5', isCross: true, markPrice: '97250.0' })
    expect(await current('ETH')).toMatchObject({ leverage: '10', isCross: false })
    expect(await current('SOL')).toMatchObject({ leverage: '20', isCross: true })
    expect(await current('xyz:GOLD')).toMatchObject({ leverage: '10', isCross: false })
    expect(await current('xyz:CL', second)).toMatchObject({ leverage: '20', isCross: false })
    expect(await current('BTC', subAccountOf(first))).toMatchObject({ leverage: '3', isCross: false })
  })

  it('takes an address with capitals', async () => {
    const checksummed = '0xDad77910DbDFdE764fC21FCD4E74D71bBACA6D8D'
    expect(valueOf(await venue.current(checksummed, { symbol: 'BTC', id: 0 })).leverage).toBe('5')
  })

  it('shows a change at once, never an older reading', async () => {
    const mine = await startPracticeVenue({ funded: [first, user] })
    const mineVenue = venueAt(mine.url)
    const sol = { symbol: 'SOL', id: 5 }
    expect(valueOf(await mineVenue.current(user, sol)).leverage).toBe('20')
    const body = await signedBody(change(5, 3, false), { nonce: Date.now() })
    expect(outcomeOf(mineVenue, await mineVenue.submit(body))).toEqual({ kind: 'accepted' })
    expect(valueOf(await mineVenue.current(user, sol))).toMatchObject({ leverage: '3', isCross: false })
    await mine.close()
  })

  it.each([0, 3_600_000])('tells by how much the venue\u2019s clock is ahead: %i ms', async (ahead) => {
    const now = 1_790_000_000_000
    practice.setClock(now + ahead)
    const read = await venueAt(practice.url, 'hyperliquid', {}, () => now).current(first, {
      symbol: 'BTC',
      id: 0,
    })
    // The answer tells whole seconds, of which half of one is added.
    expect(valueOf(read).skewMs).toBe(ahead + 500)
  })

  it('cannot be read for a coin that does not exist', async () => {
    expect(await venue.current(first, { symbol: 'NOPE', id: 99 })).toMatchObject({
      error: { code: 'venue.readFailed' },
    })
  })

  it.each([
    ['another account', { user: second }],
    ['another market', { coin: 'ETH' }],
    ['leverage as a fraction', { leverage: { type: 'cross', value: 2.5 } }],
    ['leverage in a string', { leverage: { type: 'cross', value: '5' } }],
    ['a margin mode nobody knows', { leverage: { type: 'portfolio', value: 5 } }],
    ['no leverage', { leverage: undefined }],
  ])('is refused when the answer is about %s', async (_, part) => {
    const honest = await post(
      `${practice.url}/info`,
      JSON.stringify({ type: 'activeAssetData', user: first, coin: 'BTC' }),
    )
    const answer = { ...(JSON.parse(honest.text) as object), ...part }
    const server = await startRawServer((socket) => socket.end(httpText(JSON.stringify(answer))))
    const current = await venueAt(`http://127.0.0.1:${server.port}`).current(first, { symbol: 'BTC', id: 0 })
    expect(current).toMatchObject({ ok: false, error: { code: 'venue.badAnswer', outcome: 'not-sent' } })
    await server.close()
  })
})

const position = async (symbol: string, account: Hex = first) =>
  valueOf(await venue.position(account, { symbol, id: 0 }))

describe('an open position', () => {
  it('is found on the dex of its market; none is null', async () => {
    expect(await position('BTC')).toMatchObject({
      symbol: 'BTC',
      size: '0.4',
      leverage: '5',
      isCross: true,
      value: '38900.000000',
      marginUsed: '7780.000000',
      liquidationPrice: null,
    })
    expect(await position('ETH')).toMatchObject({ size: '-2.0', isCross: false, marginUsed: '810.000000' })
    expect(Number((await position('ETH'))?.liquidationPrice)).toBeGreaterThan(3405)
    expect(await position('xyz:GOLD')).toMatchObject({ symbol: 'xyz:GOLD', size: '1.5' })
    expect(await position('SOL')).toBe(null)
    expect(await position('BTC', second)).toBe(null)
  })
})

const agent = { address: first, signer: practiceAgent, vaultAddress: null }
const sub = { address: subAccountOf(first), signer: first, vaultAddress: subAccountOf(first) }
const vault = { address: vaultOf(second), signer: second, vaultAddress: vaultOf(second) }
const stranger: Hex = `0x${'55'.repeat(20)}`

describe('who may sign', () => {
  it.each([
    ['an account for itself', { address: first, signer: first, vaultAddress: null }],
    ['an agent for its user', agent],
    ['a user for its subaccount', sub],
    ['an agent for its user\u2019s subaccount', { ...sub, signer: practiceAgent }],
    ['anybody known for a vault, whose leader the venue does not tell', vault],
  ])('%s', async (_, signing) => {
    expect(await venue.checkSigner(signing)).toEqual({ ok: true, value: null })
  })

  it.each([
    ['a stranger for itself', { address: stranger, signer: stranger, vaultAddress: null }],
    ['an agent for itself', { ...agent, address: practiceAgent }],
    ['a user for another', { address: second, signer: first, vaultAddress: null }],
    ['a user for the subaccount of another', { ...sub, signer: second }],
    ['a user for one that is neither subaccount nor vault', { ...sub, vaultAddress: second }],
  ])('never %s', async (_, signing) => {
    expect(await venue.checkSigner(signing)).toMatchObject({
      error: { code: 'request.signerNotAllowed', field: 'signer' },
    })
  })

  it('lists the agents of a user', async () => {
    const { text } = await post(`${practice.url}/info`, JSON.stringify({ type: 'extraAgents', user: first }))
    expect(JSON.parse(text)).toEqual([{ address: practiceAgent, name: 'practice-agent', validUntil: null }])
  })
})

describe('the practice venue\u2019s /info', () => {
  it.each([
    ['no type', {}],
    ['an unknown type', { type: 'userFills', user: first }],
    ['no user', { type: 'userRole' }],
    ['a bad address', { type: 'userRole', user: '0x12' }],
    ['an unknown dex', { type: 'meta', dex: 'nope' }],
  ])('refuses %s with 422', async (_, question) => {
    expect((await post(`${practice.url}/info`, JSON.stringify(question))).status).toBe(422)
  })

  it('gives the meta of one dex', async () => {
    const { text } = await post(`${practice.url}/info`, JSON.stringify({ type: 'meta', dex: 'flx' }))
    expect(JSON.parse(text)).toMatchObject({
      universe: [{ name: 'flx:OIL', maxLeverage: 5, marginMode: 'strictIsolated', onlyIsolated: true }, {}],
    })
  })
})
