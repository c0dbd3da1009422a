import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../shared/history/canonical-json.ts'
import { nanosecondsOf } from '../../../shared/venues/arcus/signing.ts'
import { freshArcus, practiceOnlyArcusKey } from '../../../electron/venues/practice/arcus-state.ts'
import type { PracticeVenue } from '../../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../../electron/venues/practice/practice-venue.ts'
import { freshState } from '../../../electron/venues/practice/state.ts'
import { arcusVectors } from './vectors.ts'
import { post, user } from '../support.ts'
import { headersFor, keyOf, otherKey, practiceKey, stateOf } from './support.ts'

const now = 1_790_661_690_814
const body = { address: user, accountIndex: 0, marketId: 1, leverage: 10 }
const other = `0x${'99'.repeat(20)}` as const

let practice: PracticeVenue
beforeEach(async () => {
  practice = await startPracticeVenue({ funded: [user, other], now: () => now })
})
afterEach(() => practice.close())

const send = (text: string, headers: Readonly<Record<string, string>>, query = `?address=${user}`) =>
  post(`${practice.url}/v1/setLeverage${query}`, text, headers)

const sendBody = (value: JsonObject, stampMs = now) => send(JSON.stringify(value), headersFor(value, stampMs))

const get = async (path: string) => {
  const answer = await fetch(`${practice.url}${path}`)
  return { status: answer.status, text: await answer.text() }
}

describe('the practice key', () => {
  it('is the published one, registered for the first funded address only', () => {
    expect(keyOf(practiceOnlyArcusKey.seed).keyId).toBe(practiceOnlyArcusKey.keyId)
    expect(stateOf(practice).keys.map(({ address, accountIndex }) => [address, accountIndex])).toEqual([
      [user, 0],
    ])
    expect(Object.keys(stateOf(practice).accounts)).toEqual([`${user}/0`, `${other}/0`])
  })
})

describe('a signed change', () => {
  it('is taken in any order of its names, and with the address in any spelling', async () => {
    const spelt = {
      leverage: 10,
      marketId: 1,
      address: user.toUpperCase().replace('0X', ''),
      accountIndex: 0,
    }
    expect(await sendBody(spelt)).toMatchObject({ status: 200 })
    expect(stateOf(practice).applied).toMatchObject([{ address: user, leverage: 10, isolated: null }])
  })

  it.each(arcusVectors.setLeverage.map((vector) => [vector.message, vector] as const))(
    '%s: its signature is taken, and what is then refused is not the signature',
    async (_, vector) => {
      practice.setClock(Number(vector.timestamp.slice(0, 13)))
      practice.setState({
        ...practice.state,
        arcus: {
          ...freshArcus([user]),
          keys: [
            {
              keyId: vector.apiKey,
              address: `0x${vector.body.address.replace(/^0x/, '').toLowerCase()}`,
              accountIndex: null,
              name: 'vector',
              validUntil: null,
              status: 'ACTIVE',
              createdAtMs: 0,
            },
          ],
        },
      })
      const query = `?address=${vector.body.address}`
      const { 'Content-Type': _type, ...headers } = vector.headers
      const answer = await send(vector.bodyAsSentExamples[0] ?? '', headers, query)
      expect([200, 400]).toContain(answer.status)
      expect(answer.text).not.toMatch(/signature|API key|timestamp/)
    },
  )

  const headers = headersFor(body, now)
  it.each([
    ['no key', { ...headers, 'x-api-key': '' }, 'API key'],
    ['a key that nobody registered', headersFor(body, now, otherKey), 'invalid API key'],
    ['no time', { ...headers, 'x-timestamp': '' }, 'timestamp'],
    ['a time in milliseconds', { ...headers, 'x-timestamp': String(now) }, 'timestamp'],
    ['a time more than 30 s ago', headersFor(body, now - 30_001), 'timestamp'],
    ['a time more than 30 s ahead', headersFor(body, now + 30_001), 'timestamp'],
    ['no signature', { ...headers, 'x-signature': '' }, 'signature'],
    [
      'a signature in capitals',
      { ...headers, 'x-signature': headers['x-signature'].toUpperCase() },
      'signature',
    ],
    [
      'the signature of another key',
      { ...headersFor(body, now, otherKey), 'x-api-key': practiceKey.keyId },
      'invalid order signature',
    ],
    [
      'the signature of another time',
      { ...headers, 'x-timestamp': nanosecondsOf(now + 1) },
      'invalid order signature',
    ],
    ['the signature of another body', headersFor({ ...body, leverage: 11 }, now), 'invalid order signature'],
  ] as const)('with %s is refused with 401', async (_, given, words) => {
    const answer = await send(JSON.stringify(body), given)
    expect(answer.status).toBe(401)
    expect(answer.text).toContain(words)
    expect(stateOf(practice).applied).toEqual([])
  })

  it('at 30 s from the clock is still taken', async () => {
    expect((await sendBody(body, now - 30_000)).status).toBe(200)
    expect((await sendBody({ ...body, leverage: 11 }, now + 30_000)).status).toBe(200)
  })

  it('is taken only with a time above every one that its key used, even after a refusal', async () => {
    expect((await sendBody({ ...body, leverage: 41 }, now + 5)).status).toBe(400)
    for (const stampMs of [now + 5, now + 4]) expect((await sendBody(body, stampMs)).status).toBe(401)
    expect((await sendBody(body, now + 6)).status).toBe(200)
  })

  it.each([
    ['an unknown key', { ...body, extra: 1 }],
    ['no market', { address: user, leverage: 10 }],
    ['leverage in a string', { ...body, leverage: '10' }],
    ['leverage 0', { ...body, leverage: 0 }],
    ['leverage above 1000', { ...body, leverage: 1001 }],
    ['a market above 16 bits', { ...body, marketId: 65_536 }],
    ['an account index above 9', { ...body, accountIndex: 10 }],
    ['isolated as a number', { ...body, isolated: 1 }],
    ['a short address', { ...body, address: '0x12' }],
    ['a market that it does not have', { ...body, marketId: 999 }],
  ])('with %s is refused with 400', async (_, value) => {
    expect((await sendBody(value)).status).toBe(400)
    expect(stateOf(practice).applied).toEqual([])
  })

  it('needs the same address in query, body and key', async () => {
    const text = JSON.stringify(body)
    expect((await send(text, headersFor(body, now), '')).status).toBe(400)
    expect((await send(text, headersFor(body, now + 1), `?address=${other}`)).status).toBe(403)
    const theirs = { ...body, address: other }
    expect(
      (await send(JSON.stringify(theirs), headersFor(theirs, now + 2), `?address=${other}`)).status,
    ).toBe(403)
  })

  it('by a key that expired is refused with 401', async () => {
    const keys = stateOf(practice).keys.map((key) => ({ ...key, validUntil: now }))
    practice.setState({ ...practice.state, arcus: { ...stateOf(practice), keys } })
    expect((await sendBody(body)).status).toBe(401)
  })

  it('that lowers an isolated position below its own margin is refused with the leverage in force', async () => {
    const answer = await sendBody({ ...body, marketId: 2, leverage: 3 })
    expect(answer.status).toBe(422)
    expect(JSON.parse(answer.text)).toMatchObject({
      status: 'REJECTED',
      rejectReason: 'UNDERCOLLATERALIZED',
      leverage: 10,
    })
  })

  it('from isolated to cross is taken, and the position is then margined from the account', async () => {
    expect((await sendBody({ ...body, marketId: 2, leverage: 10, isolated: false })).status).toBe(200)
    expect(stateOf(practice).accounts[`${user}/0`]).toMatchObject({
      leverage: { 2: { value: 10, isolated: false } },
      positions: { 2: { isolatedMargin: null } },
    })
  })
})

describe('a reading', () => {
  it('takes a misspelt account index for 0, as the real venue does, and refuses one above 9', async () => {
    expect(JSON.parse((await get(`/v1/leverages?address=${user}&accountindex=3`)).text)).toMatchObject({
      accountIndex: 0,
    })
    expect((await get(`/v1/leverages?address=${user}&accountIndex=10`)).status).toBe(400)
    expect((await get('/v1/leverages')).status).toBe(400)
  })

  it('gives the time as a whole number of nanoseconds, written out', async () => {
    expect((await get('/v1/time')).text).toBe(`{"timeNs":${now}000000}`)
  })

  it('knows an account only after its first activity, and answers no other method', async () => {
    expect((await get(`/v1/account?address=${user}`)).status).toBe(200)
    expect((await get(`/v1/account?address=${user}&accountIndex=5`)).status).toBe(404)
    expect((await get(`/v1/setLeverage?address=${user}`)).status).toBe(405)
    expect((await post(`${practice.url}/v1/leverages?address=${user}`, '{}')).status).toBe(405)
  })
})

it('a state that is older than the practice Arcus gets a fresh one for its users', async () => {
  const { arcus: _, ...older } = freshState([user])
  practice.setState(older)
  expect((await sendBody(body)).status).toBe(200)
  expect(stateOf(practice).applied).toHaveLength(1)
})
