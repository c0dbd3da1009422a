/** Verifies an exported history, a JSONL file, as a stream: it may be larger than memory. */
import { createReadStream } from 'node:fs'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { fromLine } from '../../shared/history/jsonl.ts'
import { createReplay } from '../../shared/history/replay.ts'
import { createVerifier, type HistoryProof, type VerifyOptions } from '../../shared/history/verify.ts'
import { nativeSha256 } from './history.ts'

/** Longest line that is read, in bytes; an honest one is a few kB. */
const maxLine = 4 * 1024 * 1024

const lineFeed = 0x0a

/** A line without its line feed, or what is wrong with it. */
export type Line = { readonly text: string } | { readonly flaw: string }

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decode = (bytes: Uint8Array): Line => {
  try {
    return { text: decoder.decode(bytes) }
  } catch {
    return { flaw: 'this line is not UTF-8.' }
  }
}

/** The lines of a file. They are cut out of the bytes before these are decoded, so that a flaw is told at its line. */
export async function* linesOf(path: string): AsyncGenerator<Line, void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      yield decode(bytes.subarray(start, end))
      start = end + 1
    }
    rest = bytes.subarray(start)
    if (rest.length > maxLine) return yield { flaw: 'this line is too long to be a row.' }
  }
  if (rest.length > 0) yield { flaw: 'this line does not end: the file was cut off.' }
}

/** Verifies a JSONL file. Fails with `history.broken`; throws what the file system throws. */
export async function verifyExport(path: string, options: VerifyOptions): Promise<Result<HistoryProof>> {
  const verifier = createVerifier({ sha256: nativeSha256, ...options })
  const replay = createReplay()
  let place = 0
  for await (const line of linesOf(path)) {
    place += 1
    const row = 'flaw' in line ? line.flaw : fromLine(line.text)
    if (typeof row === 'string') return fail('history.broken', { row: place, detail: row })
    const checked = verifier.push(row)
    if (!checked.ok) return fail('history.broken', { row: checked.row, detail: checked.detail })
    const flaw = replay.push(row, checked.body)
    if (flaw !== null) return fail('history.broken', { row: place, detail: flaw })
  }
  const proof = verifier.end()
  return proof.ok ? ok(proof) : fail('history.broken', { row: proof.row, detail: proof.detail })
}
