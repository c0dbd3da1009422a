import { expect, it } from 'vitest'
import { deadlineOf } from '../../shared/deadline.ts'
import { venueIds, type VenueId } from '../../shared/venues/registry.ts'
import { loadRequest } from '../../electron/desk/load.ts'
import { prepare } from '../../electron/desk/prepare.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { revoke } from '../../electron/desk/revoke.ts'
import { prepareRevocation } from '../../electron/desk/prepare-revocation.ts'

import { withdraw } from '../../electron/desk/withdraw.ts'
import {
  appliedIn,
  changeOf,
  deskCases,
  msUntilOver,
  openDeskAt,
  signedAt,
  submissionsTo,
  type VenueDesk,
} from '../conformance/desk-cases.ts'
import { sign, submit } from '../support/as-shown.ts'
import { must } from '../support/desk.ts'
import { fault } from '../support/proven.ts'

const hours = (count: number): number => count * 3_600_000

/** Moves this machine's clock away from the venue's, which stands from here on. */
function moveMachine(desk: VenueDesk, ms: number): void {
  desk.venue.setClock(desk.ports.now())
  desk.moveClocks(ms)
}

const stateOf = async ({ ports }: VenueDesk, id: string) => must(await ports.store.requests.get(id)).state

const venueAt = (time: number): VenueId => venueIds[time] ?? 'hyperliquid'

const signedDesk = async (id: VenueId) => {
  const desk = await openDeskAt(id)
  return { desk, request: await signedAt(desk, changeOf(deskCases[id])) }
}

/** How long it is until a request can be used no more, in ms: at Compass two days, elsewhere minutes. */
const msUntilDeadline = async ({ ports }: VenueDesk, id: string): Promise<number> =>
  deadlineOf(must(await loadRequest(ports, id)).request) - ports.now()

fault(
  'clock',
  'this machine is 2 h past the end of a signed request when it is sent, at each venue',
  'the clock of the venue decides: it is sent and applied, and not put down as expired',
  6,
  async (time) => {
    const { desk, request } = await signedDesk(venueAt(time))
    moveMachine(desk, (await msUntilDeadline(desk, request)) + hours(2))
    expect(must(await submit(desk.ports, request)), venueAt(time)).toMatchObject({
      stored: { state: 'applied' },
      failure: null,
    })
  },
)

fault(
  'clock',
  'this machine is 2 h behind when a signed request is sent, at each venue',
  'it is sent and applied',
  6,
  async (time) => {
    const { desk, request } = await signedDesk(venueAt(time))
    moveMachine(desk, -hours(2))
    expect(must(await submit(desk.ports, request)).stored.state, venueAt(time)).toBe('applied')
  },
)

fault(
  'clock',
  'this machine is set back by 2 h, and the time of a signed request is over at the venue',
  'it is never applied: the desk puts it down as expired, or the venue refuses it',
  6,
  async (time) => {
    const { desk, request } = await signedDesk(venueAt(time))
    desk.moveClocks((await msUntilDeadline(desk, request)) + 60_000)
    moveMachine(desk, -hours(2))
    await submit(desk.ports, request)
    expect(await stateOf(desk, request), venueAt(time)).toMatch(/^(expired|refused)$/)
    expect(appliedIn(desk.venue.state)).toBe(0)
    const byKey = ['arcus', 'bybit', 'coinswitch'].includes(venueAt(time))
    if (byKey) expect(submissionsTo(desk)).toEqual([])
  },
)

fault(
  'clock',
  'this machine is 2 h past the end of a signed request, and the venue cannot be read when it is sent',
  'nothing is sent, and nothing is put down',
  6,
  async (time) => {
    const { desk, request } = await signedDesk(venueAt(time))
    moveMachine(desk, (await msUntilDeadline(desk, request)) + hours(2))
    for (let reading = 0; reading < 2; reading += 1) desk.venue.failNext('500BeforeApply', 'read')
    const refused = await submit(desk.ports, request)
    expect(refused, venueAt(time)).toMatchObject({ ok: false, error: { outcome: 'not-sent' } })
    expect(await stateOf(desk, request)).toBe('signed')
    expect(submissionsTo(desk)).toEqual([])
  },
)

fault(
  'clock',
  'this machine is 2 h ahead when an unknown outcome is read, then set back',
  'it stays unknown while the venue could still apply it, and is not applied once that is over there',
  6,
  async (time) => {
    const { desk, request } = await signedDesk(venueAt(time))
    desk.venue.failNext('resetBeforeApply')
    must(await submit(desk.ports, request))
    const over = desk.ports.now() + (await msUntilOver(desk, request))
    moveMachine(desk, hours(2))
    expect(must(await reconcile(desk.ports, request)), venueAt(time)).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.stillUnknown' },
    })
    desk.moveClocks(-hours(4))
    expect(must(await reconcile(desk.ports, request)).stored.state).toBe('unknown')
    desk.venue.setClock(over + 2_000)
    expect(must(await reconcile(desk.ports, request)).stored.state).toBe('refused')
  },
)

fault(
  'clock',
  'this machine is 2 h behind when a request of an API key is sent, and set right before its outcome is read',
  'the time that its signature is over counts: it stays unknown for as long as the venue could apply it',
  3,
  async (time) => {
    const id = (['arcus', 'bybit', 'coinswitch'] as const)[time] ?? 'bybit'
    const { desk, request } = await signedDesk(id)
    moveMachine(desk, -hours(2))
    desk.venue.failNext('resetBeforeApply')
    must(await submit(desk.ports, request))
    desk.moveClocks(hours(2))
    expect(must(await reconcile(desk.ports, request)), id).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.stillUnknown' },
    })
  },
)

fault(
  'clock',
  'a signed request was put down as expired or withdrawn, and its signature could still be used',
  'it can be revoked, and the venue then takes the request no more',
  6,
  async (time) => {
    const id = (['hyperliquid', 'compass', 'synthetix'] as const)[time % 3] ?? 'hyperliquid'
    const { desk, request } = await signedDesk(id)
    if (time < 3) must(await desk.ports.store.requests.transition(request, 'signed', 'expired'))
    else must(await withdraw(desk.ports, request))
    const prepared = must(await prepareRevocation(desk.ports, request))
    const terms = prepared.kind === 'prepared' ? prepared.terms : null
    expect(must(await revoke(desk.ports, request, terms)), id).toMatchObject({
      stored: { state: 'revoked' },
      failure: null,
    })
    expect((await submit(desk.ports, request)).ok).toBe(false)
  },
)

it('is not revoked once its time is over by the clock of the venue, whatever this machine says', async () => {
  const { desk, request } = await signedDesk('hyperliquid')
  must(await withdraw(desk.ports, request))
  const { request: prepared } = must(await loadRequest(desk.ports, request))
  desk.venue.setClock(deadlineOf(prepared) + 1_000)
  const refused = await prepareRevocation(desk.ports, request)
  expect(refused).toMatchObject({ ok: false, error: { code: 'revoke.needless' } })
})

it('is not revoked where it was never signed', async () => {
  const desk = await openDeskAt('hyperliquid')
  const prepared = must(await prepare(desk.ports, changeOf(deskCases.hyperliquid)))
  if (prepared.kind !== 'prepared') throw new Error('already set')
  must(await withdraw(desk.ports, prepared.stored.id))
  expect(await revoke(desk.ports, prepared.stored.id)).toMatchObject({
    error: { code: 'request.wrongState' },
  })
})

it('says until when a signature could be used that expired, and how it is revoked', async () => {
  const { desk, request } = await signedDesk('hyperliquid')
  desk.moveClocks(16 * 60_000)
  const failed = await submit(desk.ports, request)
  expect(failed).toMatchObject({
    error: {
      code: 'request.expired',
      message: expect.stringContaining('whoever holds the signature could use it until then'),
      next: expect.stringContaining(`countersign revoke ${request}`),
    },
  })
})

it('is signed by no clock alone: where the venue is not there, what is over here is not put down', async () => {
  const desk = await openDeskAt('hyperliquid')
  const prepared = must(await prepare(desk.ports, changeOf(deskCases.hyperliquid)))
  if (prepared.kind !== 'prepared') throw new Error('already set')
  await desk.venue.close()
  desk.moveClocks(hours(2))
  expect(await sign(desk.ports, prepared.stored.id)).toMatchObject({
    error: { code: 'request.maybeExpired' },
  })
  expect(await stateOf(desk, prepared.stored.id)).toBe('prepared')
})
