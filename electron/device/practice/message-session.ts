/** A personal message (EIP-191) while it arrives in chunks; limits are those of the app's 16 kB of memory. */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { isText } from '../../../shared/device/requests.ts'
import { AppMemory } from './app-memory.ts'
import { sw } from '../../../shared/device/status-words.ts'

const longestLength = 0xffff

/** Sizes of what the app keeps beside the message, in bytes: its own record, and the state of the hash. */
const recordSize = 12
const hashStateSize = 424

/** A message that is being received, or complete. */
export class MessageSession {
  readonly path: readonly number[]
  readonly #length: number
  readonly #memory: AppMemory
  readonly #chunks: number[] = []

  private constructor(path: readonly number[], length: number, memory: AppMemory) {
    this.path = path
    this.#length = length
    this.#memory = memory
  }

  /** Reads the length and returns what follows it; or a status word. */
  static start(
    path: readonly number[],
    data: Uint8Array,
  ): { readonly session: MessageSession; readonly rest: Uint8Array } | number {
    if (data.length < 4) return sw.incorrectData
    const length = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0)
    if (length > longestLength) return sw.incorrectData
    const memory = new AppMemory()
    if (![recordSize, length, hashStateSize].every((size) => memory.allocate(size)))
      return sw.insufficientMemory
    return { session: new MessageSession(path, length, memory), rest: data.subarray(4) }
  }

  /** Adds a chunk; status word. */
  add(chunk: Uint8Array): number {
    if (this.#chunks.length + chunk.length > this.#length) return sw.incorrectData
    this.#chunks.push(...chunk)
    if (!this.complete) return sw.ok
    const shown = isText(this.bytes) ? this.#length + 1 : 2 * this.#length + 3
    return this.#memory.allocate(shown) ? sw.ok : sw.insufficientMemory
  }

  /** Whether everything has arrived. */
  get complete(): boolean {
    return this.#chunks.length === this.#length
  }

  /** What has arrived. */
  get bytes(): Uint8Array {
    return Uint8Array.from(this.#chunks)
  }

  /** The hash that is signed. */
  get hash(): Uint8Array {
    const prefix = utf8ToBytes(`\x19Ethereum Signed Message:\n${this.#length}`)
    return keccak_256(Uint8Array.of(...prefix, ...this.#chunks))
  }
}
