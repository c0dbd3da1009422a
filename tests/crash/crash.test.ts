import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { StoredState } from '../../electron/store/port.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import type { PracticeFault, PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import { must } from '../support/desk.ts'
import type { DeskEvent, DeskProcessOptions, Moment } from './protocol.ts'

const program = fileURLToPath(new URL('desk-process.ts', import.meta.url))
/** Every process compiles the same modules; the first one keeps them for the others. */
const compiled = mkdtempSync(join(tmpdir(), 'countersign-compiled-'))
afterAll(() => rmSync(compiled, { recursive: true, force: true }))

interface Run {
  readonly events: readonly DeskEvent[]
  readonly ended: number | NodeJS.Signals | null
}

/** A folder with a venue that outlives every process which works in it. */
interface World {
  readonly venue: PracticeVenue
  readonly path: string
  readonly runs: readonly Run[]
  /** Runs a desk process to its end; `killWhen` kills it as soon as that holds. */
  readonly run: (
    options: Partial<DeskProcessOptions>,
    killWhen?: (venue: PracticeVenue) => boolean,
  ) => Promise<Run>
  readonly wait: (ms: number) => void
}

async function inWorld<T>(venueId: VenueId, work: (world: World) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-crash-'))
  let clockMs = 0
  const venue = await startPracticeVenue({ now: () => Date.now() + clockMs })
  const runs: Run[] = []

  async function run(
    options: Partial<DeskProcessOptions>,
    killWhen?: (venue: PracticeVenue) => boolean,
  ): Promise<Run> {
    const argument: DeskProcessOptions = { dir, url: venue.url, venue: venueId, clockMs, ...options }
    const child = spawn(process.execPath, [program, JSON.stringify(argument)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    })
    const ended = new Promise<Run['ended']>((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal))
    })
    if (killWhen) {
      void vi
        .waitUntil(() => killWhen(venue), { timeout: 20_000, interval: 5 })
        .then(() => child.kill('SIGKILL'))
    }
    const events: DeskEvent[] = []
    for await (const line of createInterface({ input: child.stdout }))
      events.push(JSON.parse(line) as DeskEvent)
    const finished = { events, ended: await ended }
    runs.push(finished)
    return finished
  }

  const wait = (ms: number): void => {
    clockMs += ms
  }
  try {
    return await work({ venue, path: join(dir, 'countersign.db'), runs, run, wait })
  } finally {
    await venue.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

const submissions = (venue: PracticeVenue): readonly string[] =>
  venue.requests.filter(({ target }) => target === 'submission').map(({ body }) => body)

const last = (run: Run | undefined, event: DeskEvent['event']): DeskEvent | undefined =>
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
function expectNothingLost(runs: readonly Run[]): void {
  const main = runs.flatMap(({ events }) => events).find(({ id }) => id !== undefined)?.id
  for (const [index, later] of runs.entries()) {
    const reported = runs[index - 1]?.events.findLast(({ id, state }) => id === main && state !== undefined)
    if (!reported?.state) continue
    const found = last(later, 'found')
    expect(found?.id).toBe(main)
    expect(order.slice(order.indexOf(reported.state))).toContain(found?.state)
  }
}

/** Every nonce that was ever given, in the order of time, is higher than the one before. */
function expectRisingNonces(runs: readonly Run[]): void {
  const nonces = runs.flatMap(({ events }) =>
    events
      .filter(({ event, nonce }) => event === 'done' && nonce !== undefined)
      .map(({ nonce }) => Number(nonce)),
  )
  expect(nonces.length).toBeGreaterThan(0)
  expect(nonces).toEqual([...new Set(nonces)].toSorted((a, b) => a - b))
}

/** At the venue each change arrived once at most, is applied once at most, and is what the history says. */
function expectOneSending({ venue, runs }: World): void {
  const end = last(runs.at(-1), 'end')
  const sent = submissions(venue)
  expect(sent.length).toBeLessThanOrEqual(1)
  expect(sent).toEqual(sent.slice(0, 1).map(() => end?.body))
  const applied = venue.applied.map(({ nonce }) => nonce)
  expect(applied).toEqual([...new Set(applied)])
  if (end?.state === 'applied') {
    expect(applied).toEqual([(JSON.parse(end.body ?? '') as { nonce: number }).nonce])
  } else {
    expect({ state: end?.state, applied }).toEqual({ state: 'refused', applied: [] })
  }
}

const pastExpiryMs = 16 * 60_000
/** The venue takes a nonce for two days, so a change without expiry may be applied for as long. */
const pastNonceMs = 2 * 24 * 60 * 60_000 + 60_000

/** Restarts with a clock that went back, and goes on until the request is settled, waiting as an operator would. */
async function settle(world: World, venueId: VenueId): Promise<void> {
  const resumed = await world.run({ clockMs: -2_000, another: venueId === 'hyperliquid' })
  expect(resumed.ended).toBe(0)
  if (last(resumed, 'end')?.code === 'answer.stillUnknown') {
    world.wait(venueId === 'compass' ? pastNonceMs : pastExpiryMs)
    expect((await world.run({})).ended).toBe(0)
  }
  must(await verifyHistoryFile(world.path))
  expectNothingLost(world.runs)
  expectRisingNonces(world.runs)
  expectOneSending(world)
}

interface Point {
  readonly number: number
  readonly name: string
  readonly moment: Moment
}

/** Every moment at which a run can be killed, found by running it once. */
const pointsOf = ({ events }: Run): readonly Point[] =>
  events
    .filter(({ event }) => event === 'step')
    .flatMap(({ name = '', durable }, index) =>
      (durable ? (['before', 'inside', 'after'] as const) : (['before', 'after'] as const)).map((moment) => ({
        number: index + 1,
        name,
        moment,
      })),
    )

const momentText = { before: 'before', inside: 'just before the commit of', after: 'after' } as const

const titled = (points: readonly Point[]): readonly (readonly [string, Point])[] =>
  points.map((point) => [`${momentText[point.moment]} step ${point.number}, ${point.name}`, point] as const)

const killAt = ({ number, moment }: Point): Partial<DeskProcessOptions> => ({
  kill: { step: number, moment },
})

/** Prepares, signs and sends, then loses the answer if told to; gives every step. */
const enumerate = (venueId: VenueId, fault?: PracticeFault): Promise<readonly Point[]> =>
  inWorld(venueId, async ({ venue, run }) => {
    if (fault) venue.failNext(fault)
    const whole = await run({})
    expect(whole.ended).toBe(0)
    return pointsOf(whole)
  })

const from = (points: readonly Point[], name: string): readonly Point[] =>
  points.slice(points.findIndex((point) => point.name === name))

const [straight, compass, lost] = await Promise.all([
  enumerate('hyperliquid'),
  enumerate('compass'),
  enumerate('hyperliquid', 'resetAfterApply'),
])

it('the enumerated steps are the life of a request', () => {
  expect([...new Set(straight.map(({ name }) => name))]).toEqual([
    'account.added',
    'nonce allocated',
    'request.prepared',
    'request.approved',
    'review on the device',
    'request.signed',
    'request.sending',
    'HTTP',
    'submission.answered',
    'request.applied',
  ])
  expect([...new Set(from(lost, 'submission.answered').map(({ name }) => name))]).toEqual([
    'submission.answered',
    'request.unknown',
    'request.applied',
  ])
})

describe.concurrent('killed on the way of a change on Hyperliquid', () => {
  it.each(titled(straight))('%s: nothing is lost and nothing is sent twice', async (_, point) => {
    await inWorld('hyperliquid', async (world) => {
      expect((await world.run(killAt(point))).ended).toBe('SIGKILL')
      await settle(world, 'hyperliquid')
    })
  })
})

describe.concurrent('killed on the way of a change through Compass', () => {
  const claimed = compass.filter(({ name }) => name === 'nonce claimed')
  it.each(titled([...claimed, ...from(compass, 'HTTP')]))(
    '%s: nothing is lost and nothing is sent twice',
    async (_, point) => {
      await inWorld('compass', async (world) => {
        expect((await world.run(killAt(point))).ended).toBe('SIGKILL')
        await settle(world, 'compass')
      })
    },
  )
})

describe.concurrent('killed while a lost answer is put down and reconciled', () => {
  it.each(titled(from(lost, 'submission.answered')))('%s: settled as applied', async (_, point) => {
    await inWorld('hyperliquid', async (world) => {
      world.venue.failNext('resetAfterApply')
      expect((await world.run(killAt(point))).ended).toBe('SIGKILL')
      await settle(world, 'hyperliquid')
      expect(last(world.runs.at(-1), 'end')?.state).toBe('applied')
    })
  })
})

describe.concurrent('killed while the request is on its way', () => {
  it('before the venue applied it: settled as not applied, and not sent again', async () => {
    await inWorld('hyperliquid', async (world) => {
      world.venue.failNext('timeoutBeforeApply')
      const killed = await world.run({}, (venue) => submissions(venue).length === 1)
      expect(killed.ended).toBe('SIGKILL')
      await settle(world, 'hyperliquid')
      expect(last(world.runs.at(-1), 'end')?.state).toBe('refused')
    })
  })

  it('after the venue applied it: settled as applied, and not sent again', async () => {
    await inWorld('hyperliquid', async (world) => {
      world.venue.failNext('timeoutAfterApply')
      expect((await world.run({}, (venue) => venue.applied.length === 1)).ended).toBe('SIGKILL')
      await settle(world, 'hyperliquid')
      expect(last(world.runs.at(-1), 'end')?.state).toBe('applied')
    })
  })

  it('and again at every step of reconciling: settled as applied at last', async () => {
    await inWorld('hyperliquid', async (world) => {
      world.venue.failNext('timeoutAfterApply')
      await world.run({}, (venue) => venue.applied.length === 1)
      const steps = ['submission.answered', 'request.applied']
      for (const [index, name] of steps.entries()) {
        for (const moment of ['before', 'inside'] as const) {
          const killed = await world.run(killAt({ number: 1, name, moment }))
          expect(killed.ended).toBe('SIGKILL')
          expect(killed.events.filter(({ event }) => event === 'step').map((step) => step.name)).toEqual([
            name,
          ])
        }
        const done = await world.run(killAt({ number: 1, name: steps[index] ?? '', moment: 'after' }))
        expect(last(done, 'done')?.name).toBe(name)
      }
      await settle(world, 'hyperliquid')
      expect(last(world.runs.at(-1), 'end')?.state).toBe('applied')
    })
  })
})
