import { describe, expect, it } from 'vitest'
import type { OutcomeClaim } from '../../shared/errors.ts'
import { venueIds, type VenueId } from '../../shared/venues/registry.ts'
import { prepare } from '../../electron/desk/prepare.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import type { StoredRequest } from '../../electron/store/port.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { practiceFaults, type PracticeFault } from '../../electron/venues/practice/port.ts'
import { isWaitedFor, meeting } from '../support/meeting.ts'
import { ownPort } from '../support/own-port.ts'
import { must } from '../support/desk.ts'
import { truth, v5Truth } from '../venues/truth.ts'
import {
  appliedIn,
  changeOf,
  deskCases,
  msUntilOver,
  openDeskAt,
  signedAt,
  submissionsTo,
  type VenueDesk,
} from './desk-cases.ts'
import { sign, submit } from '../support/as-shown.ts'

const lost = /^(timeout|reset|hugeBody|truncatedBody|drip)/
const isAnswered = (fault: PracticeFault): boolean => !lost.test(fault)

const truthAt = (id: VenueId) => (id === 'coinswitch' || id === 'bybit' ? v5Truth : truth)

/** What the desk must put down of an answer, and how often the change was really carried out. */
function expectedOf(id: VenueId, fault: PracticeFault) {
  const [outcome, applied] = truthAt(id)[fault]
  // Of an answer that came, whatever it says, the reading after it finds what was applied.
  if (applied === 1 && isAnswered(fault)) return { state: 'applied', applied } as const
  if (outcome !== 'accepted') return { state: outcome, applied }
  return { state: applied === 1 ? 'applied' : 'unknown', applied } as const
}

const claims: { readonly [state in 'applied' | 'refused' | 'unknown']: OutcomeClaim | undefined } = {
  applied: undefined,
  refused: 'sent',
  unknown: 'unknown',
}

/** Settles an unknown outcome by reading: at once where it was applied, else only once nobody can apply it any more. */
async function settle(desk: VenueDesk, id: string): Promise<StoredRequest['state']> {
  const read = must(await reconcile(desk.ports, id))
  if (read.stored.state !== 'unknown') return read.stored.state
  expect(read.failure?.code).toBe('answer.stillUnknown')
  desk.moveClocks((await msUntilOver(desk, id)) + 20_000)
  return must(await reconcile(desk.ports, id)).stored.state
}

/** However it went: it is never sent a second time, and what the history says of it is what the venue did. */
async function expectOneSending(desk: VenueDesk, id: string, applied: number): Promise<void> {
  expect(await submit(desk.ports, id)).toMatchObject({ error: { code: 'request.wrongState' } })
  expect({ sent: submissionsTo(desk).length, applied: appliedIn(desk.venue.state) }).toEqual({
    sent: 1,
    applied,
  })
  expect(desk.venue.requests.filter(({ path }) => path.includes('elsewhere'))).toEqual([])
  must(await verifyHistoryFile(desk.ports.store.path))
}

describe.each(venueIds)('a change sent to %s', (id) => {
  const change = changeOf(deskCases[id])
  const rows = practiceFaults.map((fault) => ({ fault, ...expectedOf(id, fault) }))

  it.each(rows)('that meets $fault is $state (applied: $applied), and settles by reading', async (row) => {
    const desk = await openDeskAt(id)
    const request = await signedAt(desk, change)
    const { stored, failure } = must(await meeting(desk, row.fault, () => submit(desk.ports, request)))
    expect({ state: stored.state, claim: failure?.outcome }).toEqual({
      state: row.state,
      claim: claims[row.state],
    })
    await expect.poll(() => appliedIn(desk.venue.state)).toBe(row.applied)
    if (stored.state === 'unknown')
      expect(await settle(desk, request)).toBe(row.applied === 1 ? 'applied' : 'refused')
    await expectOneSending(desk, request, row.applied)
  })

  it('to a venue that is not there leaves nothing, and says so', async () => {
    const desk = await openDeskAt(id, {}, { port: await ownPort() })
    const request = await signedAt(desk, change)
    await desk.venue.close()
    const outcome = await submit(desk.ports, request)
    const failure = outcome.ok ? outcome.value.failure : outcome.error
    expect(failure).toMatchObject({ outcome: 'not-sent' })
    expect(must(await desk.ports.store.requests.get(request)).state).toMatch(/^(signed|refused)$/)
  })

  it('stays unknown through every bad reading, and settles with the first good one', async () => {
    const desk = await openDeskAt(id)
    const request = await signedAt(desk, change)
    desk.venue.failNext('resetAfterApply')
    must(await submit(desk.ports, request))
    const bad = practiceFaults.filter(
      (fault) => !isWaitedFor(fault) && fault !== 'slow' && fault !== 'duplicate',
    )
    for (const fault of bad) {
      desk.venue.failNext(fault, 'read')
      const read = await reconcile(desk.ports, request)
      expect(read, fault).toMatchObject({
        error: { code: expect.stringMatching(/^venue\./), outcome: 'not-sent' },
      })
      expect(must(await desk.ports.store.requests.get(request)).state, fault).toBe('unknown')
    }
    expect(must(await reconcile(desk.ports, request)).stored.state).toBe('applied')
    await expectOneSending(desk, request, 1)
  })

  it.each([-3_600_000, 3_600_000])(
    'with a clock %i ms beside the venue is neither prepared nor signed',
    async (ms) => {
      const desk = await openDeskAt(id)
      const outcome = must(await prepare(desk.ports, change))
      if (outcome.kind !== 'prepared') throw new Error('already set')
      desk.venue.setClock(Date.now() + ms)
      const skewed = { error: { code: 'clock.skewed', outcome: 'not-sent' } }
      expect(await prepare(desk.ports, change)).toMatchObject(skewed)
      expect(await sign(desk.ports, outcome.stored.id)).toMatchObject(skewed)
      expect(desk.shown()).toBe('')
    },
  )

  it.each([-3_600_000, 3_600_000])(
    'when the clocks have come %i ms apart is what the venue made of it, or is over by its clock',
    async (ms) => {
      const desk = await openDeskAt(id)
      const request = await signedAt(desk, change)
      desk.venue.setClock(Date.now() + ms)
      await submit(desk.ports, request)
      const { state } = must(await desk.ports.store.requests.get(request))
      // Where the venue knows no expiry, the desk holds the end of the approval against the venue's clock.
      const isOverThere = ms > 0 && deskCases[id].key !== null
      expect(state).toMatch(isOverThere ? /^expired$/ : /^(applied|refused)$/)
      if (isOverThere) expect(submissionsTo(desk)).toEqual([])
      else await expectOneSending(desk, request, state === 'applied' ? 1 : 0)
    },
  )

  it('is not put down as not applied by a clock that runs ahead, while the venue could still apply it', async () => {
    const desk = await openDeskAt(id)
    const request = await signedAt(desk, change)
    desk.venue.failNext('resetBeforeApply')
    must(await submit(desk.ports, request))
    const left = await msUntilOver(desk, request)
    desk.venue.setClock(Date.now())
    desk.moveClocks(left + 20_000)
    expect(must(await reconcile(desk.ports, request))).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.stillUnknown' },
    })
    desk.venue.setClock(null)
    expect(must(await reconcile(desk.ports, request)).stored.state).toBe('refused')
  })
})
