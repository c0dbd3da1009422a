/** A folder in which desk processes run one after the other, killed and started again, and a venue that outlives them. */
import { bundledProgram } from '../support/bundle.ts'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import type { DeskEvent, DeskProcessOptions } from './protocol.ts'

/** One desk process from its start to its end. */
export interface Run {
  readonly events: readonly DeskEvent[]
  readonly ended: number | NodeJS.Signals | null
}

/** When a process is killed from outside: as soon as this holds. */
export type KillWhen = (venue: PracticeVenue) => boolean

/** A folder with a venue that outlives every process which works in it. */
export interface CrashWorld {
  readonly venueId: VenueId
  readonly venue: PracticeVenue
  readonly dir: string
  /** Path of the database. */
  readonly path: string
  readonly runs: readonly Run[]
  /** Runs a desk process to its end; `killWhen` kills it as soon as that holds. */
  readonly run: (options: Partial<DeskProcessOptions>, killWhen?: KillWhen) => Promise<Run>
  /** Moves the clocks of the venue and of the desks to come. */
  readonly wait: (ms: number) => void
}

async function killOnce(child: ChildProcess, holds: () => boolean): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    if (holds()) return void child.kill('SIGKILL')
    await sleep(5)
  }
}

/** Runs `work` in a world of its own, which is removed afterwards. */
export async function inWorld<T>(venueId: VenueId, work: (world: CrashWorld) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-crash-'))
  let clockMs = 0
  const venue = await startPracticeVenue({ now: () => Date.now() + clockMs })
  const runs: Run[] = []

  async function run(options: Partial<DeskProcessOptions>, killWhen?: KillWhen): Promise<Run> {
    const argument: DeskProcessOptions = { dir, url: venue.url, venue: venueId, clockMs, ...options }
    const program = await bundledProgram(new URL('desk-process.ts', import.meta.url))
    const child = spawn(process.execPath, [program, JSON.stringify(argument)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise<Run['ended']>((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal))
    })
    if (killWhen) void killOnce(child, () => killWhen(venue))
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
    return await work({ venueId, venue, dir, path: join(dir, 'countersign.db'), runs, run, wait })
  } finally {
    await venue.close()
    rmSync(dir, { recursive: true, force: true })
  }
}
