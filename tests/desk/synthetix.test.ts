import { describe, expect, it } from 'vitest'
import { permitReading, readPermitOf } from '../../electron/desk/read-permit.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import type { NewAccount } from '../../electron/store/port.ts'
import type { PracticeFault } from '../../electron/venues/practice/port.ts'
import { practiceAgent } from '../../electron/venues/practice/state.ts'
import { synthetixOf, synthetixSubAccountOf } from '../../electron/venues/practice/synthetix-state.ts'
import { must, openDesk, practiceAddress, signed, type TestDesk } from '../support/desk.ts'
import { meeting } from '../support/meeting.ts'
import { submit } from '../support/as-shown.ts'

const subAccountId = synthetixSubAccountOf(practiceAddress)
const settings = { subAccountId }
const btcTo20: PrepareInput = { account: 'treasury', market: 'BTC-USDT', leverage: '20' }
const dayMs = 24 * 60 * 60_000

async function openSynthetix(change: Partial<NewAccount> = {}, permitted = true): Promise<TestDesk> {
  const desk = await openDesk()
  await desk.account({ venue: 'synthetix', settings, ...change })
  if (permitted) must(await permitReading(desk.ports, 'treasury'))
  return desk
}

const applied = (desk: TestDesk) => synthetixOf(desk.venue.state).applied
const submissions = (desk: TestDesk) => desk.venue.requests.filter(({ target }) => target === 'submission')

async function exported(desk: TestDesk): Promise<string> {
  let text = ''
  for await (const piece of desk.ports.store.history.export()) text += must(piece)
  return text
}

describe('a permit to read', () => {
  it('is signed on the Ledger once, serves every reading, and sends nothing itself', async () => {
    const desk = await openSynthetix({}, false)
    const given = must(await permitReading(desk.ports, 'treasury'))
    expect(given.expiresAtMs % 1000).toBe(0)
    expect(desk.venue.requests).toEqual([])
    must(await prepare(desk.ports, btcTo20))
    must(await prepare(desk.ports, { ...btcTo20, leverage: '21' }))
    expect(submissions(desk)).toEqual([])
  })

  it('shows on the Ledger which reading of which subaccount it is for', async () => {
    const desk = await openSynthetix({}, false)
    const shown: string[] = []
    desk.ledger.onScreen((screen) => shown.push(JSON.stringify(screen)))
    must(await permitReading(desk.ports, 'treasury'))
    expect(shown.join('\n')).toContain('getSubAccount')
    expect(shown.join('\n')).toContain(subAccountId.slice(0, 8))
  })

  it('is kept in the database, but its signature is in no row of the history and in no export', async () => {
    const desk = await openSynthetix()
    const account = must(await desk.ports.store.accounts.get('treasury'))
    const { signature } = must(await readPermitOf(desk.ports.store, account))
    const [row] = must(await desk.ports.store.history.list())
    expect(row).toMatchObject({ kind: 'permit.signed' })
    expect(JSON.parse(row?.body ?? '')).toMatchObject({ accountId: account.id, action: 'getSubAccount' })
    const text = await exported(desk)
    expect(text).toContain('permit.signed')
    expect(text).not.toContain(signature.slice(2, 66))
  })

  it('takes the place of the one before', async () => {
    const desk = await openSynthetix()
    const account = must(await desk.ports.store.accounts.get('treasury'))
    const first = must(await readPermitOf(desk.ports.store, account))
    desk.moveClocks(2000)
    must(await permitReading(desk.ports, account.id, dayMs / 2))
    const second = must(await readPermitOf(desk.ports.store, account))
    expect(second.signature).not.toBe(first.signature)
    expect(second.expiresAtMs).toBeLessThan(first.expiresAtMs)
  })

  it('that is missing or has ended stops a change before the nonce, and says what to run', async () => {
    const desk = await openSynthetix({}, false)
    const missing = {
      ok: false,
      error: { code: 'venue.readPermitMissing', next: expect.stringContaining('permit-reading') },
    }
    expect(await prepare(desk.ports, btcTo20)).toMatchObject(missing)
    must(await permitReading(desk.ports, 'treasury'))
    desk.moveClocks(dayMs + 1000)
    expect(await prepare(desk.ports, btcTo20)).toMatchObject(missing)
    expect(must(await desk.ports.store.requests.list())).toEqual([])
  })

  it('that is rejected on the Ledger is not kept', async () => {
    const desk = await openSynthetix({}, false)
    const stop = desk.ledger.onScreen(() => {
      if (!desk.ledger.asking) return
      stop()
      desk.ledger.reject()
    })
    expect(await permitReading(desk.ports, 'treasury')).toMatchObject({ error: { code: 'device.rejected' } })
    const account = must(await desk.ports.store.accounts.get('treasury'))
    expect(must(await desk.ports.store.readPermits.get(account.id, 'getSubAccount'))).toBeNull()
  })

  it('is not asked for where a venue shows its accounts to everybody', async () => {
    const desk = await openDesk()
    await desk.account()
    expect(await permitReading(desk.ports, 'treasury')).toMatchObject({
      error: { code: 'venue.readPermitNeedless' },
    })
  })
})

describe('a change on Synthetix', () => {
  it('is what was previewed, signed, sent and applied: one digest and all 19 digits throughout', async () => {
    const desk = await openSynthetix()
    const id = await signed(desk, btcTo20)
    const outcome = must(await submit(desk.ports, id))
    expect(outcome).toMatchObject({ failure: null, stored: { state: 'applied' } })
    const [sent] = submissions(desk)
    const { nonce } = outcome.stored
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      params: { action: 'updateLeverage', subaccountId: subAccountId, symbol: 'BTC-USDT', leverage: '20' },
      nonce: Number(nonce),
    })
    expect(applied(desk)).toMatchObject([
      { subAccountId, signer: practiceAddress, symbol: 'BTC-USDT', leverage: 20, nonce: Number(nonce) },
    ])
    expect(must(await prepare(desk.ports, btcTo20)).kind).toBe('alreadySet')
  })

  it('is shown with the position that it changes', async () => {
    const desk = await openSynthetix()
    const prepared = must(await prepare(desk.ports, btcTo20))
    if (prepared.kind !== 'prepared') throw new Error('already set')
    expect(prepared.request).toMatchObject({
      from: { leverage: '10', isCross: true },
      to: { leverage: '20', isCross: true },
      stake: { position: { size: '0.6', value: '58350', marginUsed: '5835' } },
      digests: { connectionId: null },
    })
  })

  it('is approved in words first where the account asks for that, with the subaccount named', async () => {
    const desk = await openSynthetix({ settings: { ...settings, approval: 'text' } })
    const id = await signed(desk, btcTo20)
    const approval = must(await desk.ports.store.approvals.get(id))
    expect(approval?.message).toContain('BTC-USDT leverage 10x -> 20x')
    expect(approval?.message).toContain(`for subaccount ${subAccountId} of ${practiceAddress}`)
    expect(must(await submit(desk.ports, id)).stored.state).toBe('applied')
  })

  it('is signed by a delegate for its owner', async () => {
    const desk = await openSynthetix({ signer: practiceAgent, path: "44'/60'/0'/0/2" })
    const id = await signed(desk, btcTo20)
    expect(must(await submit(desk.ports, id)).stored.state).toBe('applied')
    expect(applied(desk)).toMatchObject([{ signer: practiceAgent, subAccountId }])
  })

  it('of a subaccount that is not of the account is stopped before anything is signed', async () => {
    const other = synthetixSubAccountOf('0xd692cb1346262f584d17b4b470954501f6715a82')
    const desk = await openSynthetix({ settings: { subAccountId: other } })
    expect(await prepare(desk.ports, btcTo20)).toMatchObject({ error: { code: 'request.signerNotAllowed' } })
  })

  it.each([
    ['without an expiry', { expiresInMs: null }, 'input.badField'],
    ['to isolated margin', { isCross: false }, 'input.badField'],
    ['beyond the market', { leverage: '51' }, 'request.leverageOutOfRange'],
    ['with a fraction', { leverage: '12.5' }, 'request.leverageOutOfRange'],
    ['of a market that was never set', { market: 'SOL-USDT' }, 'venue.leverageNotShown'],
  ] as const)('%s is refused', async (_, change, code) => {
    const desk = await openSynthetix()
    expect(await prepare(desk.ports, { ...btcTo20, ...change })).toMatchObject({ error: { code } })
  })

  it('with too little margin is refused by the venue in plain words', async () => {
    const desk = await openSynthetix()
    const id = await signed(desk, { ...btcTo20, leverage: '1' })
    expect(must(await submit(desk.ports, id))).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.refused', message: expect.stringContaining('not enough margin') },
    })
  })

  it('counts its expiry in seconds where the account says so', async () => {
    const desk = await openSynthetix({ settings: { ...settings, expiresAfterUnit: 's' } }, false)
    desk.venue.setState({
      ...desk.venue.state,
      synthetix: { ...synthetixOf(desk.venue.state), expiresAfterUnit: 's' },
    })
    must(await permitReading(desk.ports, 'treasury'))
    const id = await signed(desk, btcTo20)
    expect(must(await submit(desk.ports, id)).stored.state).toBe('applied')
  })
})

describe('a change on Synthetix whose answer is lost', () => {
  const pastExpiryMs = 16 * 60_000

  it.each<PracticeFault>(['timeoutAfterApply', 'resetAfterApply', 'drip'])(
    '%s: unknown, then settled as applied by reading',
    async (fault) => {
      const desk = await openSynthetix()
      const id = await signed(desk, btcTo20)
      const outcome = must(await meeting(desk, fault, () => submit(desk.ports, id)))
      expect(outcome.stored.state).toBe('unknown')
      expect(must(await reconcile(desk.ports, id)).stored.state).toBe('applied')
      expect(submissions(desk)).toHaveLength(1)
    },
  )

  it.each<PracticeFault>(['500AfterApply', 'notJson', '202AfterApply'])(
    '%s: applied by the reading after an answer that says nothing',
    async (fault) => {
      const desk = await openSynthetix()
      const id = await signed(desk, btcTo20)
      const outcome = must(await meeting(desk, fault, () => submit(desk.ports, id)))
      expect(outcome).toMatchObject({ stored: { state: 'applied' }, failure: null })
      expect(submissions(desk)).toHaveLength(1)
    },
  )

  it.each<PracticeFault>([
    'timeoutBeforeApply',
    'resetBeforeApply',
    '500BeforeApply',
    '429',
    'okButNotApplied',
    '202BeforeApply',
  ])('%s: unknown until its expiry, then settled as not applied, never sent again', async (fault) => {
    const desk = await openSynthetix()
    const id = await signed(desk, btcTo20)
    const outcome = must(await meeting(desk, fault, () => submit(desk.ports, id)))
    expect(outcome.stored.state).toBe('unknown')
    expect(must(await reconcile(desk.ports, id)).failure?.code).toBe('answer.stillUnknown')
    desk.moveClocks(pastExpiryMs)
    expect(must(await reconcile(desk.ports, id)).stored.state).toBe('refused')
    expect(submissions(desk)).toHaveLength(1)
    expect(applied(desk)).toEqual([])
  })
})
