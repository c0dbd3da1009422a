import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lower, type Hex } from '../../shared/hex.ts'
import { readSignature } from '../../shared/signature.ts'
import type { Action } from '../../shared/venues/hyperliquid/action.ts'
import { exchangeBody } from '../../shared/venues/hyperliquid/request.ts'
import { practiceConnectionId } from '../../electron/venues/practice/hashing.ts'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import { freshState } from '../../electron/venues/practice/state.ts'
import computed from '../data/vectors/hyperliquid-updateLeverage.json' with { type: 'json' }
import published from '../data/vectors/hyperliquid-public.json' with { type: 'json' }
import traps from '../data/vectors/hyperliquid-traps.json' with { type: 'json' }
import { post, signConnectionId, user, userKey, valueOf } from './support.ts'

const refusal = (text: string): string => (JSON.parse(text) as { response: string }).response

interface Vector {
  readonly action: unknown
  readonly nonce: number
  readonly vaultAddress: string | null
  readonly expiresAfter: number | null
}

const contextOf = ({ nonce, vaultAddress, expiresAfter }: Vector) => ({
  nonce,
  vaultAddress: vaultAddress as Hex | null,
  expiresAfter,
})

const bodyOf = (
  vector: Vector,
  given: { readonly r: string; readonly s: string; readonly v: number },
): string =>
  JSON.stringify(
    exchangeBody(
      vector.action as Action,
      contextOf(vector),
      valueOf(readSignature(given.r, given.s, given.v)),
    ),
  )

describe('the known answers, held against the practice venue\u2019s own hashing', () => {
  it.each(computed.vectors.map((vector) => [vector.id, vector] as const))('%s: connectionId', (_, vector) => {
    const action = vector.action as {
      type: 'updateLeverage'
      asset: number
      isCross: boolean
      leverage: number
    }
    expect(practiceConnectionId({ action, ...contextOf(vector) })).toBe(vector.expected.connectionId)
  })

  describe('posted to a venue that knows nobody, each is told its signer', () => {
    const venues: Partial<Record<'mainnet' | 'testnet', PracticeVenue>> = {}
    beforeAll(async () => {
      venues.mainnet = await startPracticeVenue({ funded: [] })
      venues.testnet = await startPracticeVenue({ funded: [], network: 'testnet' })
    })
    afterAll(() => Promise.all([venues.mainnet?.close(), venues.testnet?.close()]))

    it.each(computed.vectors.map((vector) => [vector.id, vector] as const))('%s', async (_, vector) => {
      const { url = '' } = venues[vector.isMainnet ? 'mainnet' : 'testnet'] ?? {}
      const { status, text } = await post(`${url}/exchange`, bodyOf(vector, vector.expected.signature))
      expect(status).toBe(200)
      expect(refusal(text)).toBe(
        `L1 error: User or API Wallet ${lower(vector.address as Hex)} does not exist.`,
      )
    })

    it.each(published.updateLeverage.map((vector) => [vector.name, vector] as const))(
      '%s',
      async (_, vector) => {
        const { url = '' } = venues[vector.isMainnet ? 'mainnet' : 'testnet'] ?? {}
        const { text } = await post(`${url}/exchange`, bodyOf(vector, vector.published.signature))
        expect(refusal(text)).toContain(lower(vector.address as Hex))
      },
    )
  })
})

describe('the known answers, posted with the clock at their nonce', () => {
  const listed = computed.vectors.filter(({ action, vaultAddress, address, isMainnet }) => {
    const plain = vaultAddress === null && lower(address as Hex) === user && isMainnet
    return plain && action.asset === 0 && action.leverage <= 40
  })

  it('has some that are within the limits of a market', () => {
    expect(listed.length).toBeGreaterThan(4)
  })

  it.each(listed.map((vector) => [vector.id, vector] as const))(
    '%s is applied once, and refused the second time',
    async (_, vector) => {
      const venue = await startPracticeVenue({
        funded: [`0x${'99'.repeat(20)}`, user],
        now: () => vector.nonce,
      })
      const body = bodyOf(vector, vector.expected.signature)
      const first = await post(`${venue.url}/exchange`, body)
      expect(JSON.parse(first.text)).toEqual({ status: 'ok', response: { type: 'default' } })
      const again = await post(`${venue.url}/exchange`, body)
      expect(refusal(again.text)).toContain('duplicate nonce')
      expect(venue.applied).toHaveLength(1)
      expect(venue.applied[0]).toMatchObject({
        ...vector.action,
        nonce: vector.nonce,
        signer: user,
        account: user,
      })
      await venue.close()
    },
  )

  it('takes the published noop, which burns its nonce', async () => {
    const noop = published.otherL1.find((vector) => 'action' in vector && vector.action.type === 'noop')
    const signature = noop && 'published' in noop && 'signature' in noop.published && noop.published.signature
    if (!noop || !signature || !('nonce' in noop)) throw new Error('the noop vector is gone')
    const nonce = Number(noop.nonce)
    const venue = await startPracticeVenue({ funded: [user], now: () => nonce })
    const body = bodyOf({ action: noop.action, nonce, vaultAddress: null, expiresAfter: null }, signature)
    expect((await post(`${venue.url}/exchange`, body)).text).toContain('"status":"ok"')
    expect(venue.applied).toMatchObject([{ type: 'noop', signer: user, nonce }])
    await venue.close()
  })
})

describe('the hashes that faulty implementations sign', () => {
  it.each(traps.vectors.map((trap) => [trap.name, trap] as const))('%s: never accepted', async (_, trap) => {
    const { base } = traps
    const start = freshState([user])
    const venue = await startPracticeVenue({ state: start, now: () => base.nonce })
    const signature = await signConnectionId(trap.wrongConnectionId as Hex, userKey)
    const { text } = await post(`${venue.url}/exchange`, bodyOf(base, signature))
    expect(refusal(text)).toMatch(/User or API Wallet 0x[0-9a-f]{40} does not exist/)
    expect(refusal(text)).not.toContain(user)
    expect(venue.state).toBe(start)
    await venue.close()
  })

  it('while the right hash of the same fields is', async () => {
    const { base } = traps
    const venue = await startPracticeVenue({ funded: [user], now: () => base.nonce })
    const signature = await signConnectionId(base.rightConnectionId as Hex, userKey)
    expect((await post(`${venue.url}/exchange`, bodyOf(base, signature))).text).toContain('"status":"ok"')
    await venue.close()
  })
})
