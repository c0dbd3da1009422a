/**
 * Unpacks a WOFF 1.0 font to the TrueType font inside it (W3C, "WOFF File Format 1.0", sections 3 to 5). pdfkit's own
 * reader of packed fonts draws no outlines from WOFF2, and fails on glyphs without any in WOFF.
 */
import { inflateSync } from 'node:zlib'

const headerSize = 44
const entrySize = 20
const sfntHeaderSize = 12
const sfntEntrySize = 16

interface Table {
  readonly tag: Buffer
  readonly checksum: number
  readonly data: Buffer
}

function readTable(woff: Buffer, place: number): Table {
  const at = headerSize + place * entrySize
  const [offset, packed, size] = [4, 8, 12].map((add) => woff.readUInt32BE(at + add)) as [
    number,
    number,
    number,
  ]
  const stored = woff.subarray(offset, offset + packed)
  const data = packed < size ? inflateSync(stored) : stored
  return { tag: woff.subarray(at, at + 4), checksum: woff.readUInt32BE(at + 16), data }
}

/** The header of a TrueType file: how many tables, and the numbers for a binary search over them. */
function sfntHeader(flavour: number, count: number): Buffer {
  const power = Math.floor(Math.log2(count))
  const header = Buffer.alloc(sfntHeaderSize)
  header.writeUInt32BE(flavour, 0)
  header.writeUInt16BE(count, 4)
  header.writeUInt16BE(2 ** power * 16, 6)
  header.writeUInt16BE(power, 8)
  header.writeUInt16BE(count * 16 - 2 ** power * 16, 10)
  return header
}

/** The TrueType font in a WOFF file. Throws on what is none: these files come with the program. */
export function fontIn(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('this is no WOFF 1.0 font')
  const tables = Array.from({ length: woff.readUInt16BE(12) }, (_, place) => readTable(woff, place))
  const parts = [sfntHeader(woff.readUInt32BE(4), tables.length)]
  const bodies: Buffer[] = []
  let offset = sfntHeaderSize + tables.length * sfntEntrySize
  for (const { tag, checksum, data } of tables) {
    const numbers = Buffer.alloc(12)
    for (const [place, value] of [checksum, offset, data.length].entries())
      numbers.writeUInt32BE(value, place * 4)
    parts.push(tag, numbers)
    const padding = Buffer.alloc((4 - (data.length % 4)) % 4)
    bodies.push(data, padding)
    offset += data.length + padding.length
  }
  return Buffer.concat([...parts, ...bodies])
}
