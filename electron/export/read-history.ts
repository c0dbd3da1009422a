/** Reading the history that is exported, verified row by row while it is read. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { fromLine } from '../../shared/history/jsonl.ts'
import { createReplay, type Replay } from '../../shared/history/replay.ts'
import { createVerifier, type HistoryProof } from '../../shared/history/verify.ts'
import { nativeSha256 } from '../store/history.ts'
import type { HistoryStore } from '../store/port.ts'

/** A history that was read to its end. */
export interface ReadHistory {
  readonly proof: HistoryProof
  readonly replay: Replay
}

/**
 * Reads all rows of a history and hands over each piece of its JSONL. Fails with `history.broken`, with what `write`
 * fails with, or with `store.*`.
 */
export async function readHistory(
  history: HistoryStore,
  write: (piece: string) => Promise<Result<null>> = () => Promise.resolve(ok(null)),
): Promise<Result<ReadHistory>> {
  const verifier = createVerifier({ sha256: nativeSha256 })
  const replay = createReplay()
  let place = 0
  for await (const piece of history.export()) {
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
    const done = await write(piece.value)
    if (!done.ok) return done
  }
  const proof = verifier.end()
  return proof.ok ? ok({ proof, replay }) : fail('history.broken', { row: proof.row, detail: proof.detail })
}
