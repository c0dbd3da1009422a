/**
 * The fault harness: `npm run faults [-- --sample | --seeds n] [--only text] [--log file]`. Kills the real desk process
 * at every point on every venue, starts it again, and has the practice venue witness what arrived. The full matrix (50
 * seeds) writes its table into docs/reliability.md; the sample is one seed of each point on two venues. With `--log` a
 * run that was broken off goes on where it was.
 */
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { acceptedMutations } from '../fuzz/mutations.ts'
import { openCellLog } from './cell-log.ts'
import { killOnce } from './kills.ts'
import { runNonces } from './nonces.ts'
import { faultVenues, points } from './points.ts'
import { tableOf, writeReport, type Cell } from './report.ts'

const { values } = parseArgs({
  options: {
    sample: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '50' },
    only: { type: 'string', default: '' },
    log: { type: 'string' },
  },
})

const say = (text: string): void => void writeSync(1, `${text}\n`)
const seeds = values.sample ? 1 : Number(values.seeds)

/** A sample takes two venues for each point, other ones for the next, so that it ends in time and meets them all. */
const isSampled = (point: number, venue: number): boolean => !values.sample || (point + venue) % 3 === 0

// Every place once before any a second time, so that a run that is broken off has met them all.
const plan = Array.from({ length: seeds }, (_, seed) =>
  points.flatMap((point, number) =>
    faultVenues.flatMap((venue, place) =>
      point.name.includes(values.only) && isSampled(number, place)
        ? // The venues get different seeds, so that between them more choices are met.
          [{ point, venue, seed: place * seeds + seed }]
        : [],
    ),
  ),
).flat()

const log = openCellLog(values.log)
let earlier = 0

async function outcomeOf({ point, venue, seed }: (typeof plan)[number]): Promise<Cell['outcome']> {
  try {
    return await killOnce(point, venue, seed)
  } catch (error) {
    say(`BROKEN: ${point.name}, ${venue.id}, seed ${seed}: ${String(error)}`)
    return { broken: String(error) }
  }
}

async function cellOf(planned: (typeof plan)[number]): Promise<Cell> {
  const about = { point: planned.point.name, venue: planned.venue.id, seed: planned.seed }
  const done = log.find(about)
  if (done) {
    earlier += 1
    return done
  }
  const cell = { ...about, outcome: await outcomeOf(planned) }
  log.add(cell)
  return cell
}

const started = performance.now()
const cells: Cell[] = Array.from({ length: plan.length })
let next = 0
const workers = Array.from({ length: 2 }, async () => {
  for (let place = next++; place < plan.length; place = next++) {
    const planned = plan[place]
    if (planned) cells[place] = await cellOf(planned)
    if ((place + 1) % 20 === 0) say(`${place + 1} of ${plan.length}`)
  }
})
await Promise.all(workers)
const seconds = Math.round((performance.now() - started) / 1000)
const broken = cells.filter(({ outcome }) => 'broken' in outcome).length
say(tableOf(cells))
const summary = `${cells.length} kills at ${points.length} points on ${faultVenues.length} venues, ${seeds} seeds each, ${earlier > 0 ? `${earlier} of them in earlier parts, the others ` : ''}in ${seconds} s: ${broken} broken promises.`
say(summary)

if (!values.sample && values.only === '') {
  const about = `Last run ${new Date().toISOString().slice(0, 10)}: ${summary}`
  writeReport(cells, about)
  const taken = acceptedMutations(100_000)
  const fuzzed = `100 000 changes in a signed request or its signature: ${taken.length} accepted.`
  say([fuzzed, ...taken].join('\n'))
  if (taken.length > 0) process.exitCode = 1
  writeReport(cells, `${about} ${fuzzed}`)
  const nonces = await runNonces({ processes: 8, each: 10_000 })
  say(nonces.summary)
  writeReport(cells, `${about} ${fuzzed} ${nonces.summary}`)
}
if (broken > 0) process.exitCode = 1
