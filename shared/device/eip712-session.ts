/**
 * One flow of streamed typed data in the Ethereum app: definitions, values, and the pairs to be shown.
 * It follows the app's order of checks, so that each refusal comes at the same APDU with the same status word
 * (commands_712.c, field_hash.c and ui_logic.c of app-ethereum 1.22.0).
 */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { byteText, cText, showChunk } from './eip712-format.ts'
import type { DeviceSettings, ScreenClass } from './models.ts'
import type { TextPair } from './requests.ts'
import { StructStream } from './eip712-stream.ts'
import { readField } from './eip712-types.ts'
import type { StreamField, StreamStruct } from './eip712-types.ts'
import { sw } from './status-words.ts'

const domainName = 'EIP712Domain'

interface PartialValue {
  readonly field: StreamField
  left: number
  shown: string
  /** Running hash of a string or bytes. */
  readonly hash: ReturnType<typeof keccak_256.create>
}

/** What a step of the flow answers: a status word, and whether the "enable blind signing" screen came up. */
export interface StepResult {
  readonly status: number
  readonly settingsError?: boolean
}

/** One command of the flow, by its parameters and data. */
export interface StreamCommand {
  readonly kind: 'define' | 'implement'
  readonly p1: number
  readonly p2: number
  readonly data: Uint8Array
}

const done: StepResult = { status: sw.ok }
const refused = (status: number): StepResult => ({ status })

/** A value of fixed size as EIP-712 encodes it. */
function encode(field: StreamField, value: Uint8Array): Uint8Array | undefined {
  const { kind, size } = field
  if (kind === 'custom' || value.length > 32 || (kind === 'address' && value.length !== 20)) return undefined
  if (kind === 'bool' && value.length !== 1) return undefined
  if (kind === 'int' && value.length < 1) return undefined
  const negative = kind === 'int' && value.length === size && ((value[0] ?? 0) & 0x80) !== 0
  const word = new Uint8Array(32).fill(negative ? 0xff : 0)
  word.set(value, kind === 'bytesN' ? 0 : 32 - value.length)
  return word
}

/** `verifyingContract` of the domain must be an address, or the text "cosmos". */
function acceptsDomainField(field: StreamField, value: Uint8Array): boolean {
  if (field.name !== 'verifyingContract') return true
  return field.kind === 'address' || (field.kind === 'string' && byteText(value) === 'cosmos')
}

/** The flow from the first definition to the signing command. */
export class Eip712Session {
  readonly #structs: StreamStruct[] = []
  readonly #pairs: TextPair[] = []
  readonly #settings: DeviceSettings
  readonly #screen: ScreenClass
  #stream: StructStream | undefined
  #root: StreamStruct | undefined
  #rootKind: 'none' | 'domain' | 'message' = 'none'
  #partial: PartialValue | undefined
  /** Whether something was shown already; the settings are checked when that happens first. */
  #reviewing = false
  #filtered = false
  /** Whether definitions are refused. */
  #closed = false
  #domainHash: Uint8Array | undefined
  #messageHash: Uint8Array | undefined

  constructor(settings: DeviceSettings, screen: ScreenClass) {
    this.#settings = settings
    this.#screen = screen
  }

  /** The fields to show, in order. */
  get pairs(): readonly TextPair[] {
    return this.#pairs
  }

  /** Domain and message hash, when everything has arrived. */
  get hashes(): { readonly domainHash: Uint8Array; readonly messageHash: Uint8Array } | undefined {
    if (this.#domainHash === undefined || this.#messageHash === undefined) return undefined
    return this.#stream?.field === undefined
      ? { domainHash: this.#domainHash, messageHash: this.#messageHash }
      : undefined
  }

  /** Whether fields are shown only as Ledger's signed filters say. */
  get filtered(): boolean {
    return this.#filtered
  }

  /** E0 1E xx 00: ends the definitions; with "Raw messages" on the filters themselves are ignored. */
  activateFilters(): StepResult {
    this.#closed = true
    this.#filtered = !this.#settings.rawMessages
    return done
  }

  /** Whether a field was shown already, which keeps other questions away. */
  get reviewing(): boolean {
    return this.#reviewing
  }

  /** What the app forgets when another command resets it in the middle of a flow. */
  forgetHashes(): void {
    this.#domainHash = undefined
    this.#messageHash = undefined
    this.#reviewing = false
  }

  /** Runs one command of the flow: E0 1A (`define`) or E0 1C (`implement`). */
  run({ kind, p1, p2, data }: StreamCommand): StepResult {
    if (kind === 'define') {
      if (this.#closed) return refused(sw.noInfo)
      if (p2 === 0x00) return this.#defineStruct(data)
      return p2 === 0xff ? this.#defineField(data) : refused(sw.wrongP1P2)
    }
    if (p2 === 0x00) return this.#beginRoot(data)
    if (p2 === 0x0f) return this.#beginArray(data)
    return p2 === 0xff ? this.#value(data, p1 !== 0x00) : refused(sw.wrongP1P2)
  }

  /** E0 1A 00 00: begins a struct definition. */
  #defineStruct(name: Uint8Array): StepResult {
    this.#structs.push({ name: cText(byteText(name)), fields: [] })
    return done
  }

  /** E0 1A 00 FF: adds a field to the last struct. */
  #defineField(data: Uint8Array): StepResult {
    const field = readField(data)
    const struct = this.#structs.at(-1)
    if (field === undefined || struct === undefined) return refused(sw.incorrectData)
    struct.fields.push(field)
    return done
  }

  /** E0 1C 00 00: begins the values of a root struct, first the domain and then the message. */
  #beginRoot(data: Uint8Array): StepResult {
    const root = this.#structs.find(({ name }) => name === byteText(data))
    if (root === undefined) return refused(sw.incorrectData)
    if (root === this.#root) return refused(sw.noInfo)
    this.#root = root
    const stream = StructStream.start(this.#structs, root)
    if (stream === undefined) return refused(sw.incorrectData)
    const expected = root.name === domainName ? 'none' : 'domain'
    if (this.#rootKind !== expected) return refused(sw.noInfo)
    this.#rootKind = root.name === domainName ? 'domain' : 'message'
    this.#stream = stream
    this.#closed = true
    if (this.#filtered || (this.#screen === 'nano' && !this.#settings.rawMessages)) return done
    this.#pairs.push({ label: 'Review struct', value: root.name })
    return this.#show()
  }

  #show(): StepResult {
    const { blindSigning, rawMessages } = this.#settings
    if (!this.#reviewing && !blindSigning && !rawMessages)
      return { status: sw.incorrectData, settingsError: true }
    this.#reviewing = true
    return done
  }

  get #shown(): boolean {
    if (this.#filtered) return false
    return this.#screen === 'touch' || this.#settings.rawMessages || this.#rootKind === 'domain'
  }

  /** E0 1C 00 0F: the number of elements of the array that comes next. */
  #beginArray(data: Uint8Array): StepResult {
    const [size] = data
    if (size === undefined || data.length !== 1) return refused(sw.incorrectData)
    if (this.#stream?.field === undefined) return refused(sw.noInfo)
    return this.#stream.openArray(size) ? this.#afterValue() : refused(sw.incorrectData)
  }

  /** E0 1C P1 FF: a value, or a part of one. */
  #value(data: Uint8Array, partial: boolean): StepResult {
    const field = this.#stream?.field
    if (field === undefined) return refused(sw.incorrectData)
    const first = this.#partial === undefined
    if (first && data.length < 2) return refused(sw.incorrectData)
    const chunk = first ? data.subarray(2) : data
    const state = this.#partial ?? {
      field,
      left: ((data[0] ?? 0) << 8) | (data[1] ?? 0),
      shown: '',
      hash: keccak_256.create(),
    }
    if (chunk.length > state.left) return refused(sw.incorrectData)
    state.left -= chunk.length
    const last = state.left === 0
    const dynamic = field.kind === 'string' || field.kind === 'bytes'
    if (dynamic) state.hash.update(chunk)
    if (this.#shown) {
      const step = this.#display(state, chunk, first, last)
      if (step.status !== sw.ok) return step
    }
    if (last === partial || (!last && !dynamic)) return refused(sw.incorrectData)
    this.#partial = last ? undefined : state
    if (!last) return done
    const encoded = dynamic ? state.hash.digest() : encode(field, chunk)
    return encoded === undefined ? refused(sw.incorrectData) : this.#take(field, chunk, encoded)
  }

  #display(state: PartialValue, chunk: Uint8Array, first: boolean, last: boolean): StepResult {
    const { kind, size, name } = state.field
    const shown = showChunk(kind, size, state.shown, chunk, first, last)
    if (shown === undefined) return refused(kind === 'custom' ? sw.noInfo : sw.incorrectData)
    state.shown = shown
    if (!last) return done
    this.#pairs.push({ label: name, value: shown })
    return this.#show()
  }

  #take(field: StreamField, lastChunk: Uint8Array, encoded: Uint8Array): StepResult {
    if (this.#rootKind === 'domain' && !acceptsDomainField(field, lastChunk)) return refused(sw.incorrectData)
    this.#stream?.value(encoded)
    return this.#afterValue()
  }

  #afterValue(): StepResult {
    const digest = this.#stream?.digest
    if (digest === undefined) return done
    if (this.#rootKind === 'domain') this.#domainHash = digest
    else this.#messageHash = digest
    return done
  }
}
