import { describe, expect, it } from 'vitest'
import { ok } from '../../shared/errors.ts'
import { arcus } from '../../shared/venues/arcus/module.ts'
import { settledAfterMs } from '../../shared/venues/arcus/wire.ts'
import { registerApiKey } from '../../electron/desk/arcus-key.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { practiceSource } from '../../electron/device/practice.ts'
import { findByAddress } from '../../electron/device/select.ts'
import { answerQuestions } from '../../electron/cli/practice-ledger.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { must, openDesk, practiceAddress, type TestDesk } from '../support/desk.ts'
import { alter, otherKey, practiceKey, signerOf, stateOf } from '../venues/arcus/support.ts'
import { meeting } from '../support/meeting.ts'
import { sign, submit } from '../support/as-shown.ts'

const btcTo10: PrepareInput = { account: 'treasury', market: 'BTC-USD', leverage: '10' }
const day = 86_400_000

/** Ports of a desk whose account has a key; `opened` counts how often it was opened. */
function withKey(desk: TestDesk, key = practiceKey) {
  const opened = { times: 0 }
  const ports: DeskPorts = {
    ...desk.ports,
    keys: {
      of: () => Promise.resolve(ok({ keyId: key.keyId })),
      open: () => {
        opened.times += 1
        return Promise.resolve(ok(signerOf(key)))
      },
    },
  }
  return { ports, opened }
}

async function openArcus(settings: JsonObject = {}) {
  const desk = await openDesk()
  await desk.account({ venue: 'arcus', settings })
  return { desk, ...withKey(desk) }
}

async function signedRequest(ports: DeskPorts, input = btcTo10): Promise<string> {
  const prepared = must(await prepare(ports, input))
  if (prepared.kind !== 'prepared') throw new Error('already set')
  must(await sign(ports, prepared.stored.id))
  return prepared.stored.id
}

const kinds = async ({ store }: DeskPorts) =>
  must(await store.history.list({ limit: 50 }))
    .map(({ kind }) => kind)
    .toReversed()

describe('the main job on Arcus', () => {
  it.each(['text', 'typedData'])(
    'approved as %s: what was approved is what is sent, and it is proven',
    async (approval) => {
      const { desk, ports, opened } = await openArcus({ approval })
      const prepared = must(await prepare(ports, btcTo10))
      if (prepared.kind !== 'prepared') throw new Error('already set')
      const { request, stored } = prepared
      expect(request.digests.digest).toBe(request.digests.request)
      must(await sign(ports, stored.id))
      expect(opened.times).toBe(0)
      const outcome = must(await submit(ports, stored.id))
      expect(outcome).toMatchObject({
        failure: null,
        stored: { state: 'applied', digest: request.digests.request },
      })
      expect(opened.times).toBe(1)
      if (request.venue !== 'arcus') throw new Error('another venue')
      const submission = must(await ports.store.submissions.get(stored.id))
      expect(submission?.body).toBe(arcus.bodyOf(request.wire, null))
      expect(stateOf(desk.venue).applied).toMatchObject([
        { address: practiceAddress, leverage: 10, accountIndex: 0 },
      ])
      expect(must(await ports.store.approvals.get(stored.id))?.message).toContain(
        `${practiceAddress} account 0`,
      )
      expect(must(await verifyHistoryFile(ports.store.path)).count).toBeGreaterThan(6)
    },
  )

  it('is not begun with a key that Arcus does not take', async () => {
    const { desk } = await openArcus()
    const { ports } = withKey(desk, otherKey)
    expect(await prepare(ports, btcTo10)).toMatchObject({ ok: false, error: { code: 'secret.notAccepted' } })
  })

  it('is refused by the margin with the leverage in force, and nothing is changed', async () => {
    const { ports } = await openArcus()
    const id = await signedRequest(ports, { ...btcTo10, leverage: '1' })
    const outcome = must(await submit(ports, id))
    expect(outcome).toMatchObject({ stored: { state: 'refused' }, failure: { code: 'answer.refused' } })
    expect(outcome.failure?.message).toContain('5x is still in force')
  })

  it('with an approval of another key does not open the key that is there now', async () => {
    const { desk, ports } = await openArcus()
    const id = await signedRequest(ports)
    const rotated = withKey(desk, otherKey)
    expect(await submit(rotated.ports, id)).toMatchObject({
      ok: false,
      error: { code: 'secret.otherKey', outcome: 'not-sent' },
    })
    expect(rotated.opened.times).toBe(0)
    expect(stateOf(desk.venue).applied).toEqual([])
  })

  it('is not sent with a time far ahead of the venue, for it could then be applied for longer', async () => {
    const { desk, ports } = await openArcus()
    const id = await signedRequest(ports)
    const key = `0x${Buffer.from(practiceKey.keyId).toString('hex')}` as const
    must(await ports.store.nonces.allocate(key, 'mainnet', ports.now() + 600_000))
    expect(await submit(ports, id)).toMatchObject({ ok: false, error: { code: 'request.clockWrong' } })
    expect(stateOf(desk.venue).applied).toEqual([])
  })

  it('acknowledged only (202) is unknown, and settled by reading', async () => {
    const { desk, ports } = await openArcus()
    const id = await signedRequest(ports)
    alter(desk.venue, { confirmation: 'later' })
    expect(must(await submit(ports, id))).toMatchObject({ stored: { state: 'unknown' } })
    desk.moveClocks(3_000)
    expect(must(await reconcile(ports, id))).toMatchObject({ stored: { state: 'applied' }, failure: null })
  })

  it('whose answer was lost and that never took hold is settled as not applied after 35 s, not before', async () => {
    const { desk, ports } = await openArcus()
    const id = await signedRequest(ports)
    desk.venue.failNext('500BeforeApply')
    expect(must(await submit(ports, id))).toMatchObject({ stored: { state: 'unknown' } })
    expect(must(await reconcile(ports, id))).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.stillUnknown' },
    })
    // More than that: how far the two clocks are apart is measured anew, and a busy machine measures it less well.
    desk.moveClocks(settledAfterMs + 20_000)
    expect(must(await reconcile(ports, id))).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.notApplied' },
    })
    expect(desk.venue.requests.filter(({ target }) => target === 'submission')).toHaveLength(1)
  })
})

const wanted = (ports: DeskPorts, change = {}) => ({
  publicKey: otherKey.keyId,
  expiresAtMs: ports.now() + 14 * day,
  name: 'desk-1',
  ...change,
})

describe('registering an API key with the Ledger', () => {
  it.each([
    ['typed data with a nonce', {}],
    ['typed data without one', { createApiKeyNonce: false }],
    ['typed data for another account index', { accountIndex: 3 }],
    ['typed data for another account index, without a nonce', { accountIndex: 3, createApiKeyNonce: false }],
    ['a personal message', { createApiKey: 'eip191' }],
  ])('as %s: the venue takes the signature, and the key may then sign', async (_, settings: JsonObject) => {
    const { desk, ports } = await openArcus(settings)
    const input = wanted(ports)
    const registered = must(await registerApiKey(ports, 'treasury', input))
    expect(registered).toMatchObject({
      keyId: otherKey.keyId,
      expiresAtMs: input.expiresAtMs,
      standing: { name: 'desk-1', permissions: null },
    })
    expect(stateOf(desk.venue).keys.at(-1)).toMatchObject({
      address: practiceAddress,
      accountIndex: settings.accountIndex ?? 0,
      validUntil: input.expiresAtMs,
    })
    expect(await kinds(ports)).toEqual([
      'history.opened',
      'account.added',
      'registration.signed',
      'registration.accepted',
    ])
    const account = must(await ports.store.accounts.get('treasury'))
    const venue = must(ports.venueFor(account))
    expect(await venue.checkSigner({ ...account, keyId: otherKey.keyId })).toEqual({ ok: true, value: null })
    expect(must(await verifyHistoryFile(ports.store.path)).count).toBe(4)
  })

  it('is sent once: a second sending of the same body is refused for its nonce', async () => {
    const { desk, ports } = await openArcus()
    must(await registerApiKey(ports, 'treasury', wanted(ports)))
    const sent = desk.venue.requests.filter(({ path }) => path === '/v1/createApiKey')
    expect(sent).toHaveLength(1)
    const again = await fetch(`${desk.venue.url}/v1/createApiKey`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: sent[0]?.body ?? '',
    })
    expect(again.status).toBe(409)
  })

  it.each([
    ['apiWalletName', 'desk-2'],
    ['publicKey', '55'.repeat(32)],
    ['validUntil', Date.now() + 30 * day],
    ['nonce', '1'],
    ['accountIndex', 2],
    ['address', '0xd692cb1346262f584d17b4b470954501f6715a82'],
  ])('a registration whose %s was changed on the way is refused', async (name, value) => {
    const { desk, ports } = await openArcus()
    desk.venue.failNext('500BeforeApply')
    await registerApiKey(ports, 'treasury', wanted(ports))
    const sent = desk.venue.requests.find(({ path }) => path === '/v1/createApiKey')
    const body = { ...(JSON.parse(sent?.body ?? '{}') as JsonObject), [name]: value }
    const answer = await fetch(`${desk.venue.url}/v1/createApiKey`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(401)
    expect(stateOf(desk.venue).keys).toHaveLength(1)
  })

  it.each([
    ['500BeforeApply', false],
    ['500AfterApply', true],
    ['resetAfterApply', true],
    ['timeoutBeforeApply', false],
    ['okButNotApplied', false],
  ] as const)(
    'with %s is settled by reading the keys (registered: %s), and never sent again',
    async (fault, there) => {
      const { desk, ports } = await openArcus()
      const outcome = await meeting(desk, fault, () => registerApiKey(ports, 'treasury', wanted(ports)))
      if (there) expect(outcome).toMatchObject({ ok: true, value: { standing: { name: 'desk-1' } } })
      else
        expect(outcome).toMatchObject({ ok: false, error: { code: 'answer.keyUnknown', outcome: 'unknown' } })
      expect(desk.venue.requests.filter(({ target }) => target === 'submission')).toHaveLength(1)
      expect((await kinds(ports)).at(-1)).toBe(there ? 'registration.accepted' : 'registration.unknown')
    },
  )

  it('of a key that belongs to somebody else is refused in words', async () => {
    const { desk, ports } = await openArcus()
    const [first] = stateOf(desk.venue).keys
    if (!first) throw new Error('no key')
    alter(desk.venue, { keys: [{ ...first, address: `0x${'99'.repeat(20)}` }] })
    const outcome = await registerApiKey(ports, 'treasury', wanted(ports, { publicKey: practiceKey.keyId }))
    expect(outcome).toMatchObject({ ok: false, error: { code: 'answer.keyRefused', outcome: 'sent' } })
    expect((await kinds(ports)).at(-1)).toBe('registration.refused')
  })

  it('that is rejected on the Ledger sends nothing, and is remembered', async () => {
    const { desk, ports } = await openArcus()
    const ledger = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })
    answerQuestions(ledger, 'reject')
    const rejecting: DeskPorts = {
      ...ports,
      openLedger: (path, address) => findByAddress(practiceSource(ledger), path, address),
    }
    expect(await registerApiKey(rejecting, 'treasury', wanted(ports))).toMatchObject({
      ok: false,
      error: { code: 'device.rejected' },
    })
    expect(desk.venue.requests.some(({ path }) => path === '/v1/createApiKey')).toBe(false)
    expect((await kinds(ports)).at(-1)).toBe('device.failed')
  })

  it.each([
    ['less than a day', { expiresAtMs: Date.now() + day - 1_000 }],
    ['more than 180 days', { expiresAtMs: Date.now() + 181 * day }],
    ['a name that is not plain', { name: 'desk "1"' }],
    ['a key with 0x', { publicKey: `0x${otherKey.keyId}` }],
  ])('for %s is refused before the Ledger is asked', async (_, change) => {
    const { desk, ports } = await openArcus()
    const outcome = await registerApiKey(ports, 'treasury', wanted(ports, change))
    expect(outcome).toMatchObject({ ok: false, error: { code: 'input.badField' } })
    expect(desk.venue.requests.some(({ target }) => target === 'submission')).toBe(false)
  })

  it('as a personal message for another account index is refused: the message cannot say it', async () => {
    const { ports } = await openArcus({ createApiKey: 'eip191', accountIndex: 1 })
    expect(await registerApiKey(ports, 'treasury', wanted(ports))).toMatchObject({
      ok: false,
      error: { code: 'request.venueCannot' },
    })
  })

  it('by a Ledger that is not the account itself is refused', async () => {
    const { desk, ports } = await openArcus()
    await desk.account({ name: 'other', venue: 'arcus', address: `0x${'99'.repeat(20)}` })
    expect(await registerApiKey(ports, 'other', wanted(ports))).toMatchObject({
      ok: false,
      error: { code: 'request.signerNotAllowed' },
    })
  })

  it('at a venue without such keys is refused', async () => {
    const { desk, ports } = await openArcus()
    await desk.account({ name: 'hl', venue: 'hyperliquid' })
    expect(await registerApiKey(ports, 'hl', wanted(ports))).toMatchObject({
      ok: false,
      error: { code: 'request.venueCannot' },
    })
  })
})
