/** Reading the history that is exported, verified row by row while it is read. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { fromLine } from '../../shared/history/jsonl.ts'
import { createReplay } from '../../shared/history/replay.ts'
import type { Trace } from '../../shared/history/trace.ts'
import { createVerifier, type HistoryProof } from '../../shared/history/verify.ts'
import { nativeSha256 } from '../store/hashing.ts'
import type { HistoryStore } from '../store/port.ts'

/** A history that was read to its end. */
export interface ReadHistory {
  readonly proof: HistoryProof
  /** What it says of the requests that were wanted, in the order in which they were prepared. */
  readonly requests: readonly (readonly [id: string, trace: Trace])[]
}

/**
 * Reads the first `upTo` rows of a history, for the requests that are wanted. Fails with `history.broken` or `store.*`.
 */
export async function readHistory(
  history: HistoryStore,
  upTo: number,
  wanted: (id: string) => boolean = () => true,
): Promise<Result<ReadHistory>> {
  const verifier = createVerifier({ sha256: nativeSha256 })
  const requests: (readonly [id: string, trace: Trace])[] = []
  const keep = (id: string, trace: Trace): void => {
    if (wanted(id)) requests.push([id, trace])
  }
  const replay = createReplay({ sha256: nativeSha256, over: keep })
  let place = 0
  for await (const piece of history.export(upTo)) {
    if (!piece.ok) return piece
    for (const line of piece.value.split('\n').slice(0, -1)) {
      place += 1
      const row = fromLine(line)
      if (typeof row === 'string') return fail('history.broken', { row: place, detail: row })
      const checked = verifier.push(row)
      if (!checked.ok) return fail('history.broken', { row: checked.row, detail: checked.detail })
      const flaw = replay.push(row, checked.body)
      if (flaw !== null) return fail('history.broken', { row: place, detail: flaw })
    }
  }
  const proof = verifier.end()
  if (!proof.ok) return fail('history.broken', { row: proof.row, detail: proof.detail })
  for (const [id, trace] of replay.requests) keep(id, trace)
  return ok({ proof, requests: requests.toSorted(([, a], [, b]) => a.first - b.first) })
}
