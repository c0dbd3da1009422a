import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import type { RemotePreparation, Venue } from '../../electron/venues/port.ts'
import type { Hex } from '../../shared/hex.ts'
import type { Json } from '../../shared/strict-json.ts'
import { acceptPrepared, readPrepared } from '../../shared/venues/compass/prepared.ts'
import { executeBody, pathPrefixes } from '../../shared/venues/compass/request.ts'
import { connectionIdOf } from '../../shared/venues/hyperliquid/digest.ts'
import {
  httpText,
  post,
  signConnectionId,
  startRawServer,
  strangerKey,
  user,
  userKey,
  valueOf,
  venueAt,
  outcomeOf,
} from './support.ts'
import { attack } from '../support/proven.ts'

const now = 1_790_000_000_000
const tesla = { symbol: 'TSLA', id: 110_001 }
const oil = { symbol: 'CL', id: 110_005 }

let practice: PracticeVenue
let venue: Venue
let remote: RemotePreparation
beforeEach(async () => {
  practice = await startPracticeVenue({ funded: [user], now: () => now })
  venue = venueAt(practice.url, 'compass')
  if (!venue.remote) throw new Error('Compass must prepare')
  remote = venue.remote
})
afterEach(() => practice.close())

const asked = { leverage: '7', isCross: true, assetId: tesla.id, market: 'TSLA', nowMs: now }

async function judged(leverage = '7') {
  const answer = await remote.prepare(user, tesla, leverage)
  if (!answer.ok) return answer
  const prepared = readPrepared(answer.value)
  if (!prepared.ok || prepared.value.kind === 'alreadySet') return prepared
  return acceptPrepared(prepared.value, asked)
}

async function signedExecute(key: Hex = userKey): Promise<string> {
  const prepared = valueOf(readPrepared(valueOf(await remote.prepare(user, tesla, '7'))))
  if (prepared.kind !== 'change') throw new Error('it must be a change')
  const { action, context } = prepared
  const signature = await signConnectionId(connectionIdOf(action, context), key)
  return JSON.stringify(executeBody(action, context.nonce, signature))
}

describe('the whole way through Compass', () => {
  it.each(pathPrefixes)(
    'works under %s: prepared, checked, signed, executed, read again',
    async (pathPrefix) => {
      const account = { venue: 'compass', network: 'mainnet', address: user, settings: { pathPrefix } }
      venue = valueOf(createVenue(account, { practiceOrigin: practice.url, compassKey: () => 'practice' }))
      expect((await judged()).ok).toBe(true)
      const body = await signedExecute()
      expect(outcomeOf(venue, await venue.submit(body))).toEqual({ kind: 'accepted' })
      expect(valueOf(await venue.current(user, tesla))).toMatchObject({ leverage: '7', isCross: true })
      expect(practice.applied).toMatchObject([{ via: 'compass', signer: user, asset: 110_001, leverage: 7 }])
      expect(practice.requests.filter(({ path }) => path === `${pathPrefix}/execute`)).toHaveLength(1)
      expect(valueOf(await remote.isAlready(user, tesla, '7'))).toBe(true)
      expect(valueOf(await remote.isAlready(user, tesla, '8'))).toBe(false)
    },
  )

  it('takes isolated where a market allows no cross', async () => {
    const prepared = valueOf(readPrepared(valueOf(await remote.prepare(user, oil, '7'))))
    expect(prepared).toMatchObject({ kind: 'change', action: { isCross: false, asset: 110_005 } })
  })

  it('asks with the number, never without one', async () => {
    await remote.prepare(user, tesla, '7')
    expect(practice.requests.at(-1)).toMatchObject({
      path: '/v2/global_markets_perps/set_leverage',
      body: JSON.stringify({ owner: user, asset: 'TSLA', leverage: 7 }),
    })
  })

  attack(
    'venue',
    'is given a request that somebody else signed',
    'refused, and nothing changes',
    async () => {
      const outcome = outcomeOf(venue, await venue.submit(await signedExecute(strangerKey)))
      expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'answer.refused', outcome: 'sent' } })
      expect(practice.applied).toEqual([])
    },
  )
})

describe('what Compass says of a market', () => {
  it('is completed with the limits that Hyperliquid knows', async () => {
    const { markets } = valueOf(await venue.markets())
    expect(markets.find(({ symbol }) => symbol === 'TSLA')).toMatchObject({ id: 110_001, crossAllowed: true })
    expect(markets.find(({ symbol }) => symbol === 'CL')).toMatchObject({ id: 110_005, crossAllowed: false })
    expect(markets.every(({ id }) => id !== null && id >= 110_000)).toBe(true)
  })

  it.each([
    ['the number of another market', { symbol: 'TSLA', id: 110_000 }],
    ['the number of a main market', { symbol: 'BTC', id: 0 }],
    ['a number that Hyperliquid does not have', { symbol: 'TSLA', id: 110_077 }],
  ])('is refused where it is %s', async (_, market) => {
    expect(await venue.current(user, market)).toMatchObject({ error: { code: 'venue.badAnswer' } })
    expect(await venue.position(user, market)).toMatchObject({ error: { code: 'venue.badAnswer' } })
  })

  it('still lists the markets while Hyperliquid cannot be read', async () => {
    const { text } = await getOpportunities()
    const server = await startRawServer((socket, received) => {
      const compass = received.startsWith('GET /v2/global_markets_perps/opportunities')
      socket.end(compass && !received.includes('/info') ? httpText(text) : httpText('', [], '500 Error'))
    })
    const lone = venueAt(`http://127.0.0.1:${server.port}`, 'compass')
    expect(valueOf(await lone.markets()).markets.length).toBeGreaterThan(3)
    await server.close()
  })
})

const getOpportunities = async () => {
  const url = `${practice.url}/v2/global_markets_perps/opportunities?category=stock`
  const answer = await fetch(url, { headers: { 'x-api-key': 'practice' } })
  return { status: answer.status, text: await answer.text() }
}

type Fields = { readonly [key: string]: Json }
const inside = (answer: Json, key: string, change: (part: Fields) => Fields): Json => ({
  ...(answer as Fields),
  [key]: change((answer as Fields)[key] as Fields),
})

describe('an answer that was tampered with', () => {
  const tamperings: readonly (readonly [string, (answer: Json) => Json])[] = [
    ['another leverage', (answer) => inside(answer, 'action', (action) => ({ ...action, leverage: 8 }))],
    ['another market', (answer) => inside(answer, 'action', (action) => ({ ...action, asset: 110_000 }))],
    ['a main market', (answer) => inside(answer, 'action', (action) => ({ ...action, asset: 0 }))],
    [
      'another margin mode',
      (answer) => inside(answer, 'action', (action) => ({ ...action, isCross: false })),
    ],
    ['another action', (answer) => inside(answer, 'action', (action) => ({ ...action, type: 'usdSend' }))],
    ['a key too many', (answer) => inside(answer, 'action', (action) => ({ ...action, dex: 'xyz' }))],
    ['an old nonce', (answer) => ({ ...(answer as Fields), nonce: now - 60_000 })],
    ['a nonce that the hash does not cover', (answer) => ({ ...(answer as Fields), nonce: now + 1 })],
    ['the nonce left out', (answer) => ({ ...(answer as Fields), nonce: null })],
    ['the action left out', (answer) => ({ ...(answer as Fields), action: null })],
    ['a field too many', (answer) => ({ ...(answer as Fields), note: 'hi' })],
    [
      'another hash',
      (answer) =>
        inside(answer, 'typed_data', (data) => ({
          ...data,
          message: { source: 'a', connectionId: `0x${'ab'.repeat(32)}` },
        })),
    ],
    [
      'the other network',
      (answer) =>
        inside(answer, 'typed_data', (data) => ({
          ...data,
          message: { ...(data['message'] as Fields), source: 'b' },
        })),
    ],
    [
      'another domain',
      (answer) =>
        inside(answer, 'typed_data', (data) => ({
          ...data,
          domain: { ...(data['domain'] as Fields), chainId: 1 },
        })),
    ],
  ]

  it.each(tamperings)('with %s is refused before anything is signed', async (_, tamper) => {
    practice.tamperNext(tamper)
    const refused = await judged()
    expect(refused.ok).toBe(false)
    expect((await judged()).ok).toBe(true)
  })

  attack(
    'venue',
    'claims that a setting is in force already while it names an action',
    'refused before anything is signed',
    async () => {
      practice.tamperNext((answer) => ({ ...(answer as Fields), leverage_ok: true }))
      expect(await judged()).toMatchObject({ ok: false, error: { code: 'input.badField' } })
    },
  )

  it('that is not exact JSON is refused', async () => {
    const texts = ['{"leverage_ok":true,"leverage_ok":false}', '{"nonce":1.5}', 'null,', '']
    for (const text of texts) {
      const server = await startRawServer((socket) => socket.end(httpText(text)))
      const odd = venueAt(`http://127.0.0.1:${server.port}`, 'compass')
      expect(await odd.remote?.prepare(user, tesla, '7')).toMatchObject({
        error: { code: 'venue.badAnswer' },
      })
      await server.close()
    }
  })
})

describe('a refusal to prepare says what is wrong', () => {
  it.each([
    ['a leverage above the maximum', tesla, '11', 'TSLA takes at most 10.'],
    ['a leverage below 1', tesla, '0', 'body.leverage'],
    ['an asset that is not offered', { symbol: 'BTC', id: 0 }, '5', 'BTC is not offered.'],
  ])('%s', async (_, market, leverage, words) => {
    const answer = await remote.prepare(user, market, leverage)
    expect(answer).toMatchObject({ error: { code: 'venue.refusedToPrepare', outcome: 'not-sent' } })
    expect(answer.ok ? '' : answer.error.message).toContain(words)
  })

  it('an owner without an account', async () => {
    const answer = await remote.prepare(`0x${'55'.repeat(20)}`, tesla, '5')
    expect(answer.ok ? '' : answer.error.message).toContain('has no account')
  })

  it('a key that is not accepted, or missing', async () => {
    const account = { venue: 'compass', network: 'mainnet', address: user, settings: {} }
    const wrong = valueOf(createVenue(account, { practiceOrigin: practice.url, compassKey: () => 'other' }))
    expect(await wrong.remote?.prepare(user, tesla, '5')).toMatchObject({
      error: { code: 'venue.refusedToPrepare' },
    })
    expect(await wrong.markets()).toMatchObject({ error: { code: 'venue.readFailed' } })
    const none = valueOf(createVenue(account, { practiceOrigin: practice.url }))
    expect(await none.markets()).toMatchObject({ error: { code: 'venue.apiKeyMissing' } })
  })

  it.each(['429', '500BeforeApply', 'resetBeforeApply', 'redirect', 'notJson', 'truncatedBody'] as const)(
    'and %s is not taken for one',
    async (fault) => {
      practice.failNext(fault, 'read')
      const answer = await remote.prepare(user, tesla, '5')
      expect(answer.ok ? '' : answer.error.code).toMatch(/^venue\.(readFailed|badAnswer)$/)
    },
  )
})

const at = (operation: string) => `${practice.url}/v2/perpetual_trading/${operation}`

describe('the practice venue\u2019s Compass', () => {
  const key = { 'x-api-key': 'practice' }

  it('wants the key on every call', async () => {
    for (const operation of ['set_leverage', 'ensure_leverage', 'execute'])
      expect((await post(at(operation), '{}')).status).toBe(401)
    for (const operation of ['opportunities', 'positions'])
      expect((await fetch(at(operation))).status).toBe(401)
  })

  it('takes a missing leverage for the maximum, which is why a number is always sent', async () => {
    for (const question of [
      { owner: user, asset: 'GOLD' },
      { owner: user, asset: 'GOLD', leverage: null },
    ]) {
      const { text } = await post(at('set_leverage'), JSON.stringify(question), key)
      expect(JSON.parse(text)).toMatchObject({ leverage_ok: false, action: { leverage: 20 } })
    }
  })

  it('names bad fields with 422', async () => {
    const ask = { owner: user, asset: 'TSLA', leverage: 5 }
    const bad = [
      { ...ask, owner: '0x12' },
      { ...ask, leverage: 1.5 },
      { ...ask, leverage: '5' },
      { ...ask, dex: 'xyz' },
      { owner: user },
    ]
    for (const body of bad) {
      const { status, text } = await post(at('set_leverage'), JSON.stringify(body), key)
      expect(status).toBe(422)
      expect(JSON.parse(text)).toHaveProperty('detail.0.loc')
    }
  })

  it('prepares 1x, lists positions, and knows no other endpoint', async () => {
    const ensured = await post(at('ensure_leverage'), JSON.stringify({ owner: user, asset: 'TSLA' }), key)
    expect(JSON.parse(ensured.text)).toMatchObject({ leverage_ok: false, action: { leverage: 1 } })
    const positions = await fetch(at(`positions?owner=${user}`), { headers: key })
    expect(await positions.json()).toMatchObject([{ asset: 'GOLD', asset_id: 110_003, leverage: '10' }])
    expect((await fetch(at('positions'), { headers: key })).status).toBe(422)
    expect((await post(at('deposit'), '{}', key)).status).toBe(404)
  })

  it('forwards nothing that is not whole', async () => {
    const body = JSON.parse(await signedExecute()) as Record<string, unknown>
    const bad = [
      { ...body, signature: '0x12' },
      { ...body, signature: `${String(body['signature']).slice(0, -2)}00` },
      { ...body, extra: 1 },
      { ...body, action: { type: 'order' } },
    ]
    for (const text of bad.map((part) => JSON.stringify(part)))
      expect((await post(at('execute'), text, key)).status).toBeGreaterThanOrEqual(400)
    expect(practice.applied).toEqual([])
  })
})
