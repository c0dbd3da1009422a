import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { practiceFaults, type PracticeVenue } from '../../electron/venues/practice/port.ts'
import { freshV5, type PracticeKey } from '../../electron/venues/practice/v5-state.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import type { Venue } from '../../electron/venues/port.ts'
import { fail, ok } from '../../shared/errors.ts'
import { readsWithKey } from '../../shared/keys.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import { meeting, patient as limits } from '../support/meeting.ts'
import { ownPort } from '../support/own-port.ts'
import { startRawServer } from '../venues/support.ts'
import { v5Truth } from '../venues/truth.ts'
import {
  accountOf,
  bodyText,
  bybitKeyOf,
  coinSwitchKeyOf,
  practiceKeyOf,
  sendingAt,
  stateWith,
  user,
  v5Names,
  valueOf,
  venueAt,
} from './support.ts'

const btc = { symbol: 'BTCUSDT', id: null }
const sol = { symbol: 'SOLUSDT', id: null }

let practice: PracticeVenue
const begin = async (options: Parameters<typeof startPracticeVenue>[0] = {}) => {
  await practice?.close()
  practice = await startPracticeVenue({ slowMs: 50, ...options })
}
beforeEach(() => begin())
afterEach(() => practice.close())

describe.each(v5Names)('%s', (name) => {
  const open = (environment = {}, settings = {}): Venue => venueAt(practice.url, name, environment, settings)
  const outcomeOf = (answer: HttpAnswer) => rulesOf(name).readAnswer(answer, {} as never)
  const submit = (venue: Venue, text: string, stampMs = Date.now()) =>
    venue.submit(text, sendingAt(name, stampMs))

  it('lists its markets with their exact limits, in one category, without what is not traded', async () => {
    const { markets } = valueOf(await open().markets())
    expect(markets.map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'])
    expect(markets[2]).toMatchObject({ id: null, minLeverage: 1, maxLeverage: 50, leverageStep: 0.5 })
    expect(markets[3]).toMatchObject({ minLeverage: 2, maxLeverage: 25, leverageStep: 0.01 })
  })

  it('reads leverage, mark price and position, with and without a position', async () => {
    const venue = open()
    expect(valueOf(await venue.current(user, btc))).toMatchObject({
      leverage: '5',
      isCross: true,
      markPrice: '97250.00',
    })
    expect(valueOf(await venue.position(user, btc))).toMatchObject({
      size: '0.4',
      value: '38900',
      marginUsed: '7780',
      liquidationPrice: null,
    })
    expect(valueOf(await venue.position(user, sol))).toMatchObject({ size: '-2000' })
    const ether = { symbol: 'ETHUSDT', id: null }
    expect(valueOf(await venue.current(user, ether))).toMatchObject({ leverage: '12.5' })
    expect(valueOf(await venue.position(user, ether))).toBe(null)
  })

  it('changes leverage, to the hundredth, and shows it afterwards', async () => {
    const venue = open()
    expect(outcomeOf(await submit(venue, bodyText('BTCUSDT', '12.51')))).toEqual({ kind: 'accepted' })
    expect(valueOf(await venue.current(user, btc))).toMatchObject({ leverage: '12.51' })
    expect(accountOf(practice, name).applied).toMatchObject([
      { symbol: 'BTCUSDT', buy: '12.51', sell: '12.51', keyId: practiceKeyOf(name).keyId },
    ])
  })

  it('takes the same value again as done: 110043', async () => {
    const answer = await submit(open(), bodyText('BTCUSDT', '5.00'))
    expect(JSON.parse(answer.body)).toMatchObject({ retCode: 110043 })
    expect(outcomeOf(answer)).toEqual({ kind: 'accepted' })
    expect(accountOf(practice, name).applied).toEqual([])
  })

  it('keeps both sides apart in hedge mode', async () => {
    await begin({ state: stateWith(name, { hedge: true, marginMode: 'ISOLATED_MARGIN', positions: {} }) })
    const venue = open()
    expect(valueOf(await venue.current(user, btc))).toMatchObject({ leverage: '5', sellLeverage: '5' })
    expect(outcomeOf(await submit(venue, bodyText('BTCUSDT', '7', '3')))).toEqual({ kind: 'accepted' })
    expect(valueOf(await venue.current(user, btc))).toMatchObject({ leverage: '7', sellLeverage: '3' })
  })

  it('is not guessed at where a flat market is not listed', async () => {
    await begin({ state: stateWith(name, { listsFlat: false }) })
    const ether = { symbol: 'ETHUSDT', id: null }
    expect(await open().current(user, ether)).toMatchObject({ error: { code: 'venue.leverageNotShown' } })
    expect(valueOf(await open().position(user, ether))).toBe(null)
    expect((await open().current(user, btc)).ok).toBe(true)
  })

  it('says where leverage is not set by market, as in portfolio margin mode', async () => {
    await begin({ state: stateWith(name, { marginMode: 'PORTFOLIO_MARGIN' }) })
    expect(await open().current(user, btc)).toMatchObject({ error: { code: 'venue.leverageNotShown' } })
  })

  it('tells its clock, and signs its questions by that clock and not by ours', async () => {
    const [now, ahead] = [1_790_000_000_000, 3_600_000]
    practice.setClock(now + ahead)
    const venue = open({ now: () => now })
    expect(await venue.clock?.()).toEqual(ok(ahead))
    expect((await venue.current(user, btc)).ok).toBe(true)
  })

  it('knows the key, and refuses one that it does not know or that signs wrongly', async () => {
    const signing = { address: user, signer: user, vaultAddress: null }
    expect((await open().checkSigner(signing)).ok).toBe(true)
    const right = practiceKeyOf(name)
    const stranger = name === 'coinswitch' ? coinSwitchKeyOf('11'.repeat(32)) : bybitKeyOf('stranger', 'x')
    const forger = { keyId: right.keyId, sign: stranger.sign }
    for (const signer of [stranger, forger]) {
      const venue = open({ readSigner: async () => ok(signer) })
      expect(await venue.checkSigner(signing)).toMatchObject({ error: { code: 'venue.keyRefused' } })
      expect(await venue.current(user, btc)).toMatchObject({ error: { code: 'venue.keyRefused' } })
      const answer = await venue.submit(bodyText('BTCUSDT', '7'), { signer, stampMs: Date.now() })
      expect(outcomeOf(answer).kind).toBe('refused')
    }
    expect(accountOf(practice, name).applied).toEqual([])
  })

  it('asks for nothing where there is no key, and sends nothing where it cannot be opened', async () => {
    const locked = { keyId: 'K', sign: async () => fail('secret.none', { account: 'treasury' }) }
    const venue = open({ readSigner: async () => fail('secret.none', { account: 'treasury' }) })
    expect(readsWithKey(name)).toBe(true)
    expect(await venue.current(user, btc)).toMatchObject({ error: { code: 'secret.none' } })
    const without = await venue.submit(bodyText('BTCUSDT', '7'))
    const closed = await venue.submit(bodyText('BTCUSDT', '7'), { signer: locked, stampMs: Date.now() })
    for (const answer of [without, closed]) expect(outcomeOf(answer).kind).toBe('notSent')
    expect(practice.requests.every(({ path }) => path === '/v5/market/time')).toBe(true)
  })

  it('keeps a signature out of what comes back, even where the venue repeats it', async () => {
    let signature = ''
    const server = await startRawServer((socket, received) => {
      signature = /x-(?:auth-signature|bapi-sign): ([0-9a-f]+)/i.exec(received)?.[1] ?? ''
      const body = `{"retCode":10004,"retMsg":"error sign ${signature}"}`
      socket.end(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
    })
    const answer = await venueAt(`http://127.0.0.1:${server.port}`, name).submit(
      bodyText('BTCUSDT', '7'),
      sendingAt(name, 1),
    )
    await server.close()
    expect(signature).toMatch(/^[0-9a-f]{64,128}$/)
    expect(JSON.stringify(answer)).not.toContain(signature)
    expect(outcomeOf(answer).kind).toBe('refused')
  })

  it('to a venue that is not there was certainly not sent', async () => {
    const venue = venueAt(`http://127.0.0.1:${await ownPort()}`, name)
    expect(outcomeOf(await submit(venue, bodyText('BTCUSDT', '7'))).kind).toBe('notSent')
  })

  it.each(practiceFaults.map((fault) => [fault, ...v5Truth[fault]] as const))(
    'a submission that meets %s is %s (applied: %i), sent once, and reading tells the truth',
    async (fault, outcome, applied) => {
      const venue = open({ limits })
      const send = () => submit(venue, bodyText('BTCUSDT', '7'))
      const answer = await meeting({ venue: practice, limits }, fault, send)
      expect(answer.sent).toBe(true)
      expect(outcomeOf(answer).kind).toBe(outcome)
      await expect.poll(() => accountOf(practice, name).applied).toHaveLength(applied)
      expect(practice.requests.map(({ target }) => target)).toEqual(['submission'])
      const current = valueOf(await open().current(user, btc))
      expect(current.leverage).toBe(applied === 1 ? '7' : '5')
    },
  )

  it('what was lost after it was applied can never be applied a second time', async () => {
    const [text, stampMs] = [bodyText('BTCUSDT', '7'), Date.now()]
    practice.failNext('resetAfterApply')
    expect(outcomeOf(await submit(open(), text, stampMs)).kind).toBe('unknown')
    expect(outcomeOf(await submit(open(), text, stampMs)).kind).not.toBe('accepted')
    expect(accountOf(practice, name).applied).toHaveLength(1)
  })

  it.each(practiceFaults)('a reading that meets %s changes nothing and says so', async (fault) => {
    // What is asked for first is answered: the fault meets the leverage itself.
    practice.failNext('duplicate', 'read')
    const read = () => open({ limits }).current(user, btc)
    const current = await meeting({ venue: practice, limits }, fault, read, 'read', 1)
    if (fault === 'slow' || fault === 'duplicate') return expect(current.ok).toBe(true)
    const odd = fault === 'wrongJson' || fault === 'okButNotApplied'
    const code = odd ? 'venue.badAnswer' : 'venue.readFailed'
    expect(current).toMatchObject({ ok: false, error: { code, outcome: 'not-sent' } })
    expect(accountOf(practice, name).applied).toEqual([])
  })
})

describe('what Bybit says of a key', () => {
  const keysWith = (parts: Partial<PracticeKey>) => {
    const { keys } = freshV5().bybit
    return Object.fromEntries(Object.entries(keys).map(([keyId, key]) => [keyId, { ...key, ...parts }]))
  }
  const checked = async (parts: Partial<PracticeKey>) => {
    await begin({ state: stateWith('bybit', { keys: keysWith(parts) }) })
    const { checkKey } = venueAt(practice.url, 'bybit', { readSigner: async () => fail('secret.locked') })
    return checkKey?.(practiceKeyOf('bybit'))
  }

  it('is what it may do and until when, asked with that very key', async () => {
    expect(await checked({})).toEqual(
      ok({ expiresAt: null, permissions: ['ContractTrade:Position', 'Derivatives:DerivativesTrade'] }),
    )
    const expiresAtMs = Math.ceil(Date.now() / 1000) * 1000 + 86_400_000
    const permissions = { ContractTrade: ['Order', 'Position'], Wallet: ['Withdraw'] }
    expect(await checked({ expiresAtMs, permissions })).toEqual(
      ok({
        expiresAt: new Date(expiresAtMs).toISOString(),
        permissions: ['ContractTrade:Order', 'ContractTrade:Position', 'Wallet:Withdraw'],
      }),
    )
  })

  it.each([
    ['only reads', { readOnly: true }, 'request.signerNotAllowed'],
    ['may do something else only', { permissions: { Spot: ['SpotTrade'] } }, 'request.signerNotAllowed'],
    ['has expired', { expiresAtMs: 1 }, 'venue.keyRefused'],
  ] as const)('is a refusal where it %s, for an approval as well', async (_, parts, code) => {
    expect(await checked(parts)).toMatchObject({ error: { code } })
    const signing = { address: user, signer: user, vaultAddress: null }
    expect(await venueAt(practice.url, 'bybit').checkSigner(signing)).toMatchObject({ error: { code } })
  })

  it('is nothing at CoinSwitch, which only says that it takes it', () => {
    expect(venueAt(practice.url, 'coinswitch').checkKey).toBeUndefined()
  })
})

const caught = async (name: 'coinswitch' | 'bybit', settings = {}) => {
  const server = await startRawServer((socket) => socket.end())
  const venue = venueAt(`http://127.0.0.1:${server.port}`, name, {}, settings)
  await venue.submit(bodyText('BTCUSDT', '7'), sendingAt(name, 1_719_905_777_483))
  await server.close()
  const [head = '', body = ''] = server.received().split('\r\n\r\n')
  return { lines: head.toLowerCase().split('\r\n'), body }
}

describe('what goes out', () => {
  it('to CoinSwitch is the body as it is, with the known signature of its path and time', async () => {
    const { lines, body } = await caught('coinswitch')
    expect(lines[0]).toBe('post /v5/position/set-leverage http/1.1')
    expect(body).toBe(bodyText('BTCUSDT', '7'))
    expect(lines).toContain('x-auth-epoch: 1719905777483')
    expect(lines).toContain(
      'x-auth-signature: 6426f1035b818f72cd023d38c1cd40c23c8b73a21724cc25179558ded581ccd3432bb4ee41f47878a044ea1ca7963836209012217858a840eeb78a83f89eb309',
    )
    expect(lines.filter((line) => line.startsWith('x-bapi'))).toEqual([])
  })

  it('to CoinSwitch can carry seconds, where the account is set so', async () => {
    const { lines } = await caught('coinswitch', { epochUnit: 'seconds' })
    expect(lines).toContain('x-auth-epoch: 1719905777')
  })

  it('to Bybit has the window of the account', async () => {
    const { lines, body } = await caught('bybit', { recvWindowMs: 20_000 })
    expect(body).toBe(bodyText('BTCUSDT', '7'))
    expect(lines).toContain('x-bapi-timestamp: 1719905777483')
    expect(lines).toContain('x-bapi-recv-window: 20000')
    expect(lines.filter((line) => line.startsWith('x-auth'))).toEqual([])
  })
})

describe('settings of an account', () => {
  it.each([
    ['coinswitch', { epochUnit: 'minutes' }],
    ['coinswitch', { category: 'inverse' }],
    ['bybit', { host: 'evil.example' }],
    ['bybit', { recvWindowMs: 600_000 }],
    ['bybit', { epochUnit: 'seconds' }],
  ] as const)('of %s are strict: %o', (name, settings) => {
    expect(() => venueAt(practice.url, name, {}, settings)).toThrow(/input\./)
  })

  it('choose the inverse markets of Bybit', async () => {
    const venue = venueAt(practice.url, 'bybit', {}, { category: 'inverse' })
    expect(valueOf(await venue.markets()).markets.map(({ symbol }) => symbol)).toEqual(['BTCUSD'])
    expect((await venue.current(user, { symbol: 'BTCUSD', id: null })).ok).toBe(true)
  })
})

const page = (list: readonly string[], nextPageCursor: string) => {
  const filter = { minLeverage: '1', maxLeverage: '10', leverageStep: '0.01' }
  const rows = list.map((symbol) => ({ symbol, status: 'Trading', leverageFilter: filter }))
  return JSON.stringify({ retCode: 0, retMsg: 'OK', result: { list: rows, nextPageCursor }, time: 1 })
}

const serve = (pageAt: (asked: number) => string) => {
  const lines: string[] = []
  return startRawServer((socket, received) => {
    lines.push(received.split('GET ').at(-1)?.split(' ')[0] ?? '')
    const body = pageAt(lines.length - 1)
    socket.end(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
  }).then((server) => ({ ...server, lines }))
}

describe('the markets of a venue with more than one page', () => {
  it('are all read, each page asked for by the cursor of the one before', async () => {
    const server = await serve((asked) =>
      asked === 0 ? page(['AUSDT'], 'first%3DA&x') : page(['BUSDT'], ''),
    )
    const { markets } = valueOf(await venueAt(`http://127.0.0.1:${server.port}`, 'bybit').markets())
    await server.close()
    expect(markets.map(({ symbol }) => symbol)).toEqual(['AUSDT', 'BUSDT'])
    expect(server.lines[1]).toContain('&cursor=first%253DA%26x')
  })

  it('that lead back to a page that was read end there, and that is told', async () => {
    const server = await serve(() => page(['AUSDT'], 'again'))
    const list = valueOf(await venueAt(`http://127.0.0.1:${server.port}`, 'bybit').markets())
    await server.close()
    expect(list.markets.map(({ symbol }) => symbol)).toEqual(['AUSDT'])
    expect(list.leftOut).toEqual([
      { name: 'further pages', reason: expect.stringContaining('may be missing') },
    ])
    expect(server.lines).toHaveLength(2)
  })

  it('that never end are given up', async () => {
    const server = await serve((asked) => page(['AUSDT'], `page ${asked}`))
    const read = await venueAt(`http://127.0.0.1:${server.port}`, 'bybit').markets()
    await server.close()
    expect(read).toMatchObject({ error: { code: 'venue.badAnswer' } })
    expect(server.lines).toHaveLength(20)
  })
})
