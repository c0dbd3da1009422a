/** What must hold after any kill and restart: nothing lost, nothing sent twice, the chain intact, the end settled. */
import assert from 'node:assert/strict'
import type { StoredState } from '../../electron/store/port.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { must } from '../support/desk.ts'
import type { DeskEvent } from './protocol.ts'
import { witnesses } from './witness.ts'
import type { CrashWorld, Run } from './world.ts'

/** Bodies of what arrived at the venue that may change something. */
export const submissions = (venue: PracticeVenue): readonly string[] =>
  venue.requests.filter(({ target }) => target === 'submission').map(({ body }) => body)

/** The last event of a kind in a run. */
export const last = (run: Run | undefined, event: DeskEvent['event']): DeskEvent | undefined =>
  run?.events.findLast((found) => found.event === event)

/** The states that a request may be found in after it was reported to be in one. */
const order: readonly StoredState[] = [
  'prepared',
  'approved',
  'signed',
  'sending',
  'unknown',
  'applied',
  'refused',
]

/** What a process reported as done is there when the next one looks: the same request, at least as far. */
function assertNothingLost(all: readonly Run[]): void {
  // One that died before it looked, in a migration or before anything was kept, has nothing to say.
  const runs = all.filter(({ events }) => events.some(({ id }) => id !== undefined))
  const main = runs.flatMap(({ events }) => events).find(({ id }) => id !== undefined)?.id
  for (const [index, later] of runs.entries()) {
    const reported = runs[index - 1]?.events.findLast(({ id, state }) => id === main && state !== undefined)
    if (!reported?.state) continue
    const found = last(later, 'found')
    assert.equal(found?.id, main)
    assert.ok(found?.state && order.slice(order.indexOf(reported.state)).includes(found.state))
  }
}

/** Every nonce that was ever given, in the order of time, is higher than the one before. */
function assertRisingNonces(runs: readonly Run[]): void {
  const nonces = runs.flatMap(({ events }) =>
    events
      .filter(({ event, nonce }) => event === 'done' && nonce !== undefined)
      .map(({ nonce }) => Number(nonce)),
  )
  assert.ok(nonces.length > 0)
  assert.deepEqual(
    nonces,
    [...new Set(nonces)].toSorted((a, b) => a - b),
  )
}

/** At the venue each change arrived once at most, is applied once at most, and is what the history says. */
function assertOneSending({ venue, venueId, runs }: CrashWorld): void {
  const end = last(runs.at(-1), 'end')
  const sent = submissions(venue)
  assert.ok(sent.length <= 1)
  assert.deepEqual(
    sent,
    sent.slice(0, 1).map(() => end?.body),
  )
  const { carriedOut, asked } = witnesses[venueId]
  const applied = carriedOut(venue)
  if (end?.state === 'applied') {
    assert.deepEqual(applied, [asked(end.body ?? '')])
  } else {
    assert.deepEqual({ state: end?.state, applied }, { state: 'refused', applied: [] })
  }
}

const pastExpiryMs = 16 * 60_000
/** The venue takes a nonce for two days, so a change without expiry may be applied for as long. */
const pastNonceMs = 2 * 24 * 60 * 60_000 + 60_000

/**
 * Restarts with a clock that went back, goes on until the request is settled, waiting as an operator would, and proves
 * that nothing was lost, nothing sent twice and the history is whole. Gives the last run.
 */
export async function settle(world: CrashWorld, clockMs = -2_000): Promise<Run | undefined> {
  const resumed = await world.run({ clockMs, another: world.venueId === 'hyperliquid' })
  assert.equal(resumed.ended, 0)
  if (last(resumed, 'end')?.code === 'answer.stillUnknown') {
    world.wait(world.venueId === 'compass' ? pastNonceMs : pastExpiryMs)
    assert.equal((await world.run({})).ended, 0)
  }
  must(await verifyHistoryFile(world.path))
  assertNothingLost(world.runs)
  assertRisingNonces(world.runs)
  assertOneSending(world)
  return world.runs.at(-1)
}
