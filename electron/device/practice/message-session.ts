/** A personal message (EIP-191) while it arrives in chunks; limits are those of the app's 16 kB of memory. */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { isText } from '../../../shared/device/requests.ts'
import { sw } from '../../../shared/device/status-words.ts'

/** Memory of the app for messages and screens, less what its hash context and bookkeeping take. */
const memory = 16 * 1024 - 640
const longestLength = 0xffff

/** A message that is being received, or complete. */
export class MessageSession {
  readonly path: readonly number[]
  readonly #length: number
  readonly #chunks: number[] = []

  private constructor(path: readonly number[], length: number) {
    this.path = path
    this.#length = length
  }

  /** Reads the length and returns what follows it; or a status word. */
  static start(
    path: readonly number[],
    data: Uint8Array,
  ): { readonly session: MessageSession; readonly rest: Uint8Array } | number {
    if (data.length < 4) return sw.incorrectData
    const length = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0)
    if (length > longestLength) return sw.incorrectData
    if (length > memory) return sw.insufficientMemory
    return { session: new MessageSession(path, length), rest: data.subarray(4) }
  }

  /** Adds a chunk; status word. */
  add(chunk: Uint8Array): number {
    if (this.#chunks.length + chunk.length > this.#length) return sw.incorrectData
    this.#chunks.push(...chunk)
    if (!this.complete) return sw.ok
    const shown = isText(this.bytes) ? this.#length + 1 : 2 * this.#length + 3
    return this.#length + shown > memory ? sw.insufficientMemory : sw.ok
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
