import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Failure } from '../../shared/errors.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { StoredRequest } from '../../electron/store/port.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { must as valueOf, openDesk, signed, type TestDesk } from '../support/desk.ts'
import { compileDiskFault, diskFaultEnv, readDiskFaultLog, type DiskFault } from '../support/disk-fault.ts'
import { practice, run, tempDir } from './support.ts'
import { submit } from '../support/as-shown.ts'

const dir = mkdtempSync(join(tmpdir(), 'countersign-disk-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const library = compileDiskFault(dir)

/** Runs a command whose disk goes wrong; what it told, or null where it ended well. */
async function runOnBadDisk(
  database: string,
  fault: DiskFault,
  args: readonly string[],
): Promise<Failure | null> {
  const log = join(tempDir(), 'calls')
  const env = diskFaultEnv(library ?? '', database, log, fault)
  const { exit, stdout } = await run([...args, '--json'], { env })
  expect(readDiskFaultLog(log).failed).not.toEqual([])
  const printed = JSON.parse(stdout) as { readonly error?: Failure }
  expect(printed.error === undefined).toBe(exit === 0)
  return printed.error ?? null
}

const received = ({ venue }: TestDesk): number =>
  venue.requests.filter(({ target }) => target === 'submission').length

/** What an operator does next by what was told, at the next start of the desk; gives the state of the request. */
async function goOn(
  { dir, ports }: TestDesk,
  id: string,
  told: Failure | null,
): Promise<StoredRequest['state']> {
  const store = valueOf(await openStore({ dir, mode: 'practice', now: ports.now }))
  const now = { ...ports, store }
  try {
    if (told?.outcome === 'not-sent') return valueOf(await submit(now, id)).stored.state
    if (told?.outcome === 'unknown') return valueOf(await reconcile(now, id)).stored.state
    return valueOf(await store.requests.get(id)).state
  } finally {
    await store.close()
  }
}

/**
 * Calls of a sending, by their number. Syncs: at 1 the lease is taken, at 3 the submission begins, at 4 the answer is
 * written, at 5 the outcome, then the lease is given back and the log is moved into the database. Writes: the first
 * ones make the log's index, from 10 on the log is written, and the last ones are in the database.
 */
const faults: readonly DiskFault[] = [
  ...[1, 3, 4, 5, 9].map((at) => ({ call: 'sync', at, as: 'EIO' }) as const),
  ...[28, 50].map((at) => ({ call: 'write', at, as: 'EIO' }) as const),
  ...[12, 28, 50].map((at) => ({ call: 'write', at, as: 'ENOSPC' }) as const),
  ...[12, 40, 50].map((at) => ({ call: 'write', at, as: 'short' }) as const),
]

const title = `a disk that fails below SQLite${library === null ? ' (needs Linux and a C compiler)' : ''}`

describe.skipIf(library === null)(title, () => {
  it.each(faults)(
    '$as at $call $at of a sending: told truly, nothing lost, never sent twice',
    async (fault) => {
      const desk = await openDesk()
      await desk.account()
      const id = await signed(desk)
      const { path } = desk.ports.store
      await desk.ports.store.close()
      const kept = valueOf(await verifyHistoryFile(path)).count
      const options = practice(desk.dir, '--practice-venue', desk.venue.url)

      const told = await runOnBadDisk(path, fault, ['submit', id, ...options])
      if (told?.outcome === 'not-sent') {
        expect({ code: told.code, received: received(desk) }).toEqual({ code: 'store.unusable', received: 0 })
      } else if (told) expect(told).toMatchObject({ code: 'store.notRecorded', outcome: 'unknown' })
      expect(valueOf(await verifyHistoryFile(path)).count).toBeGreaterThanOrEqual(kept)

      // A lease that could not be given back ends by itself.
      desk.moveClocks(10_000)
      expect(await goOn(desk, id, told)).toBe('applied')
      expect({ received: received(desk), applied: desk.venue.applied.length }).toEqual({
        received: 1,
        applied: 1,
      })
      valueOf(await verifyHistoryFile(path))
    },
  )

  it.each<DiskFault>([
    { call: 'sync', at: 5, as: 'EIO' },
    { call: 'write', at: 1, as: 'EIO' },
    { call: 'write', at: 20, as: 'ENOSPC' },
    { call: 'write', at: 60, as: 'short' },
  ])('$as at $call $at of making a new desk: said so, and the next start makes it', async (fault) => {
    const options = practice(tempDir())
    const path = join(String(options[2]), 'countersign.db')
    const told = await runOnBadDisk(path, fault, ['accounts', ...options])
    expect(told).toMatchObject({ code: 'store.unusable', outcome: 'not-sent' })
    expect(existsSync(path)).toBe(true)
    expect(await run(['accounts', '--json', ...options])).toMatchObject({ exit: 0 })
    valueOf(await verifyHistoryFile(path))
  })
})
