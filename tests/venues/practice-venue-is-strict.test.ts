import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PracticeState, PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import { freshState, subAccountOf, vaultOf } from '../../electron/venues/practice/state.ts'
import type { Hex } from '../../shared/hex.ts'
import { altered } from '../support/altered.ts'
import { ownPort } from '../support/own-port.ts'
import {
  addressOf,
  agentKey,
  change,
  post,
  signedBody,
  strangerKey,
  user,
  userKey,
  valueOf,
  venueAt,
} from './support.ts'

const now = 1_790_000_000_000
const day = 86_400_000
const agent = addressOf(agentKey)
const other = `0x${'77'.repeat(20)}` as const

function stateWithAgent(validUntil: number | null): PracticeState {
  const state = freshState([user, other])
  const account = state.accounts[user]
  if (!account) throw new Error('the funded user is gone')
  const agents = [{ address: agent, name: 'desk', validUntil }]
  return { ...state, accounts: { ...state.accounts, [user]: { ...account, agents } } }
}

let venue: PracticeVenue
beforeEach(async () => {
  venue = await startPracticeVenue({ state: stateWithAgent(null), now: () => now })
})
afterEach(() => venue.close())

const send = (body: string) => post(`${venue.url}/exchange`, body)

async function said(body: string): Promise<string> {
  const { status, text } = await send(body)
  expect(status).toBe(200)
  const answer = JSON.parse(text) as { status: string; response: string | { type: string } }
  return answer.status === 'ok' ? 'ok' : String(answer.response)
}

const without = (body: object, key: string) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== key))

const strip = (hex: string) => hex.replace(/^0x0+/, '0x')

/** A signed body whose r or s begins with a zero, which one in eight does. */
async function bodyWithLeadingZero() {
  for (let nonce = now; ; nonce += 1) {
    const body = JSON.parse(await signedBody(change(0, 7), { nonce })) as {
      action: object
      nonce: number
      signature: { r: string; s: string; v: number }
    }
    const { r, s } = body.signature
    if (strip(r) !== r || strip(s) !== s) return body
  }
}

describe('the shape of a request', () => {
  const broken: readonly (readonly [string, (body: Record<string, unknown>) => unknown])[] = [
    ['an unknown key', (body) => ({ ...body, extra: 1 })],
    ['no nonce', (body) => without(body, 'nonce')],
    ['no signature', (body) => without(body, 'signature')],
    ['a nonce in a string', (body) => ({ ...body, nonce: String(now) })],
    ['a negative nonce', (body) => ({ ...body, nonce: -1 })],
    ['an unknown action', (body) => ({ ...body, action: { type: 'setLeverage' } })],
    [
      'an action that is not for practice',
      (body) => ({ ...body, action: { type: 'withdraw3', amount: '1' } }),
    ],
    ['a fraction as leverage', (body) => ({ ...body, action: { ...change(0, 5), leverage: 5.5 } })],
    ['leverage in a string', (body) => ({ ...body, action: { ...change(0, 5), leverage: '5' } })],
    ['an asset above 32 bits', (body) => ({ ...body, action: { ...change(0, 5), asset: 2 ** 32 } })],
    ['a key too many in the action', (body) => ({ ...body, action: { ...change(0, 5), dex: 'xyz' } })],
    ['isCross as a number', (body) => ({ ...body, action: { ...change(0, 5), isCross: 1 } })],
    ['v of 0', (body) => ({ ...body, signature: { ...(body['signature'] as object), v: 0 } })],
    ['a vault address with capitals', (body) => ({ ...body, vaultAddress: `0x${'AB'.repeat(20)}` })],
    ['a short vault address', (body) => ({ ...body, vaultAddress: '0x12' })],
    ['an expiry in a string', (body) => ({ ...body, expiresAfter: String(now) })],
    ['a list', () => []],
    ['nothing', () => null],
  ]

  it.each(broken)('with %s is refused with 422', async (_, spoil) => {
    const body = JSON.parse(await signedBody(change(0, 5), { nonce: now })) as Record<string, unknown>
    expect(await send(JSON.stringify(spoil(body)))).toEqual({
      status: 422,
      text: 'Failed to deserialize the JSON body into the target type',
    })
    expect(venue.applied).toEqual([])
  })

  it('is refused with 422 for text that is not JSON, a key that stands twice, and a number like 5.0', async () => {
    const body = await signedBody(change(0, 5), { nonce: now })
    const texts = ['', '{', altered(body, '"nonce"', '"nonce":1,"nonce"'), altered(body, ':5}', ':5.0}')]
    for (const text of texts) expect((await send(text)).status).toBe(422)
  })

  it('is refused with 422 for a high s, which would be a second signature of the same action', async () => {
    const body = JSON.parse(await signedBody(change(0, 5), { nonce: now })) as {
      signature: { r: string; s: string; v: number }
    }
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const { r, s, v } = body.signature
    const high = { r, s: `0x${(order - BigInt(s)).toString(16).padStart(64, '0')}`, v: 55 - v }
    expect((await send(JSON.stringify({ ...body, signature: high }))).status).toBe(422)
  })

  it('takes r and s without their leading zeros, keys in any order, and absent for null', async () => {
    const body = await bodyWithLeadingZero()
    const { r, s, v } = body.signature
    const text = JSON.stringify({
      signature: { v, s: strip(s), r: strip(r) },
      nonce: body.nonce,
      action: Object.fromEntries(Object.entries(body.action).reverse()),
      isFrontend: true,
    })
    expect(await said(text)).toBe('ok')
  })

  it('is refused without the JSON content type, by another method and on another path', async () => {
    const body = await signedBody(change(0, 5), { nonce: now })
    expect((await post(`${venue.url}/exchange`, body, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await fetch(`${venue.url}/exchange`)).status).toBe(405)
    expect((await post(`${venue.url}/exchanges`, body)).status).toBe(404)
    expect(venue.applied).toEqual([])
  })
})

describe('who signed', () => {
  it('takes the account\u2019s own key', async () => {
    expect(await said(await signedBody(change(5, 3), { nonce: now }))).toBe('ok')
    expect(venue.applied).toMatchObject([
      { signer: user, account: user, asset: 5, leverage: 3, via: 'hyperliquid' },
    ])
  })

  it('takes an approved agent, for the account that approved it', async () => {
    expect(await said(await signedBody(change(5, 3), { nonce: now }, agentKey))).toBe('ok')
    expect(venue.applied).toMatchObject([{ signer: agent, account: user }])
  })

  it('refuses an agent whose approval ended', async () => {
    venue.setState(stateWithAgent(now))
    expect(await said(await signedBody(change(5, 3), { nonce: now }, agentKey))).toContain(
      `User or API Wallet ${agent} does not exist.`,
    )
  })

  it('refuses a stranger and names the recovered address', async () => {
    expect(await said(await signedBody(change(5, 3), { nonce: now }, strangerKey))).toBe(
      `L1 error: User or API Wallet ${addressOf(strangerKey)} does not exist.`,
    )
  })

  it.each([
    ['leverage', (body: string) => altered(body, '"leverage":3', '"leverage":4')],
    ['asset', (body: string) => altered(body, '"asset":5', '"asset":1')],
    ['isCross', (body: string) => altered(body, '"isCross":true', '"isCross":false')],
    ['nonce', (body: string) => altered(body, `"nonce":${now}`, `"nonce":${now + 1}`)],
    ['expiresAfter', (body: string) => altered(body, '"expiresAfter":null', `"expiresAfter":${now + 1000}`)],
    [
      'vaultAddress',
      (body: string) => altered(body, '"vaultAddress":null', `"vaultAddress":"${vaultOf(user)}"`),
    ],
  ])('recovers somebody else where %s was changed after signing', async (_, spoil) => {
    const text = await said(spoil(await signedBody(change(5, 3), { nonce: now })))
    expect(text).toMatch(/User or API Wallet 0x[0-9a-f]{40} does not exist/)
    expect(text).not.toContain(user)
    expect(venue.applied).toEqual([])
  })

  it('refuses a signature for the other network', async () => {
    const text = await said(await signedBody(change(5, 3), { nonce: now }, userKey, 'testnet'))
    expect(text).toContain('does not exist')
  })
})

describe('for whom', () => {
  it.each([
    ['subaccount', subAccountOf(user)],
    ['vault', vaultOf(user)],
  ])('takes the master for its %s, and leaves the master\u2019s own setting', async (_, vaultAddress) => {
    const before = venue.state.accounts[user]
    expect(await said(await signedBody(change(5, 3), { nonce: now, vaultAddress }))).toBe('ok')
    expect(venue.state.accounts[vaultAddress]?.leverage['SOL']).toEqual({ type: 'cross', value: 3 })
    expect(venue.state.accounts[user]).toBe(before)
  })

  it('takes the master\u2019s agent for its subaccount', async () => {
    const body = await signedBody(change(5, 3), { nonce: now, vaultAddress: subAccountOf(user) }, agentKey)
    expect(await said(body)).toBe('ok')
  })

  it.each([
    ['somebody else\u2019s subaccount', subAccountOf(other)],
    ['somebody else\u2019s vault', vaultOf(other)],
    ['its own address', user],
    ['an address that is nothing', `0x${'55'.repeat(20)}` as Hex],
  ])('refuses %s', async (_, vaultAddress) => {
    expect(await said(await signedBody(change(5, 3), { nonce: now, vaultAddress }))).toBe(
      `L1 error: Vault not registered: ${vaultAddress}`,
    )
    expect(venue.applied).toEqual([])
  })
})

describe('when', () => {
  it.each([
    ['two days ago', now - 2 * day],
    ['a day ahead', now + day],
    ['zero', 0],
  ])('refuses a nonce of %s', async (_, nonce) => {
    expect(await said(await signedBody(change(5, 3), { nonce }))).toContain('Invalid nonce')
  })

  it.each([now - 2 * day + 1, now + day - 1])('takes a nonce just inside the window: %i', async (nonce) => {
    expect(await said(await signedBody(change(5, 3), { nonce }))).toBe('ok')
  })

  it('refuses an action that expired, and takes one that has not', async () => {
    expect(await said(await signedBody(change(5, 3), { nonce: now, expiresAfter: now - 1 }))).toContain(
      'expired',
    )
    expect(await said(await signedBody(change(5, 3), { nonce: now, expiresAfter: 0 }))).toContain('expired')
    expect(await said(await signedBody(change(5, 3), { nonce: now, expiresAfter: now }))).toBe('ok')
  })

  it('uses a nonce up even where the action is refused', async () => {
    expect(await said(await signedBody(change(5, 999), { nonce: now }))).toBe('Invalid leverage value')
    expect(await said(await signedBody(change(5, 3), { nonce: now }))).toContain('duplicate nonce')
  })

  it('counts nonces per signer: user and agent may use the same one', async () => {
    expect(await said(await signedBody(change(5, 3), { nonce: now }))).toBe('ok')
    expect(await said(await signedBody(change(5, 4), { nonce: now }, agentKey))).toBe('ok')
  })

  it('applies one of two that arrive together with the same nonce', async () => {
    const body = await signedBody(change(5, 3), { nonce: now })
    const answers = await Promise.all([said(body), said(body), said(body)])
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(1)
    expect(venue.applied).toHaveLength(1)
  })

  it('a noop burns the nonce of a signed request that was never sent', async () => {
    const signed = await signedBody(change(5, 3), { nonce: now })
    expect(await said(await signedBody({ type: 'noop' }, { nonce: now }))).toBe('ok')
    expect(await said(signed)).toContain('duplicate nonce')
    expect(venue.applied).toMatchObject([{ type: 'noop' }])
  })

  it('keeps the 100 highest nonces and refuses what lies below them', async () => {
    const used = Array.from({ length: 100 }, (_, index) => now + 2 * index)
    venue.setState({ ...venue.state, nonces: { [user]: used } })
    expect(await said(await signedBody(change(5, 3), { nonce: now - 1 }))).toContain('nonce too low')
    expect(await said(await signedBody(change(5, 3), { nonce: now + 1 }))).toBe('ok')
    expect(venue.state.nonces[user]).toHaveLength(100)
    expect(await said(await signedBody(change(5, 3), { nonce: now }))).toContain('nonce too low')
  })
})

describe('what', () => {
  const refused: readonly (readonly [string, number, number, boolean, string])[] = [
    ['an asset that does not exist', 99, 3, true, 'Invalid asset: 99'],
    ['a spot number', 10_000, 3, true, 'Invalid asset: 10000'],
    ['a place that a builder\u2019s dex does not have', 110_099, 3, true, 'Invalid asset: 110099'],
    ['a dex that does not exist', 190_000, 3, true, 'Invalid asset: 190000'],
    ['a delisted market', 3, 3, true, 'Asset MATIC is delisted.'],
    ['leverage 0', 0, 0, true, 'Invalid leverage value'],
    ['leverage above the market\u2019s', 0, 41, true, 'Invalid leverage value'],
    ['leverage above a builder market\u2019s', 110_000, 11, true, 'Invalid leverage value'],
    ['cross where only isolated is allowed', 110_005, 3, true, 'Cross margin is not allowed for this asset.'],
    ['cross where there is no cross', 11, 3, true, 'Cross margin is not allowed for this asset.'],
    ['isolated with an open cross position', 0, 5, false, 'Cannot switch leverage type with open position.'],
    ['cross with an open isolated position', 1, 10, true, 'Cannot switch leverage type with open position.'],
    [
      'too little cross margin for less leverage',
      0,
      1,
      true,
      'Cross position does not have sufficient margin',
    ],
    [
      'too little isolated margin for less leverage',
      1,
      5,
      false,
      'Isolated position does not have sufficient margin',
    ],
  ]

  it.each(refused)('refuses %s', async (_, asset, leverage, isCross, words) => {
    expect(await said(await signedBody(change(asset, leverage, isCross), { nonce: now }))).toContain(words)
    expect(venue.applied).toEqual([])
  })

  it.each([
    ['the highest leverage of a market', 0, 40, true],
    ['less leverage with margin enough', 0, 4, true],
    ['more leverage of an isolated position', 1, 25, false],
    ['a builder\u2019s market', 110_000, 10, true],
    ['a market that is isolated only', 110_005, 20, false],
    ['the second builder\u2019s dex', 120_001, 10, true],
    ['the value that is set already', 0, 5, true],
  ])('takes %s', async (_, asset, leverage, isCross) => {
    expect(await said(await signedBody(change(asset, leverage, isCross), { nonce: now }))).toBe('ok')
  })

  it('refuses an account that is not there any more', async () => {
    const { [user]: gone, ...accounts } = venue.state.accounts
    expect(gone).toBeDefined()
    venue.setState({ ...venue.state, accounts })
    expect(await said(await signedBody(change(5, 3), { nonce: now }))).toContain('does not exist')
  })
})

describe('its state', () => {
  it('goes on in another venue from the JSON of the last change, and no nonce is good twice', async () => {
    const kept: string[] = []
    const first = await startPracticeVenue({
      funded: [user],
      now: () => now,
      onChange: (state) => kept.push(JSON.stringify(state)),
    })
    const body = await signedBody(change(5, 3), { nonce: now })
    await post(`${first.url}/exchange`, body)
    await first.close()
    const state = JSON.parse(kept.at(-1) ?? 'null') as PracticeState
    const second = await startPracticeVenue({ state, now: () => now })
    expect((await post(`${second.url}/exchange`, body)).text).toContain('duplicate nonce')
    expect(second.applied).toHaveLength(1)
    const current = await venueAt(second.url).current(user, { symbol: 'SOL', id: 5 })
    expect(valueOf(current)).toMatchObject({ leverage: '3', isCross: true })
    await second.close()
  })

  it('closes twice without complaint', async () => {
    const extra = await startPracticeVenue({ port: await ownPort() })
    await extra.close()
    await extra.close()
    await expect(fetch(extra.url)).rejects.toThrow()
  })
})
