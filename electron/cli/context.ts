/** The world of one command: opens what its options ask for, runs it, and gives everything back, interrupted or not. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeviceModel } from '../../shared/device/models.ts'
import { failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import type { KeyDesk } from '../desk/keys.ts'
import type { DeskPorts } from '../desk/ports.ts'
import { openWorld } from '../desk/world.ts'
import type { Ledger, LedgerSource } from '../device/port.ts'
import { PracticeLedger } from '../device/practice/practice-ledger.ts'
import { practiceSource } from '../device/practice.ts'
import { createLongWork, endInterrupted, signals, type LongWork } from './long-work.ts'
import { folderOf, optionsToRepeat, type DeskOptions } from './options.ts'
import { createOutput, type Output } from './output.ts'
import { readPassphrase } from './passphrase.ts'
import { answerQuestions, narrate } from './practice-ledger.ts'

/** What a command works with. */
export interface Context {
  readonly output: Output
  readonly long: LongWork
  readonly ports: DeskPorts
  readonly keys: KeyDesk
  readonly source: LedgerSource
  /** Opens the device that was named, or the only one. */
  readonly openDevice: () => Promise<Result<Ledger>>
  /** The model for previews: that of the device that is there, else the Nano S Plus. */
  readonly assumedModel: () => Promise<DeviceModel>
  /** Gives back the device and the database. Safe to call twice. */
  readonly close: () => Promise<void>
}

/** A command: it prints its result itself, and gives back a failure to be printed. */
export type DeskCommand = (context: Context) => Promise<Result<null>>

/** The practice Ledger of the command line: it tells what it shows, and its buttons are pressed as the options say. */
function practiceLedger(options: DeskOptions, output: Output): (model: DeviceModel) => LedgerSource {
  return (model) => {
    const ledger = new PracticeLedger({ model, settings: { rawMessages: true } })
    narrate(ledger, output.note)
    answerQuestions(ledger, options.practiceAnswer)
    return practiceSource(ledger)
  }
}

async function openContext(options: DeskOptions, output: Output, long: LongWork): Promise<Result<Context>> {
  const { practice, device, practiceVenue } = options
  const world = await openWorld({
    mode: practice ? 'practice' : 'real',
    dir: folderOf(options),
    practiceLedger: practiceLedger(options, output),
    passphrase: () => readPassphrase(options),
    ...(device === undefined ? {} : { device }),
    ...(practiceVenue === undefined ? {} : { practiceVenue }),
  })
  if (!world.ok) return world
  const { source, deviceId, ports, keys, close } = world.value
  return ok({
    output,
    long,
    ports,
    keys,
    source,
    openDevice: () => source.open(deviceId),
    assumedModel: async () => {
      const devices = await source.list()
      return (devices.ok ? devices.value[0]?.model : undefined) ?? 'nanoSP'
    },
    close,
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
  const long = createLongWork(output)
  let context: Result<Context> | undefined
  const close = async (): Promise<void> => {
    if (context?.ok) await context.value.close()
  }
  const interrupt = (): void =>
    endInterrupted(output, interrupted, () =>
      long.stop().then(() => Promise.race([close(), sleep(patienceMs)])),
    )
  for (const signal of signals) process.once(signal, interrupt)
  try {
    context = await openContext(options, output, long)
    const done = context.ok ? await command(context.value) : context
    if (!done.ok) output.fail(done.error)
  } finally {
    for (const signal of signals) process.off(signal, interrupt)
    await close()
  }
}
