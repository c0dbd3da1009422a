/** Reading a file or standard input, with a limit: a payload is small, and a wrong file may not be. */
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { fail, ok, type Failure, failure, type Result } from '../../shared/errors.ts'
import { reasonOf } from '../store/failures.ts'

/** The largest input that is read as one payload, in bytes. */
export const maxInputBytes = 1_000_000

/** The stream of a file, or of standard input for `-`. */
export const openInput = (file: string): Readable => (file === '-' ? process.stdin : createReadStream(file))

/** Why a stream could not be read, as `input.unreadable`. Throws what no file or pipe reports. */
export function unreadable(file: string, error: unknown): Failure {
  const reason = reasonOf(error)
  if (reason === null) throw error
  return failure('input.unreadable', { detail: `${file === '-' ? 'standard input' : file}: ${reason}` })
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Text of bytes, without a byte order mark. Fails with `input.notJson`: what is not UTF-8 could be read in two ways. */
function decode(bytes: Uint8Array): Result<string> {
  try {
    return ok(decoder.decode(bytes))
  } catch {
    return fail('input.notJson', { detail: 'it is not UTF-8 text.' })
  }
}

/** Reads a whole input. Fails with `input.unreadable`, `input.tooLarge` or `input.notJson` where it is not UTF-8. */
export async function readAll(file: string): Promise<Result<string>> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of openInput(file)) {
      const bytes = Buffer.from(chunk as Uint8Array)
      size += bytes.length
      if (size > maxInputBytes) return tooLarge
      chunks.push(bytes)
    }
  } catch (error) {
    return { ok: false, error: unreadable(file, error) }
  }
  return decode(Buffer.concat(chunks))
}

const tooLarge: Result<string> = fail('input.tooLarge', { limit: '1 MB' })

const carriageReturn = 13

const lineOf = (bytes: Buffer): Result<string> =>
  decode(bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes)

/**
 * The lines of a stream, in order; each may fail with `input.tooLarge` or `input.notJson` and the next one still comes.
 * A line that is too large takes no more memory than the limit; the last line needs no line end.
 */
export async function* readLines(stream: Readable): AsyncGenerator<Result<string>> {
  let kept: Buffer[] = []
  let size = 0
  const keep = (part: Buffer): void => {
    if (size <= maxInputBytes) kept.push(part)
    size += part.length
  }
  const take = (): Result<string> => {
    const line = size > maxInputBytes ? tooLarge : lineOf(Buffer.concat(kept))
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
