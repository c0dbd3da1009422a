/** The world of one desk: its database, its devices and its venues, opened together and closed together. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ulid } from 'ulid'
import type { DeviceModel } from '../../shared/device/models.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { keepOpen, type KeptSource } from '../device/keep-open.ts'
import type { LedgerSource } from '../device/port.ts'
import { findByAddress } from '../device/select.ts'
import { chooseDevice } from '../device/sources.ts'
import type { Keyring } from '../secrets/keyring.ts'
import { openStore } from '../store/open-store.ts'
import { compassKeyVariable } from '../venues/compass.ts'
import { isLoopback, readOrigin } from '../venues/origin.ts'
import type { PracticeVenue } from '../venues/practice/port.ts'
import { practiceKey, startRememberingVenue } from '../venues/practice/remembering-venue.ts'
import type { VenueEnvironment } from '../venues/environment.ts'
import { createVenue } from '../venues/registry.ts'
import { createKeyDesk, type KeyDesk } from './keys.ts'
import type { DeskPorts } from './ports.ts'
import { readPermitOf } from './read-permit.ts'

/** How a world is opened. */
export interface WorldOptions {
  readonly mode: HistoryMode
  /** Folder of the database. */
  readonly dir: string
  /** A `--device` value; the practice Ledger in practice and HID otherwise, unless told. */
  readonly device?: string
  /** Makes the practice Ledger, as whoever opens the world wants to see and press it. */
  readonly practiceLedger: (model: DeviceModel) => LedgerSource
  /** Origin of a practice venue that runs already; one is started unless told. */
  readonly practiceVenue?: string
  /** This machine's keyring, in the window where there is a real one. */
  readonly keyring?: Keyring | null
  /** Asks for the passphrase that seals API keys; fails with `secret.locked` unless told. */
  readonly passphrase?: () => Promise<Result<string>>
}

/** An open world. */
export interface World {
  readonly mode: HistoryMode
  /** Path of the database. */
  readonly path: string
  readonly ports: DeskPorts
  readonly keys: KeyDesk
  readonly source: KeptSource
  /** The device that was named, if one was. */
  readonly deviceId?: string
  /** The practice venue that was started with it; null when there is none. */
  readonly venue: PracticeVenue | null
  close(): Promise<void>
}

const usage = (detail: string) => fail('input.usage', { detail })

/** Practice and real things are never mixed: not keys, not venues, not databases. */
function checkNotMixed({ mode, device, practiceVenue }: WorldOptions): Result<null> {
  if (mode === 'practice' && device?.startsWith('hid')) {
    return usage('A real Ledger is not used for practice: leave --device or --practice out.')
  }
  if (mode === 'practice') return checkPracticeVenue(practiceVenue)
  if (device?.startsWith('practice'))
    return usage('The practice Ledger is for practice only: add --practice.')
  return practiceVenue === undefined
    ? ok(null)
    : usage('--practice-venue is for practice only: add --practice.')
}

function checkPracticeVenue(practiceVenue: string | undefined): Result<null> {
  if (practiceVenue === undefined) return ok(null)
  const origin = readOrigin(practiceVenue, 'practice')
  if (origin.ok && isLoopback(origin.value)) return ok(null)
  return usage(
    `--practice-venue "${practiceVenue}" is not on this machine. It may be such as http://127.0.0.1:8099.`,
  )
}

const compassKey = (): string => practiceKey

const environmentOf = (practiceOrigin: string | undefined): VenueEnvironment =>
  practiceOrigin === undefined
    ? { compassKey: () => process.env[compassKeyVariable] }
    : { practiceOrigin, compassKey }

/** Opens a world. Fails with `input.usage`, `device.unreachable` or `store.*`; then nothing is left open. */
export async function openWorld(options: WorldOptions): Promise<Result<World>> {
  const { mode, dir, practiceVenue } = options
  const unmixed = checkNotMixed(options)
  if (!unmixed.ok) return unmixed
  const name = options.device ?? (mode === 'practice' ? 'practice' : 'hid')
  const choice = chooseDevice(name, { practice: options.practiceLedger })
  if (!choice.ok) return choice
  const { id } = choice.value
  const source = keepOpen(choice.value.source)
  const store = await openStore({ dir, mode })
  if (!store.ok) return store
  const venue = mode === 'practice' && practiceVenue === undefined ? await startRememberingVenue(dir) : null
  const environment = environmentOf(venue?.url ?? practiceVenue)
  const venueFor: DeskPorts['venueFor'] = (account) =>
    createVenue(account, {
      ...environment,
      readPermit: () => readPermitOf(store.value, account),
      readSigner: () => keys.openForReading(account),
    })
  const openLedger: DeskPorts['openLedger'] = (path, address) => findByAddress(source, path, address)
  const keys: KeyDesk = createKeyDesk({
    store: store.value,
    venueFor,
    openLedger,
    keyring: options.keyring ?? null,
    passphrase: options.passphrase ?? (() => Promise.resolve(fail('secret.locked'))),
    now: Date.now,
  })
  return ok({
    mode,
    path: store.value.path,
    keys,
    ports: {
      store: store.value,
      venueFor,
      keys,
      openLedger,
      now: Date.now,
      newId: ulid,
      wait: (ms) => sleep(ms),
    },
    source,
    ...(id === undefined ? {} : { deviceId: id }),
    venue,
    async close() {
      keys.lock()
      await source.release()
      await store.value.close()
      await venue?.close()
    },
  })
}
