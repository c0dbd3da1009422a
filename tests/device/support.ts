/** What the device tests share: recorded exchanges to replay, and a small scripted Ethereum app to misbehave at will. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { privateKeyToAddress } from 'viem/accounts'
import type { OpenedTransport } from '../../electron/device/handle.ts'
import { createLedger, type TimeLimits } from '../../electron/device/ledger.ts'
import { loadTransport, type ApduTransport } from '../../electron/device/ledgerjs.ts'
import { firstPath } from '../../electron/device/path.ts'
import type { DeviceInfo } from '../../electron/device/port.ts'
import type { DeviceModel } from '../../shared/device/models.ts'
import { hashTypedData, type TypedData } from '../../shared/eip712/typed-data.ts'
import { fromHex, type Hex } from '../../shared/hex.ts'
import { agent } from '../support/agent.ts'

export { firstPath }

/** The first two addresses of Speculos' public test seed. */
export const testAddresses: readonly [Hex, Hex] = [
  '0xDad77910DbDFdE764fC21FCD4E74D71bBACA6D8D',
  '0xd692Cb1346262F584D17B4B470954501f6715a82',
]

export const infoOf = (model: DeviceModel = 'nanoSP'): DeviceInfo => ({ id: 'test', kind: 'practice', model })

/** Typed data with one field `value` of a type. */
export const withField = (type: string, value: unknown, more: object = {}): unknown => ({
  types: {
    EIP712Domain: [{ name: 'name', type: 'string' }],
    Note: [{ name: 'value', type }],
    ...more,
  },
  primaryType: 'Note',
  domain: { name: 'Countersign' },
  message: { value },
})

/** A recorded case: its exchanges as text, and what is known about it. */
export interface Recording {
  readonly apdus: string
  readonly facts: {
    readonly operation: string
    readonly deviceModel: 'nanosp' | 'nanox' | 'stax'
    readonly path?: string
    readonly typedData?: TypedData
    readonly messageHex?: string
    readonly result?: {
      readonly v: number
      readonly r: string
      readonly s: string
      readonly address?: string
    }
    readonly error?: { readonly statusCode?: string }
  }
}

const recordings = join(import.meta.dirname, '../data/ledger-transcripts')

export function readRecording(name: string): Recording {
  const read = (ending: string) => readFileSync(join(recordings, `${name}.${ending}`), 'utf8')
  return { apdus: read('apdu'), facts: JSON.parse(read('json')) as Recording['facts'] }
}

export const modelOfRecording: Record<Recording['facts']['deviceModel'], DeviceModel> = {
  nanosp: 'nanoSP',
  nanox: 'nanoX',
  stax: 'stax',
}

interface Replay {
  replayExchange(apdu: Buffer): Buffer
  ensureQueueEmpty(): void
}

const { RecordStore } = createRequire(import.meta.url)('@ledgerhq/hw-transport-mocker') as {
  RecordStore: { fromString(text: string): Replay }
}

/** How often a transport was interrupted, closed and released, and every APDU it was given, as hex. */
export interface Witness {
  readonly apdus: string[]
  interrupted: number
  closed: number
  released: number
}

type Answer = (apdu: Buffer, witness: Witness) => Buffer | Promise<Buffer>

/** An opened transport whose answers come from a function. `interrupt` makes a pending answer fail as on HID. */
export function scripted(answer: Answer): OpenedTransport & { readonly witness: Witness } {
  const witness: Witness = { apdus: [], interrupted: 0, closed: 0, released: 0 }
  let interruptPending: ((error: Error) => void) | undefined
  const Transport = loadTransport()
  class Scripted extends Transport {
    override exchange(apdu: Buffer): Promise<Buffer> {
      witness.apdus.push(apdu.toString('hex'))
      return new Promise<Buffer>((resolve, reject) => {
        interruptPending = reject
        Promise.resolve()
          .then(() => answer(apdu, witness))
          .then(resolve, reject)
      })
    }
    override close(): Promise<void> {
      witness.closed += 1
      return Promise.resolve()
    }
  }
  const transport: ApduTransport = new Scripted()
  return {
    transport,
    witness,
    interrupt: () => {
      witness.interrupted += 1
      interruptPending?.(named('DisconnectedDevice'))
    },
    release: () => {
      witness.released += 1
    },
  }
}

/** An error as the libraries throw them: known by its name and fields, not by its class. */
export const named = (name: string, more: object = {}): Error =>
  Object.assign(new Error(name), { name, ...more })

/** A transport that replays recorded exchanges, and a check that all of them were used. */
export function replaying(text: string): ReturnType<typeof scripted> & { ensureUsedUp(): void } {
  const store = RecordStore.fromString(text)
  return Object.assign(
    scripted((apdu) => store.replayExchange(apdu)),
    {
      ensureUsedUp: () => store.ensureQueueEmpty(),
    },
  )
}

export const status = (word: number): Buffer => Buffer.from(word.toString(16).padStart(4, '0'), 'hex')

const okStatus = status(0x9000)
const withOk = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, okStatus])

/** The answer to B0 01 for an app and its version. */
export const runningApp = (name: string, version: string): Buffer =>
  withOk(
    Buffer.from([1, name.length]),
    Buffer.from(name, 'latin1'),
    Buffer.from([version.length]),
    Buffer.from(version),
    Buffer.from([1, 0]),
  )

/** What a scripted Ethereum app signs for, and what it answers instead of the usual. */
export interface AppScript {
  readonly privateKey?: Hex
  readonly digest?: Hex
  /** Changes the 65 bytes v | r | s before they are sent. */
  readonly forge?: (signature: Buffer) => Buffer
  /** Looked at first; undefined means the usual answer. */
  readonly instead?: (apdu: Buffer, witness: Witness) => Buffer | Promise<Buffer> | undefined
}

/** The private key of the scripted app; its address is `scriptedAddress`. */
export const scriptedKey: Hex = `0x${'42'.repeat(32)}`
export const scriptedAddress: Hex = privateKeyToAddress(scriptedKey)

function sign(digest: Hex, key: Hex): Buffer {
  const bytes = secp256k1.sign(fromHex(digest), fromHex(key), { prehash: false, format: 'recovered' })
  return Buffer.concat([Buffer.from([27 + (bytes[0] ?? 0)]), bytes.subarray(1)])
}

/** A small Ethereum app 1.22.0 that approves at once; everything about it can be bent. */
export function scriptedApp(script: AppScript = {}): ReturnType<typeof scripted> {
  const key = script.privateKey ?? scriptedKey
  const address = Buffer.from(privateKeyToAddress(key).slice(2), 'ascii')
  const forge = script.forge ?? ((signature: Buffer) => signature)
  return scripted((apdu, witness) => {
    const instead = script.instead?.(apdu, witness)
    if (instead !== undefined) return instead
    const [cla, ins, , p2] = apdu
    if (cla === 0xb0) return runningApp('Ethereum', '1.22.0')
    if (ins === 0x06) return withOk(Buffer.from([0x02, 1, 22, 0]))
    if (ins === 0x02) return withOk(Buffer.from([65]), Buffer.alloc(65, 4), Buffer.from([40]), address)
    if (ins === 0x1a && p2 === 0x01) return status(0x6b00)
    if (ins === 0x0c || ins === 0x08)
      return withOk(forge(sign(script.digest ?? hashTypedData(agent).digest, key)))
    return okStatus
  })
}

/** A Ledger over a transport, with short time limits unless told otherwise. */
export const ledgerOver = (
  opened: OpenedTransport,
  limits: TimeLimits = { quiet: 2_000, review: 4_000 },
  model: DeviceModel = 'nanoSP',
) => createLedger(infoOf(model), opened, limits)
