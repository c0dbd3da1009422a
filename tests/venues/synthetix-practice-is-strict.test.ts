import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { walletOf } from '../../shared/venues/synthetix/fields.ts'
import type { SynthetixWire } from '../../shared/venues/synthetix/wire.ts'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import {
  synthetixOf,
  synthetixSubAccountOf,
  type SynthetixSubAccount,
} from '../../electron/venues/practice/synthetix-state.ts'
import { altered } from '../support/altered.ts'
import { addressOf, agentKey, post, strangerKey, user, userKey } from './support.ts'
import { signedChange, subAccountId } from './synthetix-support.ts'

const now = 1_790_000_000_000
const inTime = { nonce: now, expiresAfter: now + 60_000 }

let venue: PracticeVenue
beforeEach(async () => {
  venue = await startPracticeVenue({ funded: [user], now: () => now })
})
afterEach(() => venue.close())

interface Said {
  readonly status: string
  readonly response?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

const headers = { 'user-agent': 'test' }

async function said(body: string): Promise<string> {
  const { text } = await post(`${venue.url}/v1/trade`, body, headers)
  const answer = JSON.parse(text) as Said
  return answer.error ? `${answer.error.code}: ${answer.error.message}` : answer.status
}

const change = (parts: Partial<SynthetixWire> = {}, key = userKey) =>
  signedChange({ ...inTime, ...parts }, key)
const applied = () => synthetixOf(venue.state).applied

function setAccount(parts: Partial<SynthetixSubAccount>): void {
  const state = synthetixOf(venue.state)
  const account = state.subAccounts[subAccountId]
  if (!account) throw new Error('the funded user has no subaccount')
  const subAccounts = { ...state.subAccounts, [subAccountId]: { ...account, ...parts } }
  venue.setState({ ...venue.state, synthetix: { ...state, subAccounts } })
}

const edit = (body: string, change: (parsed: Record<string, Record<string, unknown>>) => void): string => {
  const parsed = JSON.parse(body) as Record<string, Record<string, unknown>>
  change(parsed)
  return JSON.stringify(parsed)
}

describe('the subaccount of a fresh state', () => {
  it('has 19 digits, is the same each time, and another one for each address', () => {
    expect(subAccountId).toMatch(/^[1-9]\d{18}$/)
    expect(BigInt(subAccountId)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER))
    expect(synthetixSubAccountOf(user)).toBe(subAccountId)
    expect(synthetixSubAccountOf(addressOf(agentKey))).not.toBe(subAccountId)
  })

  it('is also there for a state that was kept before there was a Synthetix', () => {
    const { synthetix: _, ...older } = venue.state
    expect(Object.keys(synthetixOf(older).subAccounts)).toEqual([subAccountId])
  })
})

describe('a change', () => {
  it.each(['A', 'B', 'D'] as const)('in shape %s is carried out', async (bodyShape) => {
    expect(await said(await change({ bodyShape }))).toBe('ok')
    expect(applied()).toMatchObject([{ subAccountId, signer: user, symbol: 'SOL-USDT', leverage: 7 }])
  })

  it('in shape C cannot be verified and is refused', async () => {
    expect(await said(await change({ bodyShape: 'C' }))).toBe('VALIDATION_ERROR: subaccountId is required')
  })

  it.each<readonly [string, string, (parsed: Record<string, Record<string, unknown>>) => void]>([
    ['another leverage', 'UNAUTHORIZED', ({ params }) => Object.assign(params ?? {}, { leverage: '8' })],
    ['another market', 'UNAUTHORIZED', ({ params }) => Object.assign(params ?? {}, { symbol: 'ETH-USDT' })],
    ['another nonce', 'UNAUTHORIZED', (body) => Object.assign(body, { nonce: now + 1 })],
    ['another expiry', 'UNAUTHORIZED', (body) => Object.assign(body, { expiresAfter: now + 60_001 })],
    [
      'the id next to it',
      'UNAUTHORIZED',
      ({ params }) => Object.assign(params ?? {}, { subaccountId: String(BigInt(subAccountId) + 1n) }),
    ],
    [
      'a wallet without its checksum',
      'UNAUTHORIZED',
      ({ params }) => Object.assign(params ?? {}, { walletAddress: user }),
    ],
    ['an unknown field', 'INVALID_FORMAT', (body) => Object.assign(body, { extra: 1 })],
    ['v of 26', 'INVALID_FORMAT', ({ signature }) => Object.assign(signature ?? {}, { v: 26 })],
    ['a short r', 'INVALID_FORMAT', ({ signature }) => Object.assign(signature ?? {}, { r: '0x12' })],
    [
      'an s of the upper half',
      'INVALID_FORMAT',
      ({ signature }) => Object.assign(signature ?? {}, { s: `0x${'f'.repeat(64)}` }),
    ],
  ])('with %s put in after signing is refused', async (_, code, put) => {
    expect(await said(edit(await change(), put))).toContain(`${code}: `)
    expect(applied()).toEqual([])
  })

  it('with v as 0 or 1 is carried out', async () => {
    const body = edit(await change(), ({ signature }) => {
      if (signature) signature['v'] = Number(signature['v']) - 27
    })
    expect(await said(body)).toBe('ok')
  })

  it('with the id as a JSON number is refused', async () => {
    const body = altered(await change(), `"${subAccountId}"`, subAccountId)
    expect(await said(body)).toBe('INVALID_FORMAT: Invalid request body')
  })

  it('by a stranger is refused, and uses up the nonce of the stranger only', async () => {
    expect(await said(await change({}, strangerKey))).toContain('FORBIDDEN: ')
    expect(await said(await change({}, strangerKey))).toBe('UNAUTHORIZED: Nonce already used')
    expect(await said(await change())).toBe('ok')
  })

  it('by a delegate is carried out until its permission ends', async () => {
    const agent = addressOf(agentKey)
    setAccount({ delegates: [{ address: agent, permission: 'trading', expiresAt: now + 1 }] })
    expect(await said(await change({}, agentKey))).toBe('ok')
    venue.setClock(now + 1)
    expect(await said(await change({ nonce: now + 1 }, agentKey))).toContain('FORBIDDEN: ')
  })

  it('needs a nonce above the last of its signer', async () => {
    expect(await said(await change())).toBe('ok')
    for (const nonce of [now, now - 1])
      expect(await said(await change({ nonce }))).toBe('UNAUTHORIZED: Nonce already used')
    expect(await said(await change({ nonce: now + 1 }))).toBe('ok')
  })

  it('with a higher nonce that came first makes a signed, unsent one useless', async () => {
    const signed = await change({ leverage: '20' })
    expect(await said(await change({ nonce: now + 1 }))).toBe('ok')
    expect(await said(signed)).toBe('UNAUTHORIZED: Nonce already used')
    expect(applied()).toHaveLength(1)
  })

  it('that has expired is refused; so is one whose expiry counts in the other unit', async () => {
    expect(await said(await change({ expiresAfter: now }))).toBe('VALIDATION_ERROR: Request expired')
    const seconds = Math.floor((now + 60_000) / 1000)
    expect(await said(await change({ expiresAfter: seconds }))).toBe('VALIDATION_ERROR: Request expired')
    venue.setState({ ...venue.state, synthetix: { ...synthetixOf(venue.state), expiresAfterUnit: 's' } })
    expect(await said(await change({ expiresAfter: seconds }))).toBe('ok')
  })

  it.each([
    ['beyond the market', { leverage: '26' }, 'VALIDATION_ERROR: Leverage exceeds maximum allowed'],
    ['of no market', { symbol: 'NO-USDT' }, 'MARKET_NOT_FOUND: Invalid market symbol'],
    ['of a closed market', { symbol: 'OLD-USDT', leverage: '2' }, 'MARKET_CLOSED: Market is closed'],
    [
      'with too little margin',
      { symbol: 'BTC-USDT', leverage: '1' },
      'INSUFFICIENT_MARGIN: Not enough margin',
    ],
  ] as const)('%s is refused', async (_, parts, words) => {
    expect(await said(await change(parts))).toBe(words)
  })

  it('beyond the tier of a large position is refused', async () => {
    const quantity = '20'
    setAccount({
      collateral: '1000000',
      positions: { 'BTC-USDT': { side: 'long', quantity, entryPrice: '97250' } },
    })
    const parts = { symbol: 'BTC-USDT' }
    expect(await said(await change({ ...parts, leverage: '26' }))).toContain('exceeds maximum')
    expect(await said(await change({ ...parts, nonce: now + 1, leverage: '25' }))).toBe('ok')
  })
})

async function info(params: object): Promise<Said> {
  const body = JSON.stringify({ params })
  return JSON.parse((await post(`${venue.url}/v1/info`, body, headers)).text) as Said
}

describe('the other paths', () => {
  it('list the subaccounts of a wallet that is written with its checksum', async () => {
    const walletAddress = walletOf(user)
    expect((await info({ action: 'getSubAccountIds', walletAddress })).response).toEqual([subAccountId])
    expect(
      (await info({ action: 'getSubAccountIds', walletAddress, includeDelegations: true })).response,
    ).toEqual({ subAccountIds: [subAccountId], delegatedSubAccountIds: [] })
    expect((await info({ action: 'getSubAccountIds', walletAddress: user })).error?.code).toBe(
      'VALIDATION_ERROR',
    )
  })

  it('tell prices and the status of the exchange, and refuse what they do not know', async () => {
    expect((await info({ action: 'getMarketPrices' })).response).toMatchObject({
      'BTC-USDT': { markPrice: '97250' },
    })
    expect((await info({ action: 'nothing' })).error?.code).toBe('VALIDATION_ERROR')
    const status = await fetch(`${venue.url}/v1/exchange/status`, { headers })
    expect(await status.json()).toMatchObject({ exchange_status: 'RUNNING' })
  })
})
