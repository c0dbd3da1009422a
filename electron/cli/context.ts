/** The world of one command: opens what its options ask for, runs it, and gives everything back, interrupted or not. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ulid } from 'ulid'
import type { DeviceModel } from '../../shared/device/models.ts'
import { exitCodeOf, fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import type { DeskPorts } from '../desk/ports.ts'
import type { Ledger } from '../device/port.ts'
import { PracticeLedger } from '../device/practice/practice-ledger.ts'
import { findByAddress } from '../device/select.ts'
import { chooseDevice, type DeviceChoice } from '../device/sources.ts'
import { openStore } from '../store/open-store.ts'
import { compassKeyVariable } from '../venues/compass.ts'
import { isLoopback, readOrigin } from '../venues/origin.ts'
import { createVenue, type VenueEnvironment } from '../venues/registry.ts'
import { dataFolder, optionsToRepeat, type DeskOptions } from './options.ts'
import { createOutput, type Output } from './output.ts'
import { answerQuestions, narrate, practiceKey, startRememberingVenue } from './practice-world.ts'

/** What a command works with. */
export interface Context {
  readonly output: Output
  readonly ports: DeskPorts
  readonly choice: DeviceChoice
  /** Opens the device that was named, or the only one. */
  readonly openDevice: () => Promise<Result<Ledger>>
  /** The model for previews: that of the device that is there, else the Nano S Plus. */
  readonly assumedModel: () => Promise<DeviceModel>
}

/** A command: it prints its result itself, and gives back a failure to be printed. */
export type DeskCommand = (context: Context) => Promise<Result<null>>

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What has to be closed, newest first; each only once. */
class Closing {
  readonly #steps: (() => Promise<void>)[] = []

  add(step: () => Promise<void>): void {
    this.#steps.unshift(step)
  }

  async run(): Promise<void> {
    for (const step of this.#steps.splice(0)) await step()
  }
}

/** Practice and real things are never mixed: not keys, not venues, not databases. */
function deviceName({ practice, device }: DeskOptions): Result<string> {
  const name = device ?? (practice ? 'practice' : 'hid')
  if (practice && name.startsWith('hid')) {
    return fail('input.usage', {
      detail: 'A real Ledger is not used for practice: leave --device or --practice out.',
    })
  }
  if (!practice && name.startsWith('practice')) {
    return fail('input.usage', { detail: 'The practice Ledger is for practice only: add --practice.' })
  }
  return ok(name)
}

function chooseByOptions(options: DeskOptions, output: Output): Result<DeviceChoice> {
  const name = deviceName(options)
  if (!name.ok) return name
  return chooseDevice(name.value, {
    practice: (model) => {
      const ledger = new PracticeLedger({ model, settings: { rawMessages: true } })
      narrate(ledger, output.note)
      answerQuestions(ledger, options.practiceAnswer)
      return ledger
    },
  })
}

const compassKey = (): string => practiceKey

async function venueEnvironment(
  options: DeskOptions,
  dir: string,
  closing: Closing,
): Promise<VenueEnvironment> {
  if (!options.practice) return { compassKey: () => process.env[compassKeyVariable] }
  if (options.practiceVenue !== undefined) return { practiceOrigin: options.practiceVenue, compassKey }
  const venue = await startRememberingVenue(dir)
  closing.add(() => venue.close())
  return { practiceOrigin: venue.url, compassKey }
}

/** A practice venue is on this machine and for practice, or not used at all. */
function checkPracticeVenue({ practice, practiceVenue }: DeskOptions): Result<null> {
  if (practiceVenue === undefined) return ok(null)
  if (!practice)
    return fail('input.usage', { detail: '--practice-venue is for practice only: add --practice.' })
  const origin = readOrigin(practiceVenue, 'practice')
  if (origin.ok && isLoopback(origin.value)) return ok(null)
  const detail = `--practice-venue "${practiceVenue}" is not on this machine. It may be such as http://127.0.0.1:8099.`
  return fail('input.usage', { detail })
}

async function openContext(options: DeskOptions, output: Output, closing: Closing): Promise<Result<Context>> {
  const venue = checkPracticeVenue(options)
  if (!venue.ok) return venue
  const choice = chooseByOptions(options, output)
  if (!choice.ok) return choice
  const { source, id } = choice.value
  const dir = dataFolder(options)
  const store = await openStore({ dir, mode: options.practice ? 'practice' : 'real' })
  if (!store.ok) return store
  closing.add(() => store.value.close())
  const environment = await venueEnvironment(options, dir, closing)
  const closedAtTheEnd = (opened: Result<Ledger>): Result<Ledger> => {
    if (opened.ok) closing.add(() => opened.value.close())
    return opened
  }
  const ports: DeskPorts = {
    store: store.value,
    venueFor: (account) => createVenue(account, environment),
    openLedger: async (path, address) => closedAtTheEnd(await findByAddress(source, path, address)),
    now: Date.now,
    newId: ulid,
    wait: (ms) => sleep(ms),
  }
  return ok({
    output,
    ports,
    choice: choice.value,
    openDevice: async () => closedAtTheEnd(await source.open(id)),
    assumedModel: async () => {
      const devices = await source.list()
      return (devices.ok ? devices.value[0]?.model : undefined) ?? 'nanoSP'
    },
  })
}

/** How long an interrupted command may take to give everything back, in ms. */
const patienceMs = 1_500

/**
 * Runs a command of the desk and sets the exit code. A signal ends it with nothing left open: it says `interrupted`,
 * gives the device and the database back, and prints nothing else.
 */
export async function runWithDesk(
  options: DeskOptions,
  command: DeskCommand,
  interrupted: Failure = failure('program.interrupted'),
): Promise<void> {
  const output = createOutput(options.json === true, optionsToRepeat(options))
  const closing = new Closing()
  const interrupt = (): void => {
    output.fail(interrupted)
    output.mute()
    void Promise.race([closing.run(), sleep(patienceMs)]).finally(() =>
      process.exit(exitCodeOf(interrupted.code)),
    )
  }
  for (const signal of signals) process.once(signal, interrupt)
  try {
    const context = await openContext(options, output, closing)
    const done = context.ok ? await command(context.value) : context
    if (!done.ok) output.fail(done.error)
  } finally {
    for (const signal of signals) process.off(signal, interrupt)
    await closing.run()
  }
}
