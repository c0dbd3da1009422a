/**
 * A desk in a process of its own that goes on from whatever it finds in its folder, as an operator would, and can kill
 * itself (SIGKILL) at any step: before it, in the transaction just before COMMIT, or after it was acknowledged. What it
 * has been told is done it writes to standard output, a JSON object a line, before it goes on.
 */
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import { ulid } from 'ulid'
import { ok, type Failure, type Result } from '../../shared/errors.ts'
import { isEnded } from '../../shared/request-state.ts'
import { answerQuestions } from '../../electron/cli/practice-ledger.ts'
import { addAccount } from '../../electron/desk/accounts.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { permitReading, readPermitOf } from '../../electron/desk/read-permit.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { withdraw } from '../../electron/desk/withdraw.ts'
import type { Ledger } from '../../electron/device/port.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { practiceSource } from '../../electron/device/practice.ts'
import { findByAddress } from '../../electron/device/select.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { Store, StoredRequest } from '../../electron/store/port.ts'
import type { Venue } from '../../electron/venues/port.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import { changes, settingsAt } from './changes.ts'
import { die, dieInCheckpoint, exportHistory, watchMigrations } from './dying.ts'
import { practiceKeysOf, practiceSignerOf } from './practice-keys.ts'
import type { DeskEvent, DeskProcessOptions, Moment } from './protocol.ts'
import { sign, submit } from '../support/as-shown.ts'

const options = JSON.parse(process.argv[2] ?? '') as DeskProcessOptions
const now = (): number => Date.now() + options.clockMs

const tell = (event: DeskEvent): void => {
  writeSync(1, `${JSON.stringify(event)}\n`)
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

let count = 0
let current = ''

const dieIf = (moment: Moment): void => {
  const { kill } = options
  if (!kill || !('moment' in kill) || kill.moment !== moment) return
  if ('step' in kill ? kill.step === count : kill.name === current) die()
}

/** Makes a call a step: it is counted, told, and can be the last thing that this process does. */
const step =
  <A extends readonly unknown[], T>(
    nameOf: (...args: NoInfer<A>) => string,
    durable: boolean,
    call: (...args: A) => Promise<T>,
    facts: (value: T) => Partial<DeskEvent> = () => ({}),
  ) =>
  async (...args: A): Promise<T> => {
    count += 1
    current = nameOf(...args)
    tell({ event: 'step', name: nameOf(...args), durable })
    dieIf('before')
    const value = await call(...args)
    tell({ event: 'done', name: nameOf(...args), ...facts(value) })
    dieIf('after')
    return value
  }

const nonceOf = (result: Result<number>): Partial<DeskEvent> => (result.ok ? { nonce: result.value } : {})

const standingOf = (result: Result<StoredRequest>): Partial<DeskEvent> =>
  result.ok ? { id: result.value.id, state: result.value.state } : {}

/** The store with every call that writes made a step. */
const steppedStore = (store: Store): Store => ({
  ...store,
  accounts: { ...store.accounts, add: step(() => 'account.added', true, store.accounts.add) },
  nonces: {
    ...store.nonces,
    allocate: step(() => 'nonce allocated', true, store.nonces.allocate, nonceOf),
    claim: step(() => 'nonce claimed', true, store.nonces.claim, nonceOf),
  },
  requests: {
    ...store.requests,
    insertPrepared: step(() => 'request.prepared', true, store.requests.insertPrepared, standingOf),
    transition: step((...[, , to]) => `request.${to}`, true, store.requests.transition, standingOf),
  },
  submissions: {
    ...store.submissions,
    begin: step(
      () => 'request.sending',
      true,
      store.submissions.begin,
      (begun) => (begun.ok ? { id: begun.value.requestId, state: 'sending' } : {}),
    ),
    complete: step(() => 'submission.answered', true, store.submissions.complete),
  },
  history: { ...store.history, append: step(({ kind }) => kind, true, store.history.append) },
})

const steppedVenue = (venue: Venue): Venue => ({
  ...venue,
  submit: step(
    () => 'HTTP',
    false,
    (...sending: Parameters<Venue['submit']>) => venue.submit(...sending),
  ),
})

const steppedLedger = (ledger: Ledger): Ledger => ({
  info: ledger.info,
  app: () => ledger.app(),
  address: (...args) => ledger.address(...args),
  signTypedData: step(
    () => 'review on the device',
    false,
    (path, data, signer) => ledger.signTypedData(path, data, signer),
  ),
  signPersonalMessage: step(
    () => 'review on the device',
    false,
    (path, message, signer) => ledger.signPersonalMessage(path, message, signer),
  ),
  close: () => ledger.close(),
})

const mapped = <T, U>(result: Result<T>, change: (value: T) => U): Result<U> =>
  result.ok ? { ok: true, value: change(result.value) } : result

/** Everything of a transaction is written but the COMMIT itself. */
function watchCommits(): void {
  const { prepare: prepareStatement } = BetterSqlite.prototype
  BetterSqlite.prototype.prepare = function (this: BetterSqlite.Database, source: string) {
    const statement = prepareStatement.call(this, source)
    if (source.toLowerCase() !== 'commit') return statement
    const run = statement.run.bind(statement, [])
    return Object.assign(statement, {
      run: () => {
        dieIf('inside')
        return run()
      },
    })
  } as typeof prepareStatement
}

async function openPorts(): Promise<{ ports: DeskPorts; ledger: PracticeLedger }> {
  const store = must(await openStore({ dir: options.dir, mode: 'practice', now, leaseMs: 300 }))
  const ledger = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })
  answerQuestions(ledger, 'approve')
  const signer = practiceSignerOf(options.venue)
  const environment = {
    practiceOrigin: options.url,
    compassKey: () => 'practice',
    now,
    ...(signer ? { readSigner: () => Promise.resolve(ok(signer)) } : {}),
  }
  const ports: DeskPorts = {
    store: steppedStore(store),
    venueFor: (account) =>
      mapped(
        createVenue(account, { ...environment, readPermit: () => readPermitOf(store, account) }),
        steppedVenue,
      ),
    keys: practiceKeysOf(options.venue),
    openLedger: async (path, address) =>
      mapped(await findByAddress(practiceSource(ledger), path, address), steppedLedger),
    now,
    newId: ulid,
    wait: (ms) => sleep(ms),
  }
  return { ports, ledger }
}

/** Where the venue shows an account only against a signature, the Ledger signs that reading once. */
async function ensurePermit({ store }: DeskPorts, ledger: PracticeLedger): Promise<void> {
  const [account] = must(await store.accounts.list())
  if (account?.venue !== 'synthetix' || (await readPermitOf(store, account)).ok) return
  const openLedger: DeskPorts['openLedger'] = (path, address) =>
    findByAddress(practiceSource(ledger), path, address)
  must(await permitReading({ store, openLedger, now }, account.id))
}

async function ensureAccount({ store }: DeskPorts, ledger: PracticeLedger): Promise<void> {
  if (must(await store.accounts.list()).length > 0) return
  const device = must(await practiceSource(ledger).open())
  const { venue } = options
  const path = "44'/60'/0'/0/0"
  const input = { name: 'treasury', venue, network: 'mainnet', path, account: null, vault: null } as const
  must(await addAccount({ store, ledger: device }, { ...input, settings: settingsAt(venue), approval: null }))
  await device.close()
}

async function prepared(ports: DeskPorts, input: PrepareInput): Promise<StoredRequest> {
  const outcome = must(await prepare(ports, input))
  if (outcome.kind !== 'prepared') throw new Error(`${input.market} is as wanted already`)
  tell({ event: 'prepared', id: outcome.stored.id, state: 'prepared' })
  return outcome.stored
}

interface Standing {
  readonly stored: StoredRequest
  readonly failure: Failure | null
}

/** What an operator does next with a request in the state it is in. */
async function next(ports: DeskPorts, { id, state }: StoredRequest): Promise<Standing> {
  if (state === 'prepared' || state === 'approved')
    return { stored: must(await sign(ports, id)), failure: null }
  if (state === 'signed') {
    await exportAndCheckpoint(ports)
    return must(await submit(ports, id))
  }
  return must(await reconcile(ports, id))
}

const usual = changes[options.venue]
const change: PrepareInput = { ...usual, leverage: options.leverage ?? usual.leverage }

/** Exports and checkpoints while a signed request waits to be sent, which is when it would hurt most. */
async function exportAndCheckpoint({ store }: DeskPorts): Promise<void> {
  if (options.exportTo === undefined) return
  const { kill } = options
  await exportHistory(store, options.exportTo, kill && 'exportPieces' in kill ? kill.exportPieces : null)
  tell({ event: 'done', name: 'export' })
  await dieInCheckpoint(store.path, kill && 'checkpointAfterUs' in kill ? kill.checkpointAfterUs : null)
  tell({ event: 'done', name: 'checkpoint' })
}

/** Goes on with the change, the oldest request, until it is settled or has to wait. */
async function goOn(ports: DeskPorts): Promise<Standing> {
  const found = must(await ports.store.requests.list()).at(-1)
  if (found) tell({ event: 'found', id: found.id, state: found.state })
  let standing: Standing = { stored: found ?? (await prepared(ports, change)), failure: null }
  while (!isEnded(standing.stored.state)) {
    const reconciling = standing.stored.state === 'unknown' || standing.stored.state === 'sending'
    standing = await next(ports, standing.stored)
    tell({ event: 'reached', id: standing.stored.id, state: standing.stored.state })
    if (reconciling && standing.failure) break
  }
  return standing
}

watchCommits()
if (options.kill && 'migrationTo' in options.kill) watchMigrations(options.kill.migrationTo)
const { ports, ledger } = await openPorts()
for (let row = 0; row < (options.filler ?? 0); row += 1)
  must(await ports.store.history.append({ kind: 'test.filler', body: { row, text: 'x'.repeat(20_000) } }))
await ensureAccount(ports, ledger)
await ensurePermit(ports, ledger)
const { stored, failure } = await goOn(ports)
const submission = must(await ports.store.submissions.get(stored.id))
tell({
  event: 'end',
  id: stored.id,
  state: stored.state,
  digest: stored.digest,
  code: failure?.code ?? null,
  body: submission?.body ?? null,
})
if (options.another) {
  const other = await prepared(ports, { ...change, market: 'ETH', leverage: '9', isCross: false })
  must(await withdraw(ports, other.id))
}
await ports.store.close()
