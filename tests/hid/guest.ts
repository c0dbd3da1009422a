/**
 * Runs inside the HID lab's virtual machine, as an ordinary user: the device layer against real hidraw devices, real
 * udev and real unplugging. One line per proof; what a person would press is asked of the host (see run.ts).
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import { hidSource } from '../../electron/device/hid.ts'
import type { TimeLimits } from '../../electron/device/ledger.ts'
import { firstPath } from '../../electron/device/path.ts'
import type { DeviceInfo, Ledger } from '../../electron/device/port.ts'
import { findByAddress } from '../../electron/device/select.ts'
import { agent } from '../support/agent.ts'
import { addresses, agentSignature, askHost } from './scene.ts'

const limits: TimeLimits = { quiet: 10_000, review: 60_000 }
const source = hidSource(limits)
const rule = 'resources/udev/70-countersign-ledger.rules'

const lab = (verb: string, ...args: string[]) => execFileSync(`ledger-${verb}`, args, { encoding: 'utf8' })

function check(right: boolean, what: string): void {
  if (!right) throw new Error(what)
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

function expectCode(result: Result<unknown>, code: string): void {
  const actual = result.ok ? 'ok' : result.error.code
  check(actual === code, `expected ${code}, got ${actual}`)
}

async function withLedger<T>(
  opened: Promise<Result<Ledger>>,
  use: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const ledger = valueOf(await opened)
  try {
    return await use(ledger)
  } finally {
    await ledger.close()
  }
}

const first = (): Promise<Result<Ledger>> => findByAddress(source, firstPath, addresses[0])

/** Starts a signature and comes back when the device asks. */
async function startSigning(ledger: Ledger): Promise<{ readonly signing: Promise<Result<unknown>> }> {
  const signing = ledger.signTypedData(firstPath, agent, addresses[0])
  await Promise.race([askHost(1, 'wait'), signing])
  return { signing }
}

async function signAnd(ledger: Ledger, press: 'approve' | 'reject'): Promise<Result<unknown>> {
  const { signing } = await startSigning(ledger)
  await askHost(1, press)
  return signing
}

async function signsAgain(): Promise<void> {
  await withLedger(first(), async (ledger) => {
    const signature = valueOf(await signAnd(ledger, 'approve'))
    check(JSON.stringify(signature) === JSON.stringify(agentSignature), `signed ${JSON.stringify(signature)}`)
  })
}

const howItEnded = ({ exitCode, signalCode }: ChildProcess): string =>
  signalCode ?? `status ${String(exitCode)}`

/** Starts the process that leaves a question; comes back when it is about to leave. */
async function startLeaving(tries = 3): Promise<{ child: ChildProcess; ended: Promise<unknown> }> {
  const child = spawn(process.execPath, ['tests/hid/leave.ts'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const leaves = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)])
  if (leaves) return { child, ended }
  // Nothing here sends it a signal before it leaves: one that died of a signal proves nothing about leaving, and is told.
  process.stdout.write(`it ended before it left, with ${howItEnded(child)}\n`)
  check(child.signalCode !== null && tries > 1, 'the process that leaves did not come so far')
  return startLeaving(tries - 1)
}

/** The first device of a model, as soon as it is listed. */
async function waitForModel(model: DeviceInfo['model']): Promise<DeviceInfo> {
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(2)) {
    const found = valueOf(await source.list()).find((info) => info.model === model)
    if (found) return found
  }
  throw new Error(`no ${model} came up within 10 s`)
}

const proofs: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'lists two Ledgers with their models, before they may be opened',
    async () => {
      const models = valueOf(await source.list()).map(({ model }) => model)
      check(models.toSorted().join() === 'nanoSP,stax', `listed ${models.join()}`)
    },
  ],
  [
    'without a udev rule: device.noPermission, naming the device file, after a second',
    async () => {
      const { id } = await waitForModel('nanoSP')
      const started = Date.now()
      const opened = await source.open(id)
      expectCode(opened, 'device.noPermission')
      check(!opened.ok && opened.error.message.includes(id), 'the device file is not named')
      check(Date.now() - started >= 1_000, 'it did not wait for the rights')
      expectCode(await first(), 'device.noPermission')
    },
  ],
  [
    'with the udev rule of this project: opens, and reads app and address',
    async () => {
      lab('install-rule', rule)
      const { id } = await waitForModel('nanoSP')
      await withLedger(source.open(id), async (ledger) => {
        const app = valueOf(await ledger.app())
        check(app.name === 'Ethereum' && app.version === '1.22.0', `found ${app.name} ${app.version}`)
        check(valueOf(await ledger.address(firstPath)) === addresses[0], 'another address')
      })
    },
  ],
  [
    'rights that come a moment after the device is listed are waited for',
    async () => {
      const { id } = await waitForModel('nanoSP')
      lab('permission', '1', 'off')
      const opening = source.open(id)
      await delay(200)
      const permitting = spawn('ledger-permission', ['1', 'on'])
      await withLedger(opening, () => Promise.resolve())
      if (permitting.exitCode === null) await once(permitting, 'exit')
    },
  ],
  [
    'with two devices nothing is taken by chance, and each is found by its address',
    async () => {
      expectCode(await source.open(), 'device.several')
      for (const [address, model] of [
        [addresses[0], 'nanoSP'],
        [addresses[1], 'stax'],
      ] as const) {
        await withLedger(findByAddress(source, firstPath, address), (ledger) => {
          check(ledger.info.model === model, `${address} was found on ${ledger.info.model}`)
          return Promise.resolve()
        })
      }
      const nobody: Hex = `0x${'11'.repeat(20)}`
      expectCode(await findByAddress(source, firstPath, nobody), 'device.notThisOne')
    },
  ],
  [
    'one device is opened once in this process',
    () =>
      withLedger(first(), async (ledger) => {
        expectCode(await source.open(ledger.info.id), 'device.inUse')
        check(
          lower(valueOf(await ledger.address(firstPath))) === lower(addresses[0]),
          'the first one suffered',
        )
      }),
  ],
  ["signs Hyperliquid's Agent with the recorded signature", signsAgain],
  [
    'while it asks, others are busy; rejected, then signed on the same handle',
    () =>
      withLedger(first(), async (ledger) => {
        const { signing } = await startSigning(ledger)
        expectCode(await ledger.address(firstPath), 'device.busy')
        await askHost(1, 'reject')
        expectCode(await signing, 'device.rejected')
        valueOf(await signAnd(ledger, 'approve'))
      }),
  ],
  [
    'locked, then unlocked and signed on the same handle',
    () =>
      withLedger(first(), async (ledger) => {
        await askHost(1, 'lock')
        expectCode(await ledger.signTypedData(firstPath, agent, addresses[0]), 'device.locked')
        await askHost(1, 'unlock')
        valueOf(await signAnd(ledger, 'approve'))
      }),
  ],
  [
    'unplugged in the middle of a review: device.unplugged; plugged in again and opened as soon as it is listed: signs',
    async () => {
      await withLedger(first(), async (ledger) => {
        const { signing } = await startSigning(ledger)
        lab('detach', '1')
        expectCode(await signing, 'device.unplugged')
      })
      await askHost(1, 'powercycle')
      const attaching = spawn('ledger-attach', ['1'])
      const { id } = await waitForModel('nanoSP')
      await withLedger(source.open(id), async (ledger) => {
        valueOf(await signAnd(ledger, 'approve'))
      })
      if (attaching.exitCode === null) await once(attaching, 'exit')
    },
  ],
  [
    'unplugged between two operations: device.unplugged, and found again under whatever path it gets',
    async () => {
      await withLedger(first(), async (ledger) => {
        lab('detach', '1')
        lab('attach', '1')
        expectCode(await ledger.address(firstPath), 'device.unplugged')
      })
      await signsAgain()
    },
  ],
  [
    'nobody answers: device.timeout, the review is off the screen, and the next try signs',
    async () => {
      const impatient = hidSource({ quiet: 10_000, review: 3_000 })
      await withLedger(findByAddress(impatient, firstPath, addresses[0]), async (ledger) => {
        expectCode(await ledger.signTypedData(firstPath, agent, addresses[0]), 'device.timeout')
      })
      check((await askHost(1, 'asking')) === 'false', 'the review is still on the screen')
      await signsAgain()
    },
  ],
  [
    'closing ends a pending question at once',
    () =>
      withLedger(first(), async (ledger) => {
        const { signing } = await startSigning(ledger)
        const started = Date.now()
        await ledger.close()
        expectCode(await signing, 'device.closed')
        check(Date.now() - started < 10_000, 'it waited for the device')
      }),
  ],
  [
    'leaving the process with a pending question does not hang, and the next process signs',
    async () => {
      const { child, ended } = await startLeaving()
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await ended
      clearTimeout(late)
      check(child.exitCode === 3, `it left with ${howItEnded(child)}`)
      await signsAgain()
    },
  ],
]

let failed = 0
for (const [name, prove] of proofs) {
  const started = Date.now()
  try {
    await prove()
    process.stdout.write(`ok   ${name} (${Date.now() - started} ms)\n`)
  } catch (error) {
    failed += 1
    process.stdout.write(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}\n`)
    await askHost(1, 'powercycle').catch(() => process.exit(1))
  }
}
process.exit(failed === 0 ? 0 : 1)
