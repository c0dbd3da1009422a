/** The world of one command: opens what its options ask for, runs it, and gives everything back, interrupted or not. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ulid } from 'ulid'
import type { DeviceModel } from '../../shared/device/models.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { DeskPorts } from '../desk/ports.ts'
import type { Ledger } from '../device/port.ts'
import { PracticeLedger } from '../device/practice/practice-ledger.ts'
import { findByAddress } from '../device/select.ts'
import { chooseDevice, type DeviceChoice } from '../device/sources.ts'
import { openStore } from '../store/open-store.ts'
import { compassKeyVariable } from '../venues/compass.ts'
import { createVenue, type VenueEnvironment } from '../venues/registry.ts'
import { dataFolder, type DeskOptions } from './options.ts'
import { createOutput, interruptedExitCode, type Output } from './output.ts'
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

async function openContext(options: DeskOptions, output: Output, closing: Closing): Promise<Result<Context>> {
  if (options.practiceVenue !== undefined && !options.practice) {
    return fail('input.usage', { detail: '--practice-venue is for practice only: add --practice.' })
  }
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

/** Runs a command of the desk and sets the exit code. A signal ends it as it ends any program, with nothing left open. */
export async function runWithDesk(options: DeskOptions, command: DeskCommand): Promise<void> {
  const output = createOutput(options.json === true)
  const closing = new Closing()
  const interrupt = (): void => {
    void closing.run().finally(() => process.exit(interruptedExitCode))
  }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const context = await openContext(options, output, closing)
    const done = context.ok ? await command(context.value) : context
    if (!done.ok) output.fail(done.error)
  } finally {
    await closing.run()
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}
