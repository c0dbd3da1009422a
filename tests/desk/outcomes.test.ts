import { describe, expect, it } from 'vitest'
import { prepare } from '../../electron/desk/prepare.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import type { PracticeFault } from '../../electron/venues/practice/port.ts'
import { btcTo10, must, openDesk, signed, type TestDesk } from '../support/desk.ts'
import { meeting } from '../support/meeting.ts'
import { ownPort } from '../support/own-port.ts'
import { submit } from '../support/as-shown.ts'

const stateOf = async (desk: TestDesk, id: string) => must(await desk.ports.store.requests.get(id)).state
const submissions = (desk: TestDesk) => desk.venue.requests.filter(({ target }) => target === 'submission')
/** Longer than the 15 minutes of a request and the margin for the venue's clock. */
const pastExpiryMs = 16 * 60_000

describe('a submission whose answer is lost or cannot be read', () => {
  const applied: readonly PracticeFault[] = [
    'timeoutAfterApply',
    'resetAfterApply',
    'hugeBody',
    'truncatedBody',
    'drip',
  ]
  const answered: readonly PracticeFault[] = ['500AfterApply', 'wrongJson', 'notJson', '202AfterApply']
  const notApplied: readonly PracticeFault[] = [
    'timeoutBeforeApply',
    'resetBeforeApply',
    '500BeforeApply',
    'redirect',
    '429',
    'okButNotApplied',
    '202BeforeApply',
  ]

  it.each(applied)('%s: unknown, then settled as applied by reading', async (fault) => {
    const desk = await openDesk()
    await desk.account()
    const id = await signed(desk)
    const outcome = must(await meeting(desk, fault, () => submit(desk.ports, id)))
    expect(outcome).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.unknown', outcome: 'unknown' },
    })
    expect(outcome.failure?.next).toContain(`reconcile ${id}`)
    expect(must(await reconcile(desk.ports, id))).toMatchObject({
      stored: { state: 'applied' },
      failure: null,
    })
    expect(submissions(desk)).toHaveLength(1)
    expect(desk.venue.applied).toHaveLength(1)
  })

  it.each(answered)('%s: an answer that says nothing, and applied by the reading after it', async (fault) => {
    const desk = await openDesk()
    await desk.account()
    const id = await signed(desk)
    const outcome = must(await meeting(desk, fault, () => submit(desk.ports, id)))
    expect(outcome).toMatchObject({ stored: { state: 'applied' }, failure: null })
    expect(outcome.stored.detail?.['message']).toMatch(/left it open .* shows 10x cross\.$/)
    expect(submissions(desk)).toHaveLength(1)
    expect(desk.venue.applied).toHaveLength(1)
  })

  it.each(notApplied)(
    '%s: unknown, still open while it could be applied, then settled as not applied',
    async (fault) => {
      const desk = await openDesk()
      await desk.account()
      const id = await signed(desk)
      const outcome = must(await meeting(desk, fault, () => submit(desk.ports, id)))
      expect(outcome.stored.state).toBe('unknown')
      const open = must(await reconcile(desk.ports, id))
      expect(open).toMatchObject({ stored: { state: 'unknown' }, failure: { code: 'answer.stillUnknown' } })
      expect(await prepare(desk.ports, btcTo10)).toMatchObject({
        ok: false,
        error: { code: 'request.unsettled' },
      })
      desk.moveClocks(pastExpiryMs)
      const settled = must(await reconcile(desk.ports, id))
      expect(settled).toMatchObject({ stored: { state: 'refused' }, failure: { code: 'answer.notApplied' } })
      expect(submissions(desk)).toHaveLength(1)
      expect(desk.venue.applied).toEqual([])
      expect(must(await prepare(desk.ports, btcTo10)).kind).toBe('prepared')
    },
  )

  it('a venue that is slow, but answers: applied', async () => {
    const desk = await openDesk({ slowMs: 300 })
    await desk.account()
    const id = await signed(desk)
    desk.venue.failNext('slow')
    expect(must(await submit(desk.ports, id))).toMatchObject({ stored: { state: 'applied' }, failure: null })
  })

  it('reading fails while reconciling: nothing is settled', async () => {
    const desk = await openDesk()
    await desk.account()
    const id = await signed(desk)
    desk.venue.failNext('resetAfterApply')
    must(await submit(desk.ports, id))
    desk.venue.failNext('500BeforeApply', 'read')
    expect((await reconcile(desk.ports, id)).ok).toBe(false)
    expect(await stateOf(desk, id)).toBe('unknown')
  })

  it('somebody else changed it since: stays unknown, and stops nothing once it has expired', async () => {
    const desk = await openDesk()
    await desk.account()
    const id = await signed(desk)
    desk.venue.failNext('resetBeforeApply')
    must(await submit(desk.ports, id))
    const [address, account] = Object.entries(desk.venue.state.accounts)[0] ?? []
    if (!address || !account) throw new Error('no account')
    const changed = {
      ...account,
      leverage: { ...account.leverage, BTC: { type: 'cross', value: 3 } as const },
    }
    desk.venue.setState({
      ...desk.venue.state,
      accounts: { ...desk.venue.state.accounts, [address]: changed },
    })
    desk.moveClocks(pastExpiryMs)
    const open = must(await reconcile(desk.ports, id))
    expect(open).toMatchObject({ stored: { state: 'unknown' }, failure: { code: 'answer.changedSince' } })
    expect(must(await prepare(desk.ports, btcTo10)).kind).toBe('prepared')
  })
})

describe('a submission that is answered', () => {
  it('refused by the venue: nothing was changed, and its words are kept', async () => {
    const desk = await openDesk()
    await desk.account()
    const id = await signed(desk, { account: 'treasury', market: 'ETH', leverage: '2', isCross: false })
    const outcome = must(await submit(desk.ports, id))
    expect(outcome).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.refused', outcome: 'sent' },
    })
    expect(outcome.failure?.message).toContain('sufficient margin')
    expect(must(await reconcile(desk.ports, id))).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.stillRefused', outcome: 'sent' },
    })
  })

  it('ok, but reading again cannot be done: unknown until it can', async () => {
    const desk = await openDesk()
    await desk.account()
    const id = await signed(desk)
    for (let reading = 0; reading < 3; reading += 1) desk.venue.failNext('500BeforeApply', 'read')
    expect(must(await submit(desk.ports, id))).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.notProven' },
    })
    expect(must(await reconcile(desk.ports, id))).toMatchObject({ stored: { state: 'applied' } })
  })

  it('a venue that cannot be reached: certainly not sent, and said so', async () => {
    const desk = await openDesk({ port: await ownPort() })
    await desk.account()
    const id = await signed(desk)
    await desk.venue.close()
    const outcome = must(await submit(desk.ports, id))
    expect(outcome).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.notSent', outcome: 'not-sent' },
    })
    expect(must(await reconcile(desk.ports, id))).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.notSent', outcome: 'not-sent' },
    })
  })

  it('for a venue at another address than was previewed: not sent', async () => {
    const desk = await openDesk()
    await desk.account()
    const id = await signed(desk)
    const venueFor: typeof desk.ports.venueFor = (account) => {
      const venue = desk.ports.venueFor(account)
      return venue.ok ? { ok: true, value: { ...venue.value, origin: 'https://elsewhere.example' } } : venue
    }
    const refused = await submit({ ...desk.ports, venueFor }, id)
    expect(refused).toMatchObject({ ok: false, error: { code: 'venue.hostNotAllowed' } })
    expect(submissions(desk)).toEqual([])
  })
})
