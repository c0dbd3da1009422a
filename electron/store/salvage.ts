/** Saving what can be read of a damaged database: the rows of its history, from the first for as long as they verify. */
import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { createVerifier } from '../../shared/history/verify.ts'
import { toLine } from '../../shared/history/jsonl.ts'
import { Stopped, unwatched, type Watch } from '../work/watch.ts'
import { storeFailure } from './failures.ts'
import { syncDir } from './files.ts'
import { nativeSha256 } from './hashing.ts'
import { rowFrom } from './history.ts'
import type { HistoryTable } from './schema.ts'
import { withSnapshot } from './snapshot.ts'

/** What was saved. */
export interface Salvage {
  /** The rows as JSONL (docs/formats.md); a whole history that is shorter than the real one. */
  readonly path: string
  readonly count: number
  /** Why it ends there; null when all rows were read. */
  readonly stopped: string | null
}

/** What the disk of the new file reports is no damage of the database. */
class Unwritten extends Error {}

function write(fd: number, text: string): void {
  try {
    writeFileSync(fd, text)
  } catch (error) {
    throw new Unwritten('the new file could not be written', { cause: error })
  }
}

/** Rows that are written at once. */
const pieceSize = 200

/** Writes the rows that verify; gives their count and why it ends there. */
function saveRows(raw: BetterSqlite.Database, fd: number, watch: Watch): Omit<Salvage, 'path'> {
  const verifier = createVerifier({ sha256: nativeSha256 })
  let piece: string[] = []
  let count = 0
  const flush = (): void => {
    write(fd, piece.join(''))
    piece = []
  }
  const ended = (stopped: string | null) => {
    flush()
    return { count, stopped }
  }
  try {
    const last = raw.prepare<[], number>('SELECT max(seq) FROM history').pluck().get() ?? 0
    for (const stored of raw.prepare<[], HistoryTable>('SELECT * FROM history ORDER BY seq').iterate()) {
      watch.at(count, last)
      const row = rowFrom(stored)
      const checked = verifier.push(row)
      if (!checked.ok) return ended(`row ${checked.row}: ${checked.detail}`)
      piece.push(toLine(row))
      count += 1
      if (piece.length === pieceSize) flush()
    }
    return ended(null)
  } catch (error) {
    if (error instanceof Unwritten || error instanceof Stopped) throw error
    return ended(error instanceof Error ? error.message : String(error))
  }
}

async function saveInto(database: string, fd: number, watch: Watch): Promise<Omit<Salvage, 'path'>> {
  try {
    return await withSnapshot(database, (raw) => saveRows(raw, fd, watch))
  } catch (error) {
    if (error instanceof Unwritten || error instanceof Stopped) throw error
    return { count: 0, stopped: error instanceof Error ? error.message : String(error) }
  }
}

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

/**
 * Saves what can be read of a database to a new file that only its owner may read; the database is only read, or a copy
 * of it. Fails with `store.exists`, or with `store.unusable` where no row can be read or the file cannot be written; then,
 * and where its watch stops it, there is no such file.
 */
export async function salvage(
  database: string,
  path: string,
  watch: Watch = unwatched,
): Promise<Result<Salvage>> {
  let fd: number
  try {
    fd = openSync(path, 'wx', 0o600)
  } catch (error) {
    return isThere(error) ? fail('store.exists', { path }) : { ok: false, error: storeFailure(error, path) }
  }
  let kept = false
  try {
    const saved = await saveInto(database, fd, watch)
    if (saved.count === 0) {
      const detail = `no row of its history can be read: ${saved.stopped ?? 'it has none.'}`
      return fail('store.unusable', { path: database, detail })
    }
    fsyncSync(fd)
    syncDir(dirname(path))
    kept = true
    return ok({ path, ...saved })
  } catch (error) {
    if (error instanceof Stopped) throw error
    return { ok: false, error: storeFailure(error instanceof Unwritten ? error.cause : error, path) }
  } finally {
    closeSync(fd)
    if (!kept) rmSync(path, { force: true })
  }
}
