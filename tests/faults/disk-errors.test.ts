import BetterSqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import type { Failure } from '../../shared/errors.ts'
import { must, openDesk, signed, type TestDesk } from '../support/desk.ts'
import { submit } from '../support/as-shown.ts'

const { prepare } = BetterSqlite.prototype

/** Which COMMIT from now on fails; 0 for none. */
let failing = 0
let commits = 0
const failCommit = (number: number): void => {
  failing = number
  commits = 0
}

// A COMMIT fails as it does when the disk answers `fsync` with EIO.
beforeEach(() => {
  failCommit(0)
  BetterSqlite.prototype.prepare = function (this: BetterSqlite.Database, source: string) {
    const statement = prepare.call(this, source)
    if (source.toLowerCase() !== 'commit') return statement
    const run = statement.run.bind(statement, [])
    return Object.assign(statement, {
      run: () => {
        commits += 1
        if (commits === failing) throw new BetterSqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
        return run()
      },
    })
  } as typeof prepare
})
afterEach(() => {
  BetterSqlite.prototype.prepare = prepare
})

const submissions = (desk: TestDesk) => desk.venue.requests.filter(({ target }) => target === 'submission')
const stateOf = async ({ ports }: TestDesk, id: string) => must(await ports.store.requests.get(id)).state

/** Sends a signed request while the COMMIT of a number fails; null when there are not so many. */
async function sendWithFailing(number: number) {
  const desk = await openDesk()
  await desk.account()
  const id = await signed(desk)
  failCommit(number)
  const outcome = await submit(desk.ports, id)
  const reached = commits >= number
  failCommit(0)
  if (!reached) return null
  return { desk, id, error: outcome.ok ? outcome.value.failure : outcome.error }
}

/** What an operator does next, by what the desk says. */
async function goOn(desk: TestDesk, id: string): Promise<void> {
  const state = await stateOf(desk, id)
  if (state === 'signed') must(await submit(desk.ports, id))
  if (state === 'sending' || state === 'unknown') must(await reconcile(desk.ports, id))
}

const claimed = (error: Failure | null): string => error?.outcome ?? 'none'

describe('a disk that reports an error at a COMMIT', () => {
  it('at none of those of a sending loses it, sends it twice, or has it claimed that nothing was sent', async () => {
    const told: string[] = []
    for (let number = 1; ; number += 1) {
      const failed = await sendWithFailing(number)
      if (failed === null) break
      const { desk, id, error } = failed
      told.push(`${claimed(error)}, received ${submissions(desk).length}`)
      await goOn(desk, id)
      expect(await stateOf(desk, id)).toBe('applied')
      expect(submissions(desk)).toHaveLength(1)
      expect(desk.venue.applied).toHaveLength(1)
      must(await verifyHistoryFile(desk.ports.store.path))
    }
    expect(told.length).toBeGreaterThan(3)
    expect(told).toContain('not-sent, received 0')
    expect(told).toContain('unknown, received 1')
    expect(told).not.toContain('not-sent, received 1')
  })
})
