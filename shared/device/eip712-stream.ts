/**
 * Streaming EIP-712 hasher: walks the struct tree field by field as values arrive and hashes exactly the bytes
 * that came. Limits as in path.h of app-ethereum 1.22.0.
 */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { typeHash } from './eip712-types.ts'
import type { StreamField, StreamStruct } from './eip712-types.ts'

const maxStructDepth = 16
const maxArrayDepth = 8

interface StructFrame {
  readonly struct: StreamStruct
  readonly hash: ReturnType<typeof keccak_256.create>
  index: number
}

interface ArrayFrame {
  readonly field: StreamField
  /** How many dimensions of the field lie inside this one. */
  readonly inner: number
  readonly size: number
  readonly hash: ReturnType<typeof keccak_256.create>
  index: number
}

type Frame = StructFrame | ArrayFrame

const isArray = (frame: Frame): frame is ArrayFrame => 'field' in frame

/** One pass over one root struct. */
export class StructStream {
  readonly #structs: readonly StreamStruct[]
  readonly #frames: Frame[] = []
  #digest: Uint8Array | undefined

  private constructor(structs: readonly StreamStruct[]) {
    this.#structs = structs
  }

  /** Starts at a root struct. Undefined: a struct that it refers to was not defined. */
  static start(structs: readonly StreamStruct[], root: StreamStruct): StructStream | undefined {
    const stream = new StructStream(structs)
    if (!stream.#pushStruct(root)) return undefined
    stream.#descend()
    return stream
  }

  /** hashStruct of the root, once the last value has arrived. */
  get digest(): Uint8Array | undefined {
    return this.#digest
  }

  /** The field that waits for a value or an array size; undefined at the end (and in a struct without fields). */
  get field(): StreamField | undefined {
    const top = this.#frames.at(-1)
    if (top === undefined) return undefined
    return isArray(top) ? top.field : top.struct.fields[top.index]
  }

  #pushStruct(struct: StreamStruct): boolean {
    const type = typeHash(this.#structs, struct)
    const depth = this.#frames.filter((frame) => !isArray(frame)).length
    if (type === undefined || depth === maxStructDepth) return false
    this.#frames.push({ struct, hash: keccak_256.create().update(type), index: 0 })
    return true
  }

  /** Enters structs until a plain value or an array waits. False: too deep, or a struct without fields. */
  #descend(): boolean {
    for (;;) {
      const top = this.#frames.at(-1)
      const field = this.field
      if (top === undefined || field === undefined || field.kind !== 'custom') return true
      const atArray = isArray(top) ? top.inner > 0 : field.dimensions.length > 0
      if (atArray) return true
      const struct = this.#structs.find(({ name }) => name === field.typeName)
      if (struct === undefined || struct.fields.length === 0 || !this.#pushStruct(struct)) return false
    }
  }

  /** Opens the next array dimension with `size` elements. False: no array is due, or not of this size. */
  openArray(size: number): boolean {
    const top = this.#frames.at(-1)
    const field = this.field
    if (top === undefined || field === undefined) return false
    const outer = isArray(top) ? top.inner : field.dimensions.length
    if (outer === 0 || this.#frames.filter(isArray).length === maxArrayDepth) return false
    const length = field.dimensions[outer - 1]
    if (length !== undefined && length !== size) return false
    this.#frames.push({ field, inner: outer - 1, size, hash: keccak_256.create(), index: 0 })
    return size === 0 ? this.#close() : this.#descend()
  }

  /** Takes the 32-byte encoding of the waiting field's value. False: what follows is too deep. */
  value(encoded: Uint8Array): boolean {
    const top = this.#frames.at(-1)
    if (top === undefined) return false
    top.hash.update(encoded)
    return this.#advance()
  }

  #advance(): boolean {
    const top = this.#frames.at(-1)
    if (top === undefined) return true
    top.index += 1
    const size = isArray(top) ? top.size : top.struct.fields.length
    return top.index < size ? this.#descend() : this.#close()
  }

  #close(): boolean {
    const closed = this.#frames.pop()
    if (closed === undefined) return false
    const digest = closed.hash.digest()
    const parent = this.#frames.at(-1)
    if (parent === undefined) {
      this.#digest = digest
      return true
    }
    parent.hash.update(digest)
    return this.#advance()
  }
}
