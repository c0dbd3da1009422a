/** A desk whose database becomes a copy: what is backed up, done after it, and put back. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { ok, fail } from '../../shared/errors.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { readPermitOf } from '../../electron/desk/read-permit.ts'
import { openStore } from '../../electron/store/open-store.ts'
import { restoreDesk } from '../../electron/store/restore.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import { deskCases, type VenueDesk } from '../conformance/desk-cases.ts'
import { must } from '../support/desk.ts'

/** The desk on the database in a folder, as another process of it opens it. */
export async function opened(desk: VenueDesk, dir: string): Promise<VenueDesk> {
  const { now } = desk.ports
  const store = must(await openStore({ dir, mode: 'practice', now }))
  onTestFinished(() => store.close())
  const venueFor: DeskPorts['venueFor'] = (account) => {
    const { key } = deskCases[account.venue]
    return createVenue(account, {
      practiceOrigin: desk.venue.url,
      compassKey: () => 'practice',
      limits: desk.limits,
      now,
      readPermit: () => readPermitOf(store, account),
      readSigner: () => Promise.resolve(key ? ok(key) : fail('secret.none', { account: account.name })),
    })
  }
  return { ...desk, dir, ports: { ...desk.ports, store, venueFor } }
}

/** Backs a desk up; where the backup is. */
export async function backedUp(desk: VenueDesk): Promise<string> {
  const path = join(desk.dir, `of-${desk.ports.newId()}.db`)
  must(await desk.ports.store.backup(path))
  return path
}

/** The desk after a backup was put in the place of its database. */
export async function restored(desk: VenueDesk, backup: string): Promise<VenueDesk> {
  await desk.ports.store.close()
  must(await restoreDesk(backup, desk.dir, 'practice', desk.ports.now()))
  return opened(desk, desk.dir)
}
