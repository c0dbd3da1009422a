import { expect } from 'vitest'
import type { LeverageSetting } from '../../shared/market.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import { venueIds, type VenueId } from '../../shared/venues/registry.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'

import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import type { Venue } from '../../electron/venues/port.ts'
import {
  appliedIn,
  changeOf,
  deskCases,
  openDeskAt,
  signedAt,
  submissionsTo,
  type VenueDesk,
} from '../conformance/desk-cases.ts'
import { submit } from '../support/as-shown.ts'
import { must } from '../support/desk.ts'
import { attack } from '../support/proven.ts'

const answer = (status: number, body: unknown): HttpAnswer => ({
  status,
  body: JSON.stringify(body),
  lost: '',
  sent: true,
})

const coded = answer(200, { retCode: 10_001, retMsg: 'params error', result: {}, retExtInfo: {}, time: 1 })

/** A refusal in each venue's own form. */
const refusals: { readonly [id in VenueId]: HttpAnswer } = {
  hyperliquid: answer(200, { status: 'err', response: 'Insufficient margin' }),
  compass: answer(200, { status: 'err', response: 'Insufficient margin' }),
  arcus: answer(429, { error: 'rate limited' }),
  coinswitch: coded,
  bybit: coded,
  synthetix: answer(400, { status: 'error', error: { code: 'INVALID_VALUE', message: 'no such leverage' } }),
}

/** The desk at a venue of which some parts are others; `change` is given what is there. */
const withVenue = ({ ports }: VenueDesk, change: (venue: Venue) => Partial<Venue>): DeskPorts => ({
  ...ports,
  venueFor(account) {
    const venue = ports.venueFor(account)
    return venue.ok ? { ok: true, value: { ...venue.value, ...change(venue.value) } } : venue
  },
})

/** A venue that does what it is told and says that it refused. */
const lying = (desk: VenueDesk, id: VenueId): DeskPorts =>
  withVenue(desk, (venue) => ({
    async submit(...sent) {
      await venue.submit(...sent)
      return refusals[id]
    },
  }))

/** A venue that refuses and does nothing; `shown` is what it shows when it is read afterwards, null for nothing. */
function refusing(desk: VenueDesk, id: VenueId, shown?: LeverageSetting | null): DeskPorts {
  let refused = false
  return withVenue(desk, (venue) => ({
    async submit() {
      refused = true
      return refusals[id]
    },
    async current(...asked) {
      if (refused && shown === null)
        return {
          ok: false,
          error: { code: 'venue.readFailed', message: 'm', next: 'n', outcome: 'not-sent' },
        }
      const current = await venue.current(...asked)
      return refused && shown && current.ok ? { ok: true, value: { ...current.value, ...shown } } : current
    },
  }))
}

const signedDesk = async (id: VenueId) => {
  const desk = await openDeskAt(id)
  return { desk, request: await signedAt(desk, changeOf(deskCases[id])) }
}

const settingAt = (id: VenueId, leverage: string): LeverageSetting => ({
  leverage,
  isCross: deskCases[id].isCross,
})

attack(
  'venue',
  'applies a change and answers that it refused it, at each of the six venues',
  'the venue is read, the request is applied, and both facts are told and kept',
  async () => {
    for (const id of venueIds) {
      const { desk, request } = await signedDesk(id)
      const outcome = must(await submit(lying(desk, id), request))
      expect(outcome, id).toMatchObject({
        stored: { state: 'applied', detail: { code: 'answer.appliedAfterRefusal' } },
        failure: { code: 'answer.appliedAfterRefusal', outcome: 'sent' },
      })
      expect(outcome.failure?.message).toContain('refused')
      expect(outcome.failure?.message).toContain(`shows ${deskCases[id].to}x`)
      expect([appliedIn(desk.venue.state), submissionsTo(desk).length]).toEqual([1, 1])
      expect(must(await desk.ports.store.submissions.get(request))?.outcome).toBe('refused')
      expect((await submit(desk.ports, request)).ok).toBe(false)
      must(await verifyHistoryFile(desk.ports.store.path))
    }
  },
)

attack(
  'venue',
  'refuses a change, shows the old value, and applies the change later',
  'refused, and applied once it is read again; it is never sent again',
  async () => {
    for (const id of venueIds) {
      const { desk, request } = await signedDesk(id)
      expect(must(await submit(refusing(desk, id), request)).stored.state, id).toBe('refused')
      expect(must(await reconcile(desk.ports, request))).toMatchObject({
        stored: { state: 'refused' },
        failure: { code: 'answer.stillRefused' },
      })
      const shows = withVenue(desk, (venue) => ({
        async current(...asked) {
          const current = await venue.current(...asked)
          return current.ok
            ? { ok: true, value: { ...current.value, ...settingAt(id, deskCases[id].to) } }
            : current
        },
      }))
      expect(must(await reconcile(shows, request)), id).toMatchObject({
        stored: { state: 'applied', detail: { code: 'answer.appliedAfterRefusal' } },
        failure: { code: 'answer.appliedAfterRefusal' },
      })
      expect((await submit(desk.ports, request)).ok).toBe(false)
      expect(submissionsTo(desk)).toHaveLength(0)
      must(await verifyHistoryFile(desk.ports.store.path))
    }
  },
)

attack(
  'venue',
  'refuses a change and cannot be read then',
  'unknown, with the refusal told; refused once reading shows the old value, without waiting',
  async () => {
    for (const id of venueIds) {
      const { desk, request } = await signedDesk(id)
      const outcome = must(await submit(refusing(desk, id, null), request))
      expect(outcome, id).toMatchObject({
        stored: { state: 'unknown' },
        failure: { code: 'answer.refusalUnproven', outcome: 'unknown' },
      })
      expect(must(await reconcile(desk.ports, request))).toMatchObject({
        stored: { state: 'refused' },
        failure: { code: 'answer.notApplied', outcome: 'sent' },
      })
    }
  },
)

attack(
  'venue',
  'refuses a change and shows neither the old nor the new value',
  'unknown, with what it shows; nothing is said to be as before',
  async () => {
    for (const id of venueIds) {
      const { desk, request } = await signedDesk(id)
      const outcome = must(await submit(refusing(desk, id, settingAt(id, '3')), request))
      expect(outcome, id).toMatchObject({
        stored: { state: 'unknown' },
        failure: { code: 'answer.refusalUnproven', message: expect.stringContaining('shows 3x') },
      })
    }
  },
)

attack(
  'venue',
  'refuses a change while only one of its two sides shows the new value',
  'unknown: neither side alone settles it',
  async () => {
    const { desk, request } = await signedDesk('bybit')
    const half = { leverage: deskCases.bybit.to, sellLeverage: deskCases.bybit.from, isCross: true }
    const outcome = must(await submit(refusing(desk, 'bybit', half), request))
    expect(outcome).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.refusalUnproven' },
    })
  },
)

attack(
  'venue',
  'refuses one of two requests that set the same value, after it applied the other',
  'the value is claimed for the other only; the refused one stays open and names it',
  async () => {
    const desk = await openDeskAt('hyperliquid')
    const change = changeOf(deskCases.hyperliquid)
    const [first, second] = [await signedAt(desk, change), await signedAt(desk, change)]
    expect(must(await submit(desk.ports, first)).stored.state).toBe('applied')
    const outcome = must(await submit(refusing(desk, 'hyperliquid'), second))
    expect(outcome).toMatchObject({ stored: { state: 'unknown' }, failure: { code: 'answer.otherRequest' } })
    expect(outcome.failure?.message).toContain(first)
    expect(must(await reconcile(desk.ports, second))).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.otherRequest' },
    })
  },
)

attack(
  'venue',
  'refuses a change, and a later request sets the same value',
  'reading the refused one again does not claim the value of the later one for it',
  async () => {
    const { desk, request } = await signedDesk('hyperliquid')
    must(await submit(refusing(desk, 'hyperliquid'), request))
    const later = await signedAt(desk, changeOf(deskCases.hyperliquid))
    expect(must(await submit(desk.ports, later)).stored.state).toBe('applied')
    expect(must(await reconcile(desk.ports, request))).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.stillRefused' },
    })
  },
)

attack(
  'venue',
  'loses the answer to a change that a later request sets back to the old value',
  'the old value is not taken for a proof that nothing was applied',
  async () => {
    const desk = await openDeskAt('hyperliquid')
    const { from } = deskCases.hyperliquid
    const lost = await signedAt(desk, changeOf(deskCases.hyperliquid))
    desk.venue.failNext('resetAfterApply')
    expect(must(await submit(desk.ports, lost)).stored.state).toBe('unknown')
    desk.moveClocks(16 * 60_000)
    const setBack = await signedAt(desk, changeOf(deskCases.hyperliquid, from))
    expect(must(await submit(desk.ports, setBack)).stored.state).toBe('applied')
    expect(must(await reconcile(desk.ports, lost))).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.otherRequest', message: expect.stringContaining(setBack) },
    })
  },
)
