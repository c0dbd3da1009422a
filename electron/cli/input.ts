/** Reading a file or standard input, with a limit: a payload is small, and a wrong file may not be. */
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { fail, ok, type Result } from '../../shared/errors.ts'

/** The largest input that is read as one payload, in bytes. */
export const maxInputBytes = 1_000_000

/** The stream of a file, or of standard input for `-`. */
export const openInput = (file: string): Readable => (file === '-' ? process.stdin : createReadStream(file))

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Reads a whole input as UTF-8. Fails with `input.unreadable` or `input.tooLarge`. */
export async function readAll(file: string): Promise<Result<string>> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of openInput(file)) {
      const bytes = Buffer.from(chunk as Uint8Array)
      size += bytes.length
      if (size > maxInputBytes) return fail('input.tooLarge', { limit: '1 MB' })
      chunks.push(bytes)
    }
  } catch (error) {
    return fail('input.unreadable', { detail: reason(error) })
  }
  return ok(Buffer.concat(chunks).toString('utf8'))
}

/** A line of an input; `text` is null where the line is larger than the limit. */
export interface InputLine {
  readonly text: string | null
}

const lineOf = (bytes: Buffer): InputLine => ({
  text: bytes.length > maxInputBytes ? null : bytes.toString('utf8').replace(/\r$/, ''),
})

/**
 * The lines of a stream, in order. A line that is too large is told as such and takes no more memory than the limit;
 * the last line needs no line end.
 */
export async function* readLines(stream: Readable): AsyncGenerator<InputLine> {
  let kept: Buffer[] = []
  let size = 0
  const keep = (part: Buffer): void => {
    if (size <= maxInputBytes) kept.push(part)
    size += part.length
  }
  const take = (): InputLine => {
    const line = size > maxInputBytes ? { text: null } : lineOf(Buffer.concat(kept))
    kept = []
    size = 0
    return line
  }
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array)
    let start = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      keep(bytes.subarray(start, end))
      yield take()
      start = end + 1
    }
    if (start < bytes.length) keep(bytes.subarray(start))
  }
  if (size > 0) yield take()
}
