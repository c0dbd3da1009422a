import { afterAll, describe, expect, it } from 'vitest'
import type { PracticeFault } from '../../electron/venues/practice/port.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import { removePrograms } from '../support/bundle.ts'
import { last, settle, submissions } from './proof.ts'
import type { DeskProcessOptions, Moment } from './protocol.ts'
import { inWorld, type Run } from './world.ts'

afterAll(removePrograms)

interface Point {
  readonly number: number
  readonly name: string
  readonly moment: Moment
}

/**
 * Every moment at which a run can be killed, found by running it once. After a step and before the next one the disk and
 * what was told are the same, so only the first of points gets a moment before it.
 */
const pointsOf = ({ events }: Run): readonly Point[] =>
  events
    .filter(({ event }) => event === 'step')
    .flatMap(({ name = '', durable }, index) =>
      (durable ? (['inside', 'after'] as const) : (['after'] as const)).map((moment) => ({
        number: index + 1,
        name,
        moment,
      })),
    )

const withBefore = ([first, ...rest]: readonly Point[]): readonly Point[] =>
  first ? [{ ...first, moment: 'before' }, first, ...rest] : []

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
  withBefore(points.slice(points.findIndex((point) => point.name === name)))

/** A run is three processes, each as slow as the machine is busy. */
const limits = { timeout: 120_000 }

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

describe.concurrent('killed on the way of a change on Hyperliquid', limits, () => {
  it.each(titled(withBefore(straight)))('%s: nothing is lost and nothing is sent twice', async (_, point) => {
    await inWorld('hyperliquid', async (world) => {
      expect((await world.run(killAt(point))).ended).toBe('SIGKILL')
      await settle(world)
    })
  })
})

describe.concurrent('killed on the way of a change through Compass', limits, () => {
  const claimed = withBefore(compass.filter(({ name }) => name === 'nonce claimed'))
  it.each(titled([...claimed, ...from(compass, 'HTTP')]))(
    '%s: nothing is lost and nothing is sent twice',
    async (_, point) => {
      await inWorld('compass', async (world) => {
        expect((await world.run(killAt(point))).ended).toBe('SIGKILL')
        await settle(world)
      })
    },
  )
})

describe.concurrent('killed while a lost answer is put down and reconciled', limits, () => {
  it.each(titled(from(lost, 'submission.answered')))('%s: settled as applied', async (_, point) => {
    await inWorld('hyperliquid', async (world) => {
      world.venue.failNext('resetAfterApply')
      expect((await world.run(killAt(point))).ended).toBe('SIGKILL')
      await settle(world)
      expect(last(world.runs.at(-1), 'end')?.state).toBe('applied')
    })
  })
})

describe.concurrent('killed while the request is on its way', limits, () => {
  it('before the venue applied it: settled as not applied, and not sent again', async () => {
    await inWorld('hyperliquid', async (world) => {
      world.venue.failNext('timeoutBeforeApply')
      const killed = await world.run({}, (venue) => submissions(venue).length === 1)
      expect(killed.ended).toBe('SIGKILL')
      await settle(world)
      expect(last(world.runs.at(-1), 'end')?.state).toBe('refused')
    })
  })

  it('after the venue applied it: settled as applied, and not sent again', async () => {
    await inWorld('hyperliquid', async (world) => {
      world.venue.failNext('timeoutAfterApply')
      expect((await world.run({}, (venue) => venue.applied.length === 1)).ended).toBe('SIGKILL')
      await settle(world)
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
      await settle(world)
      expect(last(world.runs.at(-1), 'end')?.state).toBe('applied')
    })
  })
})
