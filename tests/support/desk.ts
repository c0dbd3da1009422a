/** A desk in a folder of its own, with a practice Ledger and a practice venue that tests can disturb. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { onTestFinished } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import { noKeys } from './no-keys.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { readPermitOf } from '../../electron/desk/read-permit.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { practiceSource } from '../../electron/device/practice.ts'
import { findByAddress } from '../../electron/device/select.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { Account, NewAccount } from '../../electron/store/port.ts'
import type { PracticeVenue, PracticeVenueOptions } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import { answerQuestions } from '../../electron/cli/practice-ledger.ts'
import { practiceAddress } from './practice-address.ts'
import { sign } from './as-shown.ts'

export { practiceAddress }

/** A desk under test. `clock.offsetMs` moves its clock, and the venue's with `moveClocks`. */
export interface TestDesk {
  readonly dir: string
  readonly ports: DeskPorts
  readonly venue: PracticeVenue
  readonly ledger: PracticeLedger
  readonly account: (change?: Partial<NewAccount>) => Promise<Account>
  readonly moveClocks: (ms: number) => void
  /** How long the venue is waited for, in ms; a test may change it at any time. */
  readonly limits: { connectMs: number; totalMs: number }
}

/** The value of a result that must be one. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** Opens a desk; everything is closed and removed when the test is over. */
export async function openDesk(venueOptions: PracticeVenueOptions = {}): Promise<TestDesk> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-desk-'))
  let offsetMs = 0
  const now = () => Date.now() + offsetMs
  const venue = await startPracticeVenue({ now, ...venueOptions })
  const ledger = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })
  answerQuestions(ledger, 'approve')
  const store = must(await openStore({ dir, mode: 'practice', now }))
  onTestFinished(async () => {
    await store.close()
    await venue.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const limits = { connectMs: 10_000, totalMs: 10_000 }
  const environment = { practiceOrigin: venue.url, compassKey: () => 'practice', limits, now }
  const ports: DeskPorts = {
    store,
    venueFor: (account) =>
      createVenue(account, { ...environment, readPermit: () => readPermitOf(store, account) }),
    keys: noKeys,
    openLedger: (path, address) => findByAddress(practiceSource(ledger), path, address),
    now,
    newId: ulid,
    wait: () => Promise.resolve(),
  }
  const base: NewAccount = {
    name: 'treasury',
    venue: 'hyperliquid' satisfies VenueId,
    network: 'mainnet',
    address: practiceAddress,
    signer: practiceAddress,
    path: "44'/60'/0'/0/0",
    vaultAddress: null,
    settings: {},
  }
  return {
    dir,
    ports,
    venue,
    ledger,
    account: async (change = {}) => must(await store.accounts.add({ ...base, ...change })),
    moveClocks: (ms) => {
      offsetMs += ms
    },
    limits,
  }
}

/** A change that the practice venue takes: BTC from 5x cross to 10x cross. */
export const btcTo10: PrepareInput = { account: 'treasury', market: 'BTC', leverage: '10', isCross: true }

/** Prepares and signs a change; gives its id. */
export async function signed(desk: TestDesk, input: PrepareInput = btcTo10): Promise<string> {
  const prepared = must(await prepare(desk.ports, input))
  if (prepared.kind !== 'prepared') throw new Error('already set')
  must(await sign(desk.ports, prepared.stored.id))
  return prepared.stored.id
}
