/**
 * The Ethereum app 1.22.0 at APDU level: which command answers what, and which question it puts on the screen.
 * What a person decides comes back through the question's callback; nothing is signed without it.
 */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { byteText, upperHex } from '../../../shared/device/eip712-format.ts'
import { screenClass } from '../../../shared/device/models.ts'
import type { DeviceModel, DeviceSettings } from '../../../shared/device/models.ts'
import { networkName } from '../../../shared/device/networks.ts'
import { hashedRequest, messageRequest, typedDataRequest } from '../../../shared/device/requests.ts'
import type { ReviewRequest } from '../../../shared/device/requests.ts'
import { readPath } from './command.ts'
import type { Command } from './command.ts'
import { Eip712Session } from '../../../shared/device/eip712-session.ts'
import type { StepResult } from '../../../shared/device/eip712-session.ts'
import { mayDerive } from './keys.ts'
import type { PracticeKeys } from './keys.ts'
import { MessageSession } from './message-session.ts'
import { answer, sw } from '../../../shared/device/status-words.ts'

/** Version that is emulated. */
export const ethereumVersion = '1.22.0'

/** A question for the person, and the answer to each decision. `crash`: the app exits instead of answering. */
export interface Question {
  readonly request: ReviewRequest
  readonly approve: () => Uint8Array | 'crash'
  readonly reject: () => Uint8Array
}

/** What a command leads to. */
export type Outcome =
  | { readonly kind: 'answer'; readonly data: Uint8Array; readonly screen?: 'home' | 'settingsError' }
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'crash' }

const reply = (status: number, data?: Uint8Array): Outcome => ({ kind: 'answer', data: answer(status, data) })
const goHome = (status: number): Outcome => ({ kind: 'answer', data: answer(status), screen: 'home' })

/** What the app works with. */
export interface EthereumAppContext {
  readonly model: DeviceModel
  readonly keys: PracticeKeys
  /** The settings as they are now. */
  readonly settings: () => DeviceSettings
}

/** The state of the running app. */
export class EthereumApp {
  readonly #context: EthereumAppContext
  #session: Eip712Session | undefined
  #message: MessageSession | undefined
  /** Counts resets: what was asked before one can no longer be approved. */
  #resets = 0

  constructor(context: EthereumAppContext) {
    this.#context = context
  }

  /** Answers a command, or asks. `reviewing`: a question is on the screen. */
  handle(command: Command, reviewing: boolean): Outcome {
    if (command.cla !== 0xe0) return this.#failed(reply(sw.invalidCla))
    if (reviewing) {
      if (command.ins === 0x02) return { kind: 'crash' }
      if (command.ins === 0x1a && (command.p2 === 0x00 || command.p2 === 0xff)) return { kind: 'crash' }
    }
    return this.#failed(this.#dispatch(command))
  }

  /** Every refusal resets the app's common state, but not a flow of typed data that has begun. */
  #failed(outcome: Outcome): Outcome {
    const failed = outcome.kind === 'answer' && byteText(outcome.data.subarray(-2)) !== '\x90\x00'
    if (failed) this.#reset()
    return outcome
  }

  #reset(): void {
    this.#resets += 1
    this.#message = undefined
    this.#session?.forgetHashes()
  }

  /** Whether the app is in the middle of something that it resets, or that keeps a personal message away. */
  get #busy(): boolean {
    return this.#message !== undefined || this.#session?.reviewing === true
  }

  /** An APDU whose length byte is wrong resets the app like any other refusal. */
  badLength(): void {
    this.#reset()
  }

  #dispatch({ ins, p1, p2, data }: Command): Outcome {
    switch (ins) {
      case 0x02:
        return this.#publicKey(p1, p2, data)
      case 0x06:
        return this.#configuration()
      case 0x08:
        return this.#personalMessage(p1, data)
      case 0x0c:
        if (p2 === 0x00) return this.#signHashed(p1, data)
        return p2 === 0x01 ? this.#signTypedData(data) : reply(sw.wrongP1P2)
      case 0x1a:
        return this.#define(p2, data)
      case 0x1c:
        return this.#implement(p1, p2, data)
      case 0x1e:
        return this.#filter(p2)
      default:
        return reply(sw.invalidIns)
    }
  }

  #configuration(): Outcome {
    const flags = 0x02 | (this.#context.settings().blindSigning ? 0x01 : 0x00)
    return reply(sw.ok, Uint8Array.of(flags, ...ethereumVersion.split('.').map(Number)))
  }

  #publicKey(p1: number, p2: number, data: Uint8Array): Outcome {
    this.#reset()
    if (p1 > 1 || p2 > 1) return reply(sw.wrongP1P2)
    const read = readPath(data)
    if (read === undefined) return reply(sw.incorrectData)
    const { path, rest } = read
    if (!mayDerive(path)) return reply(sw.pathNotAllowed)
    if (rest.length !== 0 && rest.length !== 8) return reply(sw.incorrectData)
    const { publicKey, chainCode, address } = this.#context.keys.publicKey(path)
    const result = Uint8Array.of(
      65,
      ...publicKey,
      40,
      ...utf8ToBytes(address.slice(2)),
      ...(p2 === 1 ? chainCode : []),
    )
    if (p1 === 0) return reply(sw.ok, result)
    const network = networkName(
      rest.length === 0 ? 1n : new DataView(rest.buffer, rest.byteOffset).getBigUint64(0),
    )
    return {
      kind: 'question',
      question: {
        request: { kind: 'address', address, network },
        approve: () => answer(sw.ok, result),
        reject: () => answer(sw.rejected),
      },
    }
  }

  /** A question whose approval signs `hash` with the key at `path`. */
  #signature(request: ReviewRequest, path: readonly number[], hash: Uint8Array, end: () => void): Outcome {
    const { keys } = this.#context
    const asked = this.#resets
    const answered = (): boolean => {
      const current = asked === this.#resets
      end()
      this.#reset()
      return current
    }
    const approve = (): Uint8Array | 'crash' => {
      if (!answered()) return answer(sw.rejected)
      return mayDerive(path) ? answer(sw.ok, keys.sign(path, hash)) : 'crash'
    }
    const reject = (): Uint8Array => {
      answered()
      return answer(sw.rejected)
    }
    return { kind: 'question', question: { request, approve, reject } }
  }

  #personalMessage(p1: number, data: Uint8Array): Outcome {
    if (p1 !== 0x00 && p1 !== 0x80) return goHome(sw.wrongP1P2)
    let chunk = data
    if (p1 === 0x00) {
      if (this.#busy) return goHome(sw.commandNotAllowed)
      const read = readPath(data)
      const started = read === undefined ? sw.incorrectData : MessageSession.start(read.path, read.rest)
      if (typeof started === 'number') return reply(started)
      this.#message = started.session
      chunk = started.rest
    }
    const message = this.#message
    if (message === undefined) return goHome(sw.incorrectData)
    const status = message.add(chunk)
    if (status !== sw.ok) return goHome(status)
    if (!message.complete) return reply(sw.ok)
    const request = messageRequest(screenClass(this.#context.model), message.bytes)
    return this.#signature(request, message.path, message.hash, () => {
      this.#message = undefined
    })
  }

  #signHashed(p1: number, data: Uint8Array): Outcome {
    if (p1 !== 0x00) return reply(sw.wrongP1P2)
    if (this.#busy) this.#reset()
    const settings = this.#context.settings()
    if (!settings.blindSigning)
      return { kind: 'answer', data: answer(sw.incorrectData), screen: 'settingsError' }
    const read = readPath(data)
    if (read === undefined || read.rest.length < 64) return reply(sw.incorrectData)
    const hashes = { domainHash: read.rest.slice(0, 32), messageHash: read.rest.slice(32, 64) }
    const request = hashedRequest(screenClass(this.#context.model), settings, {
      domainHash: upperHex(hashes.domainHash),
      messageHash: upperHex(hashes.messageHash),
    })
    return this.#signature(request, read.path, digest(hashes), () => undefined)
  }

  /** Ends the flow of typed data unless the step went well. */
  #step({ status, settingsError = false }: StepResult): Outcome {
    if (status === sw.ok) return reply(sw.ok)
    this.#session = undefined
    this.#message = undefined
    return { kind: 'answer', data: answer(status), screen: settingsError ? 'settingsError' : 'home' }
  }

  #define(p2: number, data: Uint8Array): Outcome {
    this.#session ??= new Eip712Session(this.#context.settings(), screenClass(this.#context.model))
    return this.#step(this.#session.run({ kind: 'define', p1: 0x00, p2, data }))
  }

  #implement(p1: number, p2: number, data: Uint8Array): Outcome {
    const session = this.#session
    if (session === undefined) return this.#step({ status: sw.commandNotAllowed })
    return this.#step(session.run({ kind: 'implement', p1, p2, data }))
  }

  /** Filters are signed by Ledger; their descriptors cannot be checked here and are refused. */
  #filter(p2: number): Outcome {
    const session = this.#session
    if (session === undefined) return this.#step({ status: sw.commandNotAllowed })
    if (p2 === 0x00) return this.#step(session.activateFilters())
    return session.filtered ? this.#step({ status: sw.incorrectData }) : reply(sw.ok)
  }

  #signTypedData(data: Uint8Array): Outcome {
    const session = this.#session
    if (session === undefined) return this.#step({ status: sw.commandNotAllowed })
    const { hashes } = session
    const read = readPath(data)
    if (hashes === undefined) return this.#step({ status: sw.incorrectData })
    if (session.filtered) return this.#step({ status: sw.referenceNotFound })
    if (read === undefined) return this.#step({ status: sw.incorrectData })
    const request = typedDataRequest(
      screenClass(this.#context.model),
      this.#context.settings(),
      session.pairs,
      {
        domainHash: upperHex(hashes.domainHash),
        messageHash: upperHex(hashes.messageHash),
      },
    )
    return this.#signature(request, read.path, digest(hashes), () => {
      this.#session = undefined
    })
  }
}

function digest({
  domainHash,
  messageHash,
}: {
  domainHash: Uint8Array
  messageHash: Uint8Array
}): Uint8Array {
  return keccak_256(Uint8Array.of(0x19, 0x01, ...domainHash, ...messageHash))
}
