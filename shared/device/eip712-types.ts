/**
 * Struct definitions as they arrive over the wire, and their type hashes.
 * Names are device text (one character per byte). Source: typed_data.c and type_hash.c of app-ethereum 1.22.0.
 */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { byteText, cText, fieldKinds } from './eip712-format.ts'
import type { FieldKind } from './eip712-format.ts'

/** One field of a struct. */
export interface StreamField {
  readonly name: string
  readonly kind: FieldKind
  /** Name of the struct, for `custom`. */
  readonly typeName: string
  /** Size in bytes of intN, uintN, bytesN; 0 when the type was given without one. */
  readonly size: number
  readonly sized: boolean
  /** Array dimensions as written, innermost first: a fixed length, or undefined for `[]`. */
  readonly dimensions: readonly (number | undefined)[]
}

/** A struct whose fields are still being added. */
export interface StreamStruct {
  readonly name: string
  readonly fields: StreamField[]
}

/** Reads bytes from the front; undefined when there are not enough. */
class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number | undefined {
    return this.#bytes[this.#at++]
  }

  text(): string | undefined {
    const length = this.byte()
    if (length === undefined || this.#at + length > this.#bytes.length) return undefined
    this.#at += length
    return cText(byteText(this.#bytes.subarray(this.#at - length, this.#at)))
  }

  get done(): boolean {
    return this.#at === this.#bytes.length
  }
}

function readDimensions(reader: Reader): (number | undefined)[] | undefined {
  const count = reader.byte()
  if (count === undefined) return undefined
  const dimensions: (number | undefined)[] = []
  for (let i = 0; i < count; i++) {
    const kind = reader.byte()
    if (kind === 0) dimensions.push(undefined)
    else {
      const length = reader.byte()
      if (kind !== 1 || length === undefined) return undefined
      dimensions.push(length)
    }
  }
  return dimensions
}

/** Reads a field definition (E0 1A 00 FF). Undefined: malformed. */
export function readField(data: Uint8Array): StreamField | undefined {
  const reader = new Reader(data)
  const description = reader.byte()
  if (description === undefined) return undefined
  const kind = fieldKinds[description & 0x0f]
  const sized = (description & 0x40) !== 0
  if (kind === undefined || (sized && kind === 'custom')) return undefined
  const size = sized ? reader.byte() : 0
  const typeName = kind === 'custom' ? reader.text() : ''
  const dimensions = (description & 0x80) === 0 ? [] : readDimensions(reader)
  const name = reader.text()
  if (size === undefined || typeName === undefined || dimensions === undefined || name === undefined)
    return undefined
  return reader.done ? { name, kind, typeName, size, sized, dimensions } : undefined
}

function typeText({ kind, typeName, size, sized, dimensions }: StreamField): string {
  const base = kind === 'custom' ? typeName : kind === 'bytesN' ? 'bytes' : kind
  const suffix = sized ? String(kind === 'int' || kind === 'uint' ? size * 8 : size) : ''
  return base + suffix + dimensions.map((length) => `[${length ?? ''}]`).join('')
}

const structText = ({ name, fields }: StreamStruct): string =>
  `${name}(${fields.map((field) => `${typeText(field)} ${field.name}`).join(',')})`

/** Collects what a struct refers to, in the app's way: the struct itself too, if it refers to itself. */
function collect(structs: readonly StreamStruct[], of: StreamStruct, found: StreamStruct[]): boolean {
  for (const field of of.fields) {
    if (field.kind !== 'custom') continue
    const struct = structs.find(({ name }) => name === field.typeName)
    if (struct === undefined) return false
    if (found.includes(struct)) continue
    found.push(struct)
    if (!collect(structs, struct, found)) return false
  }
  return true
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

/** keccak256 of a struct's encodeType. Undefined: a struct that it refers to was not defined. */
export function typeHash(structs: readonly StreamStruct[], struct: StreamStruct): Uint8Array | undefined {
  const found: StreamStruct[] = []
  if (!collect(structs, struct, found)) return undefined
  found.sort((a, b) => (a.name < b.name ? -1 : 1))
  return keccak_256(latin1([struct, ...found].map(structText).join('')))
}
