/** Verifies an exported history, a JSONL file, as a stream: it may be larger than memory. */
import { createReadStream } from 'node:fs'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { fromLine } from '../../shared/history/jsonl.ts'
import { createReplay } from '../../shared/history/replay.ts'
import { createVerifier, type HistoryProof, type VerifyOptions } from '../../shared/history/verify.ts'
import { nativeSha256 } from './history.ts'

/** Longest line that is read, in UTF-16 units; an honest one is a few kB. */
const maxLine = 4 * 1024 * 1024

/** A line without its line feed, or what is wrong with it. */
type Line = { readonly text: string } | { readonly flaw: string }

async function* linesOf(path: string): AsyncGenerator<Line, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    try {
      rest += decoder.decode(chunk, { stream: true })
    } catch {
      return yield { flaw: 'this line, or one soon after it, is not UTF-8.' }
    }
    const parts = rest.split('\n')
    rest = parts.pop() ?? ''
    for (const text of parts) yield { text }
    if (rest.length > maxLine) return yield { flaw: 'this line is too long to be a row.' }
  }
  if (rest !== '') yield { flaw: 'this line does not end: the file was cut off.' }
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
