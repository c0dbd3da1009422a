/** The lines of a file, read piece by piece: it may be larger than memory. */
import { closeSync, openSync, readSync } from 'node:fs'

/** Longest line that is read, in bytes; an honest one is a few kB. */
const maxLine = 4 * 1024 * 1024

/** How much is read at once, in bytes. */
const pieceSize = 256 * 1024

const lineFeed = 0x0a

/** A line without its line feed, or what is wrong with it. */
export type Line = { readonly text: string } | { readonly flaw: string; readonly isCut?: true }

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decode = (bytes: Uint8Array): Line => {
  try {
    return { text: decoder.decode(bytes) }
  } catch {
    return { flaw: 'this line is not UTF-8.' }
  }
}

function* pieces(fd: number, at: (bytes: number) => void): Generator<Buffer, void> {
  let read = 0
  while (true) {
    const piece = Buffer.allocUnsafe(pieceSize)
    const length = readSync(fd, piece, 0, pieceSize, null)
    if (length === 0) return
    read += length
    at(read)
    yield piece.subarray(0, length)
  }
}

/**
 * The lines of a file. They are cut out of the bytes before these are decoded, so that a flaw is told at its line.
 * `at` is told how many bytes were read. Throws what the file system throws.
 */
export function* linesOf(path: string, at: (bytes: number) => void = () => undefined): Generator<Line, void> {
  const fd = openSync(path, 'r')
  try {
    let rest: Buffer = Buffer.alloc(0)
    for (const piece of pieces(fd, at)) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
      let start = 0
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
        yield decode(bytes.subarray(start, end))
        start = end + 1
      }
      rest = bytes.subarray(start)
      if (rest.length > maxLine) return yield { flaw: 'this line is too long to be a row.' }
    }
    if (rest.length > 0) yield { flaw: 'this line does not end: the file was cut off.', isCut: true }
  } finally {
    closeSync(fd)
  }
}
