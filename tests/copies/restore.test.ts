import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { overAt } from '../../shared/deadline.ts'
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import { rulesOf, venueIds } from '../../shared/venues/registry.ts'
import { prepare } from '../../electron/desk/prepare.ts'
import { prepareRevocation } from '../../electron/desk/prepare-revocation.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { revoke } from '../../electron/desk/revoke.ts'
import { withdraw } from '../../electron/desk/withdraw.ts'
import { exportFolder } from '../../electron/export/folder.ts'
import { importHistory } from '../../electron/store/import.ts'
import { newestHeadName } from '../../electron/store/newest-head.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import {
  appliedIn,
  changeOf,
  deskCases,
  openDeskAt,
  signedAt,
  submissionsTo,
  type VenueDesk,
} from '../conformance/desk-cases.ts'
import { failureOf } from '../store/support.ts'
import { must } from '../support/desk.ts'
import { attack } from '../support/proven.ts'
import { backedUp, opened, restored } from './support.ts'
import { sign, submit } from '../support/as-shown.ts'

const stateOf = async (desk: VenueDesk, id: string) => must(await desk.ports.store.requests.get(id))

/** Nothing leads on from it: neither the Ledger nor the venue is asked for anything that changes something. */
async function expectFrozen(desk: VenueDesk, id: string): Promise<void> {
  const [sent, shown, keys] = [submissionsTo(desk).length, desk.shown(), desk.opened()]
  for (const step of [sign, submit, withdraw])
    expect(failureOf(await step(desk.ports, id)), step.name).toMatchObject({
      code: 'request.frozen',
      outcome: 'unknown',
      next: expect.stringContaining(`countersign reconcile ${id}`),
    })
  expect([submissionsTo(desk).length, desk.shown(), desk.opened()]).toEqual([sent, shown, keys])
}

/** Ms until nobody can apply a request any more that was open when a copy was made. */
async function msUntilOver(desk: VenueDesk, id: string): Promise<number> {
  const { prepared, frozenSince } = await stateOf(desk, id)
  return overAt(must(readPreparedRequest(prepared, id)), Date.parse(frozenSince ?? '')) - desk.ports.now()
}

attack(
  'rollback',
  'restores a backup in which a request was signed that was sent after it, at each of the six venues',
  'it is frozen, never sent a second time, and put down once the venue was read and nobody can apply it',
  async () => {
    for (const venue of venueIds) {
      const one = deskCases[venue]
      const desk = await openDeskAt(venue)
      const id = await signedAt(desk, changeOf(one))
      const backup = await backedUp(desk)
      expect(must(await submit(desk.ports, id)).stored.state).toBe('applied')
      const back = must(await prepare(desk.ports, changeOf(one, one.from)))
      if (back.kind !== 'prepared') throw new Error('it was changed')
      must(await sign(desk.ports, back.stored.id))
      expect(must(await submit(desk.ports, back.stored.id)).stored.state).toBe('applied')
      const applied = appliedIn(desk.venue.state)

      const copy = await restored(desk, backup)
      expect(await stateOf(copy, id), venue).toMatchObject({ state: 'signed' })
      await expectFrozen(copy, id)
      const open = must(await reconcile(copy.ports, id))
      expect(open, venue).toMatchObject({
        stored: { state: 'signed' },
        failure: { code: 'request.stillFrozen', outcome: 'unknown' },
      })
      expect(failureOf(await prepare(copy.ports, changeOf(one))).code).toBe('request.unsettled')

      desk.moveClocks((await msUntilOver(copy, id)) + 60_000)
      const settled = must(await reconcile(copy.ports, id))
      expect(settled, venue).toMatchObject({
        stored: { state: 'withdrawn', frozenSince: null },
        failure: null,
      })
      expect(settled.stored.detail?.['message']).toContain('nobody can apply it any more')
      expect(appliedIn(desk.venue.state), venue).toBe(applied)
      must(await verifyHistoryFile(copy.ports.store.path))
    }
  },
)

describe('what was open in a copy', () => {
  it.each(venueIds)('is put down at once at %s where the venue shows what it wanted', async (venue) => {
    const desk = await openDeskAt(venue)
    const id = await signedAt(desk, changeOf(deskCases[venue]))
    const backup = await backedUp(desk)
    must(await submit(desk.ports, id))
    const copy = await restored(desk, backup)
    const { stored, failure } = must(await reconcile(copy.ports, id))
    expect([stored.state, failure]).toEqual(['withdrawn', null])
    expect(stored.detail).toMatchObject({
      message: expect.stringContaining('this copy cannot know'),
      shown: { leverage: deskCases[venue].to },
    })
    expect(must(await prepare(copy.ports, changeOf(deskCases[venue]))).kind).toBe('alreadySet')
  })

  it.each(venueIds)('and only prepared at %s is put down at once, and prepared anew', async (venue) => {
    const one = deskCases[venue]
    const desk = await openDeskAt(venue)
    const first = must(await prepare(desk.ports, changeOf(one)))
    if (first.kind !== 'prepared') throw new Error('already set')
    const copy = await restored(desk, await backedUp(desk))
    await expectFrozen(copy, first.stored.id)
    expect(must(await reconcile(copy.ports, first.stored.id)).stored.state).toBe('withdrawn')
    const id = await signedAt(copy, changeOf(one))
    expect(
      (await stateOf(copy, id)).nonce === null || (await stateOf(copy, id)).nonce !== first.stored.nonce,
    ).toBe(true)
    expect(must(await submit(copy.ports, id)).stored.state).toBe('applied')
    expect(appliedIn(desk.venue.state)).toBe(1)
  })

  const signing = venueIds.filter((venue) => rulesOf(venue).signedBy === 'device')
  it.each(signing)('and signed at %s is revoked like any other, which settles it', async (venue) => {
    const desk = await openDeskAt(venue)
    const id = await signedAt(desk, changeOf(deskCases[venue]))
    const copy = await restored(desk, await backedUp(desk))
    const now = must(await prepareRevocation(copy.ports, id))
    const terms = now.kind === 'prepared' ? now.terms : null
    expect(must(await revoke(copy.ports, id, terms)).stored.state).toBe('revoked')
    must(await verifyHistoryFile(copy.ports.store.path))
  })

  it('and unknown is settled by reading as ever', async () => {
    const desk = await openDeskAt('bybit')
    const id = await signedAt(desk, changeOf(deskCases.bybit))
    desk.venue.failNext('resetAfterApply')
    must(await submit(desk.ports, id))
    const copy = await restored(desk, await backedUp(desk))
    expect(await stateOf(copy, id)).toMatchObject({ state: 'unknown', frozenSince: expect.any(String) })
    expect(must(await reconcile(copy.ports, id)).stored.state).toBe('applied')
  })
})

attack(
  'rollback',
  'copies a database by hand to where no newest head lies beside it, and sends what was signed in it',
  'the copy writes down that it is one, and what was open is frozen (request.frozen)',
  async () => {
    const desk = await openDeskAt('bybit')
    const id = await signedAt(desk, changeOf(deskCases.bybit))
    await desk.ports.store.close()
    const dir = join(desk.dir, 'elsewhere')
    const copy = await opened(desk, dir)
    await copy.ports.store.close()
    copyFileSync(desk.ports.store.path, copy.ports.store.path)
    rmSync(join(dir, newestHeadName), { force: true })
    await expectFrozen(await opened(desk, dir), id)
    expect(submissionsTo(desk)).toEqual([])
  },
)

attack(
  'export',
  'imports an exported history into another desk and sends what was signed in it',
  'it is frozen in the imported desk (request.frozen)',
  async () => {
    const desk = await openDeskAt('coinswitch')
    const id = await signedAt(desk, changeOf(deskCases.coinswitch))
    const folder = join(desk.dir, 'audit')
    must(await exportFolder(desk.ports.store, folder))
    const dir = join(desk.dir, 'imported')
    must(await importHistory(folder, dir, 'practice', desk.ports.now()))
    await expectFrozen(await opened(desk, dir), id)
  },
)
