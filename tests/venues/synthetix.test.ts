import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTradeAnswer } from '../../shared/venues/synthetix/answer.ts'
import { permitBy, changeWire, signedChange, subAccountId, synthetixAt } from './synthetix-support.ts'
import { practiceFaults, type PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import { synthetixOf } from '../../electron/venues/practice/synthetix-state.ts'
import {
  addressOf,
  agentKey,
  httpText,
  startRawServer,
  strangerKey,
  user,
  userKey,
  valueOf,
} from './support.ts'
import { meeting, patient as limits } from '../support/meeting.ts'
import { ownPort } from '../support/own-port.ts'
import { truth } from './truth.ts'

const sol = { symbol: 'SOL-USDT', id: null }
const btc = { symbol: 'BTC-USDT', id: null }
let practice: PracticeVenue
beforeEach(async () => {
  practice = await startPracticeVenue({ funded: [user, `0x${'99'.repeat(20)}`], slowMs: 50 })
})
afterEach(() => practice.close())

const readable = async () => synthetixAt(practice.url, { permit: await permitBy(userKey) })
const applied = () => synthetixOf(practice.state).applied

/** An answer to `getSubAccount` with its id written as given. */
const accountAnswer = (id: string) =>
  `{"status":"ok","response":{"subAccountId":${id},"positions":[],"marketPreferences":{"leverages":{"BTC-USDT":20}}}}`

describe('reading Synthetix', () => {
  it('gives its markets by symbol, cross only, with the limit of the smallest position', async () => {
    const { markets } = valueOf(await synthetixAt(practice.url).markets())
    expect(markets[0]).toEqual({
      symbol: 'BTC-USDT',
      id: null,
      minLeverage: 1,
      maxLeverage: 50,
      leverageStep: 1,
      crossAllowed: true,
      isolatedAllowed: false,
      delisted: false,
    })
    expect(markets.filter(({ delisted }) => delisted).map(({ symbol }) => symbol)).toEqual(['OLD-USDT'])
  })

  it('gives the leverage and the position of the subaccount with one permit, as often as it is asked', async () => {
    const venue = await readable()
    expect(valueOf(await venue.current(user, btc))).toMatchObject({ leverage: '10', isCross: true })
    expect(valueOf(await venue.position(user, btc))).toEqual({
      symbol: 'BTC-USDT',
      leverage: '10',
      isCross: true,
      size: '0.6',
      value: '58350',
      marginUsed: '5835',
      liquidationPrice: expect.stringMatching(/^\d+(\.\d+)?$/),
    })
    expect(valueOf(await venue.position(user, { symbol: 'ETH-USDT', id: null }))).toMatchObject({
      size: '-4',
      value: '13242',
    })
    expect(valueOf(await venue.position(user, sol))).toBeNull()
    expect(practice.requests.every(({ target }) => target === 'read')).toBe(true)
  })

  it('where no leverage was ever set takes what the account says, and fails without that', async () => {
    const permit = await permitBy(userKey)
    const settings = { subAccountId }
    expect(valueOf(await synthetixAt(practice.url, { permit }).current(user, sol)).leverage).toBe('10')
    expect(await synthetixAt(practice.url, { permit, settings }).current(user, sol)).toMatchObject({
      ok: false,
      error: { code: 'venue.leverageNotShown' },
    })
  })

  it('without a permit asks nothing and says what to run', async () => {
    const current = await synthetixAt(practice.url).current(user, btc)
    expect(current).toMatchObject({
      ok: false,
      error: {
        code: 'venue.readPermitMissing',
        next: expect.stringContaining('countersign accounts permit-reading'),
      },
    })
    expect(practice.requests).toEqual([])
  })

  it.each([
    ['that has ended', () => permitBy(userKey, { subAccountId }, Date.now() - 86_400_000)],
    ['for another subaccount', () => permitBy(userKey, { subAccountId: '5' })],
    ['in another unit', () => permitBy(userKey, { subAccountId, expiresAfterUnit: 's' })],
    [
      'by another key than it says',
      async () => ({ ...(await permitBy(userKey)), signer: addressOf(strangerKey) }),
    ],
  ] as const)('a permit %s is never sent', async (_, make) => {
    const venue = synthetixAt(practice.url, { permit: await make() })
    expect(await venue.current(user, btc)).toMatchObject({ error: { code: 'venue.readPermitMissing' } })
    expect(practice.requests).toEqual([])
  })

  it('a permit of somebody who may not read the subaccount is denied by the venue', async () => {
    const venue = synthetixAt(practice.url, { permit: await permitBy(strangerKey) })
    expect(await venue.current(user, btc)).toMatchObject({ error: { code: 'venue.readDenied' } })
  })

  it.each(['A', 'B', 'D'] as const)('works with body shape %s', async (bodyShape) => {
    const settings = { subAccountId, bodyShape }
    const venue = synthetixAt(practice.url, { settings, permit: await permitBy(userKey, settings) })
    expect(valueOf(await venue.current(user, btc)).leverage).toBe('10')
  })

  it('whose answer has a subaccount id as a number is refused, for it is no longer exact', async () => {
    let sent = accountAnswer(subAccountId)
    const server = await startRawServer((socket) => socket.end(httpText(sent)))
    const venue = synthetixAt(`http://127.0.0.1:${server.port}`, { permit: await permitBy(userKey) })
    expect(await venue.current(user, btc)).toMatchObject({
      error: { code: 'venue.badAnswer', message: expect.stringContaining('subAccountId') },
    })
    sent = accountAnswer('"5"')
    expect(await venue.current(user, btc)).toMatchObject({ error: { code: 'venue.badAnswer' } })
    sent = accountAnswer(`"${subAccountId}"`)
    expect(valueOf(await venue.current(user, btc)).leverage).toBe('20')
    await server.close()
  })

  it.each(practiceFaults)('that meets %s changes nothing and says so', async (fault) => {
    const permit = await permitBy(userKey)
    const read = () => synthetixAt(practice.url, { permit, limits }).current(user, btc)
    const current = await meeting({ venue: practice, limits }, fault, read, 'read')
    if (fault === 'slow' || fault === 'duplicate') return expect(current.ok).toBe(true)
    const code = ['wrongJson', 'okButNotApplied'].includes(fault) ? 'venue.badAnswer' : 'venue.readFailed'
    expect(current).toMatchObject({ ok: false, error: { code, outcome: 'not-sent' } })
    expect(practice.requests).toHaveLength(1)
    expect((await (await readable()).current(user, btc)).ok).toBe(true)
  })
})

describe('who may sign', () => {
  const owner = { address: user, signer: user, vaultAddress: null }
  const agent = addressOf(agentKey)
  function delegate(expiresAt: number | null): void {
    const state = synthetixOf(practice.state)
    const account = state.subAccounts[subAccountId]
    if (!account) throw new Error('the funded user has no subaccount')
    const delegates = [{ address: agent, permission: 'session', expiresAt } as const]
    const subAccounts = { ...state.subAccounts, [subAccountId]: { ...account, delegates } }
    practice.setState({ ...practice.state, synthetix: { ...state, subAccounts } })
  }
  const check = (signing: object) => synthetixAt(practice.url).checkSigner({ ...owner, ...signing })
  const denied = { ok: false, error: { code: 'request.signerNotAllowed' } }

  it('is the owner of the subaccount', async () => {
    expect((await check({})).ok).toBe(true)
    expect(await check({ address: agent, signer: agent })).toMatchObject(denied)
  })

  it('is a delegate for its owner, as long as it is one', async () => {
    expect(await check({ signer: agent })).toMatchObject(denied)
    delegate(null)
    expect((await check({ signer: agent })).ok).toBe(true)
    delegate(Date.now() - 1)
    expect(await check({ signer: agent })).toMatchObject(denied)
  })

  it('is nobody for a vault', async () => {
    expect(await check({ vaultAddress: agent })).toMatchObject(denied)
  })
})

describe('a submission to Synthetix', () => {
  it.each(practiceFaults.map((fault) => [fault, ...truth[fault]] as const))(
    '%s: is %s (applied: %i), sent once, and reading tells the truth',
    async (fault, outcome, times) => {
      const venue = synthetixAt(practice.url, { limits })
      const change = await signedChange()
      const answer = await meeting({ venue: practice, limits }, fault, () => venue.submit(change))
      expect(answer.sent).toBe(true)
      expect(readTradeAnswer(answer, changeWire()).kind).toBe(outcome)
      await expect.poll(applied).toHaveLength(times)
      expect(practice.requests.map(({ target, path }) => [target, path])).toEqual([
        ['submission', '/v1/trade'],
      ])
      const current = valueOf(await (await readable()).current(user, sol))
      expect(current.leverage).toBe(times === 1 ? '7' : '10')
    },
  )

  it('whose outcome was unknown can never be applied a second time', async () => {
    const venue = synthetixAt(practice.url)
    const body = await signedChange()
    practice.failNext('resetAfterApply')
    expect(readTradeAnswer(await venue.submit(body), changeWire()).kind).toBe('unknown')
    expect(readTradeAnswer(await venue.submit(body), changeWire()).kind).toBe('refused')
    expect(applied()).toHaveLength(1)
  })

  it('of the leverage that is set already is told by the one before', async () => {
    const venue = synthetixAt(practice.url)
    const wire = changeWire({ symbol: 'BTC-USDT', leverage: '10' })
    const answer = await venue.submit(await signedChange(wire))
    expect(readTradeAnswer(answer, wire)).toEqual({ kind: 'accepted', previous: '10' })
  })

  it('to a venue that is not there was certainly not sent', async () => {
    const answer = await synthetixAt(`http://127.0.0.1:${await ownPort()}`).submit(await signedChange())
    expect(readTradeAnswer(answer, changeWire()).kind).toBe('notSent')
  })

  it('says what sends it, which the venue asks for', async () => {
    const server = await startRawServer((socket) => socket.end(httpText('{}')))
    await synthetixAt(`http://127.0.0.1:${server.port}`).submit(await signedChange())
    expect(server.received().toLowerCase()).toMatch(/\r\nuser-agent: countersign\/\d/)
    await server.close()
  })
})
