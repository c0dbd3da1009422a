import { describe, expect, it } from 'vitest'
import { recoverTypedDataAddress } from 'viem'
import { inspect } from '../../shared/inspect/inspect.ts'
import type { PreparedRequest } from '../../shared/prepared-request.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { agentDomain, agentTypes } from '../../shared/venues/hyperliquid/digest.ts'
import { loadRequest } from '../../electron/desk/load.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { withdraw } from '../../electron/desk/withdraw.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { btcTo10, must, openDesk, practiceAddress, signed, type TestDesk } from '../support/desk.ts'
import { meeting } from '../support/meeting.ts'
import { sign, submit } from '../support/as-shown.ts'

const aaplTo3: PrepareInput = { account: 'treasury', market: 'AAPL', leverage: '3', isCross: true }

async function prepared(desk: TestDesk, input: PrepareInput = btcTo10) {
  const outcome = must(await prepare(desk.ports, input))
  if (outcome.kind !== 'prepared') throw new Error('already set')
  return outcome
}

const expiryOf = ({ request }: { readonly request: PreparedRequest }) =>
  rulesOf(request.venue).expiresAfterOf(request.wire)

describe('the main job', () => {
  it.each([
    ['Hyperliquid', 'hyperliquid', btcTo10],
    ['Compass', 'compass', aaplTo3],
  ] as const)('on %s: the digest previewed, signed, sent and remembered is one', async (_, venue, input) => {
    const desk = await openDesk()
    await desk.account({ venue })
    const { stored, request } = await prepared(desk, input)
    const afterSigning = must(await sign(desk.ports, stored.id))
    const outcome = must(await submit(desk.ports, stored.id))
    expect(outcome).toMatchObject({
      failure: null,
      stored: { state: 'applied', digest: request.digests.digest },
    })

    const { connectionId, digest } = request.digests
    const signature = afterSigning.signature as `0x${string}`
    const message = { source: 'a', connectionId: connectionId ?? '0x' }
    const domain = agentDomain
    const recovered = await recoverTypedDataAddress({
      domain,
      types: { Agent: agentTypes.Agent },
      primaryType: 'Agent',
      message,
      signature,
    })
    expect(recovered.toLowerCase()).toBe(practiceAddress)

    const sent = desk.venue.requests.filter(({ target }) => target === 'submission')
    expect(sent).toHaveLength(1)
    const wrapped = {
      venue,
      request: { signer: practiceAddress },
      payload: JSON.parse(sent[0]?.body ?? '') as unknown,
    }
    const found = inspect(JSON.stringify(wrapped), { network: null, nowMs: desk.ports.now() })
    expect(found).toMatchObject({ verdict: 'verified', digests: { digest } })
    expect(must(await desk.ports.store.submissions.get(stored.id))?.body).toBe(sent[0]?.body)

    const rows = must(await desk.ports.store.history.list({ requestId: stored.id }))
    expect(rows.map(({ kind }) => kind).toReversed()).toEqual([
      'request.prepared',
      'request.approved',
      'request.signed',
      'request.sending',
      'submission.answered',
      'request.applied',
    ])
    expect(rows.at(-1)?.body).toContain(digest)
    expect(must(await verifyHistoryFile(desk.ports.store.path)).count).toBeGreaterThan(6)
  })

  it('sets an expiry of 15 minutes on Hyperliquid unless told otherwise, and none through Compass', async () => {
    const desk = await openDesk()
    await desk.account()
    await desk.account({ name: 'compass', venue: 'compass' })
    const byDefault = await prepared(desk)
    expect(Number(expiryOf(byDefault)) - desk.ports.now()).toBeGreaterThan(14 * 60_000)
    expect(expiryOf(await prepared(desk, { ...btcTo10, expiresInMs: null }))).toBeNull()
    const inFive = await prepared(desk, { ...btcTo10, expiresInMs: 5 * 60_000 })
    expect(Number(expiryOf(inFive)) - desk.ports.now()).toBeLessThanOrEqual(5 * 60_000)
    expect(expiryOf(await prepared(desk, { ...aaplTo3, account: 'compass' }))).toBeNull()
    const refused = await prepare(desk.ports, { ...aaplTo3, account: 'compass', expiresInMs: 60_000 })
    expect(refused).toMatchObject({ ok: false, error: { code: 'request.venueCannot' } })
  })

  it('finds that nothing is to be changed, and remembers the question', async () => {
    const desk = await openDesk()
    await desk.account()
    const outcome = must(await prepare(desk.ports, { ...btcTo10, leverage: '5' }))
    expect(outcome).toMatchObject({ kind: 'alreadySet', setting: { leverage: '5', isCross: true } })
    expect(must(await desk.ports.store.history.list({ limit: 1 }))[0]?.kind).toBe('leverage.alreadySet')
    expect(must(await desk.ports.store.requests.list())).toEqual([])
  })

  it('signs for a subaccount whose owner is the signer', async () => {
    const desk = await openDesk()
    const [vaultAddress] =
      Object.entries(desk.venue.state.accounts).find(([, { role }]) => role === 'subAccount') ?? []
    const address = vaultAddress as `0x${string}`
    await desk.account({ address, vaultAddress: address })
    const id = await signed(desk, { ...btcTo10, leverage: '7' })
    expect(must(await submit(desk.ports, id)).failure).toBeNull()
    expect(desk.venue.applied.at(-1)).toMatchObject({
      account: address,
      signer: practiceAddress,
      leverage: 7,
    })
  })
})

describe('preparing refuses before anything is signed', () => {
  it.each([
    ['an account that is not there', { account: 'nobody' }, 'request.unknownAccount'],
    ['a market that is not there', { market: 'NOPE' }, 'request.unknownMarket'],
    ['a delisted market', { market: 'MATIC' }, 'request.delistedMarket'],
    ['more than the market allows', { leverage: '41' }, 'request.leverageOutOfRange'],
    ['leverage that is no whole number', { leverage: '2.5' }, 'request.leverageOutOfRange'],
    [
      'cross margin where only isolated is allowed',
      { market: 'PURR', leverage: '2' },
      'request.marginModeNotAllowed',
    ],
  ])('%s', async (_, change, code) => {
    const desk = await openDesk()
    await desk.account()
    expect(await prepare(desk.ports, { ...btcTo10, ...change })).toMatchObject({
      ok: false,
      error: { code, outcome: 'not-sent' },
    })
    expect(must(await desk.ports.store.requests.list())).toEqual([])
  })

  it('a signer that the venue does not know', async () => {
    const desk = await openDesk()
    await desk.account({ signer: `0x${'12'.repeat(20)}` })
    expect(await prepare(desk.ports, btcTo10)).toMatchObject({
      ok: false,
      error: { code: 'request.signerNotAllowed' },
    })
  })

  it('a signer that acts for somebody else', async () => {
    const desk = await openDesk()
    await desk.account({ address: `0x${'12'.repeat(20)}` })
    expect(await prepare(desk.ports, btcTo10)).toMatchObject({
      ok: false,
      error: { code: 'request.signerNotAllowed' },
    })
  })

  it('a clock that differs from the venue by more than five seconds', async () => {
    const desk = await openDesk({ now: () => Date.now() - 60_000 })
    await desk.account()
    expect(await prepare(desk.ports, btcTo10)).toMatchObject({
      ok: false,
      error: { code: 'clock.skewed' },
    })
  })

  it.each([
    '500BeforeApply',
    'wrongJson',
    'notJson',
    'redirect',
    'hugeBody',
    'truncatedBody',
    'timeoutBeforeApply',
    '429',
  ] as const)('a venue that cannot be read: %s', async (fault) => {
    const desk = await openDesk()
    await desk.account()
    const refused = await meeting(desk, fault, () => prepare(desk.ports, btcTo10), 'read')
    expect(refused).toMatchObject({ ok: false, error: { outcome: 'not-sent' } })
    expect(desk.venue.applied).toEqual([])
  })

  it('a Compass answer that was tampered with, with the field named', async () => {
    const desk = await openDesk()
    await desk.account({ venue: 'compass' })
    const tampered = [
      [{ leverage: 10 }, 'action.leverage'],
      [{ isCross: false }, 'action.isCross'],
      [{ asset: 110_001 }, 'action.asset'],
      [{ builder: 1 }, 'action.builder'],
    ] as const
    for (const [change, field] of tampered) {
      desk.venue.tamperNext((answer) => {
        const { action, ...rest } = answer as { action: object }
        return { ...rest, action: { ...action, ...change } } as never
      })
      expect(await prepare(desk.ports, aaplTo3)).toMatchObject({
        ok: false,
        error: { field, outcome: 'not-sent' },
      })
    }
    desk.venue.tamperNext((answer) => {
      const changed = structuredClone(answer) as { typed_data: { message: { connectionId: string } } }
      changed.typed_data.message.connectionId = `0x${'ab'.repeat(32)}`
      return changed as never
    })
    const refused = await prepare(desk.ports, aaplTo3)
    expect(refused).toMatchObject({ ok: false, error: { field: 'typed_data.message.connectionId' } })
    expect(must(await desk.ports.store.requests.list())).toEqual([])
  })

  it('a Compass nonce that was used before', async () => {
    const desk = await openDesk()
    await desk.account({ venue: 'compass' })
    const first = await prepared(desk, aaplTo3)
    let replay: unknown
    desk.venue.tamperNext((answer) => {
      replay = answer
      return answer
    })
    await prepared(desk, aaplTo3)
    desk.venue.tamperNext(() => replay as never)
    expect(await prepare(desk.ports, aaplTo3)).toMatchObject({
      ok: false,
      error: { code: 'payload.nonceReused' },
    })
    expect(first.stored.state).toBe('prepared')
  })
})

describe('a request that is not as it was', () => {
  it('expires unsent when its time is over, before and after signing', async () => {
    const desk = await openDesk()
    await desk.account()
    const unsigned = await prepared(desk)
    const id = await signed(desk)
    desk.moveClocks(16 * 60_000)
    expect(await sign(desk.ports, unsigned.stored.id)).toMatchObject({
      ok: false,
      error: { code: 'request.expired' },
    })
    expect(await submit(desk.ports, id)).toMatchObject({ ok: false, error: { code: 'request.expired' } })
    expect(must(await desk.ports.store.requests.get(id)).state).toBe('expired')
    expect(desk.venue.applied).toEqual([])
  })

  it('cannot be signed twice, sent unsigned, sent twice, or sent after it was withdrawn', async () => {
    const desk = await openDesk()
    await desk.account()
    const { stored } = await prepared(desk)
    expect(await submit(desk.ports, stored.id)).toMatchObject({ error: { code: 'request.wrongState' } })
    must(await sign(desk.ports, stored.id))
    expect(await sign(desk.ports, stored.id)).toMatchObject({ error: { code: 'request.wrongState' } })
    must(await submit(desk.ports, stored.id))
    expect(await submit(desk.ports, stored.id)).toMatchObject({ error: { code: 'request.wrongState' } })
    expect(desk.venue.applied).toHaveLength(1)
    const other = await signed(desk, { ...btcTo10, leverage: '4' })
    must(await withdraw(desk.ports, other))
    expect(await submit(desk.ports, other)).toMatchObject({ error: { code: 'request.wrongState' } })
    expect(desk.venue.applied).toHaveLength(1)
  })

  it('is sent once when two processes send it at the same time', async () => {
    const desk = await openDesk()
    await desk.account()
    const id = await signed(desk)
    const outcomes = await Promise.all([
      submit(desk.ports, id),
      submit(desk.ports, id),
      submit(desk.ports, id),
    ])
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    expect(desk.venue.requests.filter(({ target }) => target === 'submission')).toHaveLength(1)
  })

  it.each([
    [
      'the leverage that is shown',
      (request: { to: { leverage: string } }) => (request.to.leverage = '2'),
      'to.leverage',
    ],
    [
      'the leverage that is signed',
      (request: { wire: { action: { leverage: number } } }) => (request.wire.action.leverage = 2),
      'to.leverage',
    ],
    [
      'the digest',
      (request: { digests: { digest: string } }) => (request.digests.digest = `0x${'00'.repeat(32)}`),
      'digests.digest',
    ],
    [
      'the nonce',
      (request: { wire: { nonce: number } }) => (request.wire.nonce += 1),
      'digests.connectionId',
    ],
    ['an unknown field', (request: { note?: string }) => (request.note = 'x'), 'note'],
  ])('in the store is refused: %s', async (_, change, field) => {
    const desk = await openDesk()
    await desk.account()
    const { stored } = await prepared(desk)
    const altered = structuredClone(stored.prepared)
    change(altered as never)
    const requests = {
      ...desk.ports.store.requests,
      get: () => Promise.resolve({ ok: true, value: { ...stored, prepared: altered } } as const),
    }
    const ports = { ...desk.ports, store: { ...desk.ports.store, requests } }
    expect(await loadRequest(ports, stored.id)).toMatchObject({
      ok: false,
      error: { code: 'request.altered', field },
    })
    expect(await sign(ports, stored.id)).toMatchObject({ ok: false, error: { code: 'request.altered' } })
  })
})
