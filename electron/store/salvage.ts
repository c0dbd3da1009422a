/** Saving what can be read of a damaged database: the rows of its history, from the first for as long as they verify. */
import type BetterSqlite from 'better-sqlite3'
import { createVerifier } from '../../shared/history/verify.ts'
import { toLine } from '../../shared/history/jsonl.ts'
import { nativeSha256 } from './hashing.ts'
import { rowFrom } from './history.ts'
import type { HistoryTable } from './schema.ts'
import { withSnapshot } from './snapshot.ts'

/** What was saved. */
export interface Salvage {
  /** The rows as JSONL (docs/formats.md); a whole history that is shorter than the real one. */
  readonly text: string
  readonly count: number
  /** Why it ends there; null when all rows were read. */
  readonly stopped: string | null
}

function rows(raw: BetterSqlite.Database): Salvage {
  const verifier = createVerifier({ sha256: nativeSha256 })
  const lines: string[] = []
  const saved = (stopped: string | null): Salvage => ({ text: lines.join(''), count: lines.length, stopped })
  try {
    for (const stored of raw.prepare<[], HistoryTable>('SELECT * FROM history ORDER BY seq').iterate()) {
      const row = rowFrom(stored)
      const checked = verifier.push(row)
      if (!checked.ok) return saved(`row ${checked.row}: ${checked.detail}`)
      lines.push(toLine(row))
    }
    return saved(null)
  } catch (error) {
    return saved(error instanceof Error ? error.message : String(error))
  }
}

/** Reads what can be read; the database is only read, or a copy of it. Never throws for what is damaged. */
export async function salvage(path: string): Promise<Salvage> {
  try {
    return await withSnapshot(path, rows)
  } catch (error) {
    return { text: '', count: 0, stopped: error instanceof Error ? error.message : String(error) }
  }
}
