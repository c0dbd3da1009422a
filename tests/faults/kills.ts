/** One kill and what became of it: a world, a desk that dies at a point, and the proof after it was started again. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import type { StoredState } from '../../electron/store/port.ts'
import { last, settle, submissions } from '../crash/proof.ts'
import { inWorld, type CrashWorld } from '../crash/world.ts'
import { toOlderSchema } from './older-schema.ts'
import { pick, type FaultVenue, type KillPlan, type Point } from './points.ts'

/** What became of one kill. */
export interface KillOutcome {
  /** In which state the next desk found the request; `none` when it was not kept yet. */
  readonly found: StoredState | 'none'
  readonly settled: 'applied' | 'refused'
  /** How many submissions the venue received. */
  readonly received: number
}

/** How far the clock of the desk that goes on is moved, in ms. */
const clocks = [0, -2_000, -60, 3_000]

/** An export that was cut in the middle is never taken for a whole one. */
async function assertCutExport(path: string): Promise<void> {
  assert.ok(readFileSync(path, 'utf8').length > 0)
  const verdict = await verifyHistoryFile(path)
  assert.equal(verdict.ok, false)
}

async function leaveOlder(world: CrashWorld, { olderSchema }: KillPlan, leverage: string): Promise<void> {
  if (olderSchema === undefined) return
  const before = await world.run({ leverage, kill: { name: 'request.sending', moment: 'before' } })
  assert.equal(before.ended, 'SIGKILL')
  toOlderSchema(world.path, olderSchema)
}

/** Kills a desk at a point and proves what the next one makes of it. Throws where the promise does not hold. */
export const killOnce = (point: Point, venue: FaultVenue, seed: number): Promise<KillOutcome> =>
  inWorld(venue.id, async (world) => {
    const leverage = pick(venue.leverages, seed)
    const plan = point.plan(seed, venue.since)
    await leaveOlder(world, plan, leverage)
    if (plan.lose) world.venue.failNext(plan.lose)
    const { exportTo } = plan.options
    const exported = exportTo === undefined ? {} : { exportTo: join(world.dir, exportTo) }
    const killed = await world.run(
      { leverage, ...plan.options, ...exported },
      plan.lose ? (asked) => submissions(asked).length === 1 : undefined,
    )
    assert.equal(killed.ended, 'SIGKILL')
    const { kill } = plan.options
    if (exported.exportTo && kill && 'exportPieces' in kill) await assertCutExport(exported.exportTo)
    const end = await settle(world, pick(clocks, seed))
    const settled = last(end, 'end')?.state
    if (settled !== 'applied' && settled !== 'refused') throw new Error(`it ended as ${String(settled)}`)
    const resumed = world.runs[world.runs.indexOf(killed) + 1]
    const found = last(resumed, 'found')?.state ?? 'none'
    return { found, settled, received: submissions(world.venue).length }
  })
