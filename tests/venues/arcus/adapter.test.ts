import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ok } from '../../../shared/errors.ts'
import { readsWithKey } from '../../../shared/keys.ts'
import { readKeyStanding } from '../../../shared/venues/arcus/api-keys.ts'
import { arcus } from '../../../shared/venues/arcus/module.ts'
import { settledAfterMs } from '../../../shared/venues/arcus/wire.ts'
import type { Venue } from '../../../electron/venues/port.ts'
import { practiceConfirmationMs } from '../../../electron/venues/practice/arcus-change.ts'
import { accountKey } from '../../../electron/venues/practice/arcus-state.ts'
import {
  practiceFaults,
  type PracticeFault,
  type PracticeVenue,
} from '../../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../../electron/venues/practice/practice-venue.ts'
import { startRawServer, user, valueOf } from '../support.ts'
import { alter, arcusAt, otherKey, practiceKey, signerOf, stateOf, wireTo } from './support.ts'
import { meeting, patient as limits } from '../../support/meeting.ts'
import { ownPort } from '../../support/own-port.ts'
import { truth } from '../truth.ts'

const btc = { symbol: 'BTC-USD', id: 1 }
let practice: PracticeVenue
beforeEach(async () => {
  practice = await startPracticeVenue({ funded: [user, `0x${'99'.repeat(20)}`], slowMs: 50 })
})
afterEach(() => practice.close())

const send = (venue: Venue, wire = wireTo(10), key = practiceKey, stampMs = Date.now()) =>
  venue.submit(arcus.bodyOf(wire, null), { signer: signerOf(key), stampMs })

const outcomeOf = async (venue: Venue, wire = wireTo(10), key = practiceKey, stampMs = Date.now()) =>
  arcus.readAnswer(await send(venue, wire, key, stampMs), wire)

describe('a change on Arcus', () => {
  it.each(practiceFaults.map((fault) => [fault, ...truth[fault]] as const))(
    '%s: is %s (applied: %i), sent once, and reading tells the truth',
    async (fault, outcome, applied) => {
      const venue = arcusAt(practice.url, {}, { limits })
      const answer = await meeting({ venue: practice, limits }, fault, () => send(venue))
      expect(answer.sent).toBe(true)
      expect(arcus.readAnswer(answer, wireTo(10)).kind).toBe(outcome)
      await expect.poll(() => stateOf(practice).applied).toHaveLength(applied)
      expect(practice.requests.map(({ target }) => target)).toEqual(['submission'])
      const current = valueOf(await arcusAt(practice.url).current(user, btc))
      expect(current).toMatchObject({ leverage: applied === 1 ? '10' : '5', isCross: true })
    },
  )

  it('is read without any key', async () => {
    expect(readsWithKey('arcus')).toBe(false)
    expect((await arcusAt(practice.url).current(user, btc)).ok).toBe(true)
  })

  it('goes to the real path with the address in it, in canonical form and with the three headers', async () => {
    const stampMs = Date.now()
    expect(await outcomeOf(arcusAt(practice.url), wireTo(10), practiceKey, stampMs)).toEqual({
      kind: 'accepted',
    })
    expect(practice.requests[0]).toMatchObject({
      method: 'POST',
      path: `/v1/setLeverage?address=${user}`,
      body: `{"accountIndex":0,"address":"${user}","leverage":10,"marketId":1}`,
    })
    expect(stateOf(practice).applied[0]?.timestamp).toBe(`${stampMs}000000`)
  })

  it('whose outcome was unknown can never be applied a second time', async () => {
    const venue = arcusAt(practice.url)
    const stampMs = Date.now()
    practice.failNext('resetAfterApply')
    expect((await outcomeOf(venue, wireTo(10), practiceKey, stampMs)).kind).toBe('unknown')
    expect((await outcomeOf(venue, wireTo(10), practiceKey, stampMs)).kind).toBe('refused')
    expect(stateOf(practice).applied).toHaveLength(1)
  })

  it('without a key, or with one that does not sign, certainly leaves nothing behind', async () => {
    const venue = arcusAt(practice.url)
    const body = arcus.bodyOf(wireTo(10), null)
    const broken = {
      keyId: practiceKey.keyId,
      sign: () =>
        Promise.resolve({
          ok: false as const,
          error: {
            code: 'secret.none' as const,
            message: 'no key',
            next: '',
            outcome: 'not-sent' as const,
          },
        }),
    }
    for (const answer of [await venue.submit(body), await venue.submit(body, { signer: broken, stampMs: 1 })])
      expect(arcus.readAnswer(answer, wireTo(10)).kind).toBe('notSent')
    expect(practice.requests).toEqual([])
  })

  it('to a venue that is not there was certainly not sent', async () => {
    const outcome = await outcomeOf(arcusAt(`http://127.0.0.1:${await ownPort()}`))
    expect(outcome).toMatchObject({
      kind: 'notSent',
      failure: { code: 'answer.notSent', outcome: 'not-sent' },
    })
  })

  it('whose answer repeats the signature is kept without it', async () => {
    const stampMs = Date.now()
    const server = await startRawServer((socket, received) => {
      const signature = /x-signature: ([0-9a-f]{128})/i.exec(received)?.[1]
      if (!signature || !received.includes('marketId')) return
      const body = JSON.stringify({ error: `bad ${signature}` })
      socket.end(
        `HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
    })
    const answer = await send(arcusAt(`http://127.0.0.1:${server.port}`), wireTo(10), practiceKey, stampMs)
    await server.close()
    expect(answer.body).toBe('{"error":"bad (a signature)"}')
  })

  it.each([
    ['by a key that nobody registered', wireTo(10), otherKey, 'invalid API key'],
    ['of another address', wireTo(10, { address: `0x${'99'.repeat(20)}` }), practiceKey, 'does not match'],
    ['of another account index', wireTo(10, { accountIndex: 3 }), practiceKey, 'accountIndex'],
    ['above the market maximum', wireTo(41), practiceKey, 'exceeds market max 40'],
    ['of a market that is offline', wireTo(5, { marketId: 40 }), practiceKey, 'offline market'],
    ['that the margin does not carry', wireTo(1), practiceKey, '5x is still in force'],
    ['to isolated with an open position', wireTo(5, { isolated: true }), practiceKey, 'HAS_OPEN_POSITION'],
  ] as const)('%s is refused, and the reason is told', async (_, wire, key, words) => {
    const outcome = await outcomeOf(arcusAt(practice.url), wire, key)
    expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'answer.refused', outcome: 'sent' } })
    expect(outcome.kind === 'refused' && outcome.failure.message).toContain(words)
    expect(stateOf(practice).applied).toEqual([])
  })

  it('that Arcus only took in (202) is unknown until reading shows it', async () => {
    const start = Date.now()
    practice.setClock(start)
    alter(practice, { confirmation: 'later' })
    const venue = arcusAt(practice.url)
    expect((await outcomeOf(venue, wireTo(10), practiceKey, start)).kind).toBe('unknown')
    expect(valueOf(await venue.current(user, btc)).leverage).toBe('5')
    practice.setClock(start + practiceConfirmationMs)
    expect(valueOf(await venue.current(user, btc)).leverage).toBe('10')
  })

  it('that Arcus took in and dropped (202) is unknown, and never shows', async () => {
    const start = Date.now()
    practice.setClock(start)
    alter(practice, { confirmation: 'never' })
    const venue = arcusAt(practice.url)
    expect((await outcomeOf(venue, wireTo(10), practiceKey, start)).kind).toBe('unknown')
    practice.setClock(start + settledAfterMs)
    expect(valueOf(await venue.current(user, btc)).leverage).toBe('5')
    expect((await outcomeOf(venue, wireTo(10), practiceKey, start)).kind).toBe('refused')
  })
})

describe('reading Arcus', () => {
  it('gives markets with the exact maximum, current leverage and positions', async () => {
    const venue = arcusAt(practice.url)
    const { markets } = valueOf(await venue.markets())
    expect(markets.map(({ symbol, id, maxLeverage }) => [symbol, id, maxLeverage])).toContainEqual([
      'XAU-USD',
      26,
      33,
    ])
    expect(markets.find(({ id }) => id === 40)).toMatchObject({ delisted: true })
    expect(valueOf(await venue.current(user, { symbol: 'ETH-USD', id: 2 }))).toMatchObject({
      leverage: '10',
      isCross: false,
    })
    expect(valueOf(await venue.current(user, { symbol: 'SOL-USD', id: 3 }))).toMatchObject({ leverage: '20' })
    expect(valueOf(await venue.position(user, { symbol: 'ETH-USD', id: 2 }))).toEqual({
      symbol: 'ETH-USD',
      size: '-2.0',
      marginUsed: '810.0',
      value: '6621.000000',
      liquidationPrice: null,
      leverage: '10',
      isCross: false,
    })
    expect(valueOf(await venue.position(user, { symbol: 'SOL-USD', id: 3 }))).toBeNull()
  })

  it('asks about the account index of the settings, always by its right name', async () => {
    const venue = arcusAt(practice.url, { accountIndex: 7 })
    alter(practice, {
      accounts: {
        ...stateOf(practice).accounts,
        [accountKey(user, 7)]: { equity: '1', leverage: { 1: { value: 3, isolated: true } }, positions: {} },
      },
    })
    expect(valueOf(await venue.current(user, btc))).toMatchObject({ leverage: '3', isCross: false })
    await venue.position(user, btc)
    expect(practice.requests.map(({ path }) => path)).toEqual([
      `/v1/leverages?address=${user}&accountIndex=7`,
      `/v1/positions?address=${user}&accountIndex=7`,
    ])
  })

  it('takes the difference of the clocks from nanoseconds', async () => {
    const now = 1_790_000_000_000
    practice.setClock(now + 4_000)
    expect(
      valueOf((await arcusAt(practice.url, {}, { now: () => now }).clock?.()) ?? { ok: true, value: 0 }),
    ).toBe(4_000)
  })

  const usable: readonly PracticeFault[] = ['slow', 'duplicate']
  const oddShape: readonly PracticeFault[] = ['wrongJson', 'okButNotApplied']

  it.each(practiceFaults)('that meets %s changes nothing and says so', async (fault) => {
    const read = () => arcusAt(practice.url, {}, { limits }).current(user, btc)
    const current = await meeting({ venue: practice, limits }, fault, read, 'read')
    if (usable.includes(fault)) return expect(current.ok).toBe(true)
    const code = oddShape.includes(fault) ? 'venue.badAnswer' : 'venue.readFailed'
    expect(current).toMatchObject({ ok: false, error: { code, outcome: 'not-sent' } })
    expect(practice.requests).toHaveLength(1)
  })
})

describe('the key of an account', () => {
  const signing = { address: user, signer: user, vaultAddress: null }

  it('that is registered and valid may sign; without a key nothing may', async () => {
    const venue = arcusAt(practice.url)
    expect(await venue.checkSigner({ ...signing, keyId: practiceKey.keyId })).toEqual({
      ok: true,
      value: null,
    })
    expect(await venue.checkSigner(signing)).toMatchObject({ ok: false, error: { code: 'secret.none' } })
  })

  it.each([
    ['is not registered', {}, otherKey.keyId, 'not registered'],
    ['was deleted', { status: 'DELETED' }, practiceKey.keyId, 'DELETED'],
    ['expired', { validUntil: 1_000 }, practiceKey.keyId, 'expired at 1970-01-01'],
    ['is one of another account index', { accountIndex: 4 }, practiceKey.keyId, 'account index 0'],
  ] as const)('that %s may not, and it is said why', async (_, change, keyId, words) => {
    alter(practice, { keys: stateOf(practice).keys.map((key) => ({ ...key, ...change })) })
    const checked = await arcusAt(practice.url).checkSigner({ ...signing, keyId })
    expect(checked).toMatchObject({ ok: false, error: { code: 'secret.notAccepted', outcome: 'not-sent' } })
    expect(checked.ok ? '' : checked.error.message).toContain(words)
  })

  it('is told until when it is taken, and nothing of what it may do where no permission is listed', async () => {
    const { apiKeys, checkKey } = arcusAt(practice.url)
    const expiresAtMs = Date.now() + 2 * 86_400_000
    alter(practice, { keys: stateOf(practice).keys.map((key) => ({ ...key, validUntil: expiresAtMs })) })
    const standing = { keyId: practiceKey.keyId, expiresAtMs, permissions: null, name: 'practice' }
    expect(await apiKeys?.standing(practiceKey.keyId)).toEqual(ok(standing))
    const expiresAt = new Date(expiresAtMs).toISOString()
    expect(await checkKey?.(signerOf(practiceKey))).toEqual(ok({ expiresAt, permissions: null }))
  })

  it('has the permissions that are listed', () => {
    const row = { apiKey: practiceKey.keyId, address: user, accountIndex: 0, status: 'ACTIVE' }
    const question = { keyId: practiceKey.keyId, address: user, accountIndex: 0, nowMs: 1 }
    const read = (permissions: unknown) => readKeyStanding({ apiKeys: [{ ...row, permissions }] }, question)
    expect(read(['withdraw'])).toMatchObject({ ok: true, value: { permissions: ['withdraw'] } })
    for (const none of [[], null, undefined])
      expect(read(none)).toMatchObject({ ok: true, value: { permissions: null } })
    for (const odd of ['withdraw', [null], ['may <b>withdraw</b>']])
      expect(read(odd)).toMatchObject({ ok: true, value: { permissions: ['unreadable'] } })
  })

  it('of all accounts of the address may sign for any of them', async () => {
    alter(practice, { keys: stateOf(practice).keys.map((key) => ({ ...key, accountIndex: null })) })
    const venue = arcusAt(practice.url, { accountIndex: 9 })
    expect((await venue.checkSigner({ ...signing, keyId: practiceKey.keyId })).ok).toBe(true)
  })
})
