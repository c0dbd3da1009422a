/** Reading the history that is exported, verified row by row while it is read. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { fromLine } from '../../shared/history/jsonl.ts'
import { createReplay, type Replay } from '../../shared/history/replay.ts'
import { createVerifier, type HistoryProof } from '../../shared/history/verify.ts'
import { nativeSha256 } from '../store/hashing.ts'
import type { HistoryStore } from '../store/port.ts'

/** A history that was read to its end. */
export interface ReadHistory {
  readonly proof: HistoryProof
  readonly replay: Replay
}

/**
 * Reads the rows of a history, all of them or the first `upTo`. Fails with `history.broken` or `store.*`.
 */
export async function readHistory(history: HistoryStore, upTo?: number): Promise<Result<ReadHistory>> {
  const verifier = createVerifier({ sha256: nativeSha256 })
  const replay = createReplay()
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
  return proof.ok ? ok({ proof, replay }) : fail('history.broken', { row: proof.row, detail: proof.detail })
}
