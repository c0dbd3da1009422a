/** The world of one desk: its database, its venue and its devices, opened together and closed together. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ulid } from 'ulid'
import type { PracticeLedgerView } from '../../shared/contract.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { practiceKey, startRememberingVenue } from '../cli/practice-world.ts'
import type { DeskPorts } from '../desk/ports.ts'
import { keepOpen, type KeptSource } from '../device/keep-open.ts'
import { PracticeLedger } from '../device/practice/practice-ledger.ts'
import { findByAddress } from '../device/select.ts'
import { chooseDevice } from '../device/sources.ts'
import { openStore } from '../store/open-store.ts'
import { compassKeyVariable } from '../venues/compass.ts'
import type { PracticeVenue } from '../venues/practice/port.ts'
import { createVenue, type VenueEnvironment } from '../venues/registry.ts'
import { PracticeControl } from './practice-control.ts'

/** How a world is opened. */
export interface WorldOptions {
  readonly mode: HistoryMode
  /** Folder of the database. */
  readonly dir: string
  /** A `--device` value; the practice Ledger in practice and HID otherwise, unless told. */
  readonly device?: string
  readonly onPractice: (view: PracticeLedgerView) => void
}

/** An open world. */
export interface World {
  readonly mode: HistoryMode
  /** Path of the database. */
  readonly path: string
  readonly ports: DeskPorts
  readonly source: KeptSource
  /** Null outside practice, and in practice with an emulator. */
  readonly ledger: PracticeControl | null
  readonly venue: PracticeVenue | null
  close(): Promise<void>
}

interface Devices {
  readonly source: KeptSource
  readonly ledger: PracticeControl | null
}

/** The devices of a world. Practice and real things are never mixed. */
function devicesOf({ mode, device, onPractice }: WorldOptions): Result<Devices> {
  const name = device ?? (mode === 'practice' ? 'practice' : 'hid')
  const forbidden = mode === 'practice' ? 'hid' : 'practice'
  if (name.startsWith(forbidden)) {
    const detail = `The device "${name}" is not for ${mode === 'practice' ? 'practice' : 'a real desk'}: practice and real keys are never mixed.`
    return fail('input.usage', { detail })
  }
  if (name.startsWith('practice')) {
    const ledger = new PracticeControl(name.endsWith('stax') ? 'stax' : 'nanoSP', onPractice)
    return ok({ source: keepOpen(ledger.source), ledger })
  }
  const choice = chooseDevice(name, { practice: (model) => new PracticeLedger({ model }) })
  return choice.ok ? ok({ source: keepOpen(choice.value.source), ledger: null }) : choice
}

const compassKey = (): string => practiceKey

/** Opens a world. Fails with `store.*`, `input.usage` or `device.unreachable`; then nothing is left open. */
export async function openWorld(options: WorldOptions): Promise<Result<World>> {
  const { mode, dir } = options
  const devices = devicesOf(options)
  if (!devices.ok) return devices
  const { source, ledger } = devices.value
  const store = await openStore({ dir, mode })
  if (!store.ok) return store
  const venue = mode === 'practice' ? await startRememberingVenue(dir) : null
  const environment: VenueEnvironment = venue
    ? { practiceOrigin: venue.url, compassKey }
    : { compassKey: () => process.env[compassKeyVariable] }
  const ports: DeskPorts = {
    store: store.value,
    venueFor: (account) => createVenue(account, environment),
    openLedger: (path, address) => findByAddress(source, path, address),
    now: Date.now,
    newId: ulid,
    wait: (ms) => sleep(ms),
  }
  return ok({
    mode,
    path: store.value.path,
    ports,
    source,
    ledger,
    venue,
    async close() {
      await source.release()
      await store.value.close()
      await venue?.close()
    },
  })
}
