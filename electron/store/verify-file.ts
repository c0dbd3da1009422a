/** Verifies a history in a file, whichever of its two forms it has, and leaves the file and its folder as they were. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { HistoryProof, VerifyOptions } from '../../shared/history/verify.ts'
import { reasonOf, storeFailure } from './failures.ts'
import { asLatest } from './old-version.ts'
import { looksOpen, withSnapshot } from './snapshot.ts'
import { verifyDatabase } from './verify-database.ts'
import { verifyExport } from './verify-export.ts'

/** What a file proves. */
export interface FileProof extends Omit<HistoryProof, 'ok'> {
  /** `database`: the tables were held against the history too. `export`: the history alone. */
  readonly source: 'database' | 'export'
}

/** How every SQLite file begins (sqlite.org/fileformat.html, 1.3). */
const magic = 'SQLite format 3\0'

/** A database that is open in this process must not be opened here: closing it would drop SQLite's locks. */
function isDatabase(path: string): boolean {
  if (looksOpen(path)) return true
  const start = Buffer.alloc(magic.length)
  const fd = openSync(path, 'r')
  try {
    return readSync(fd, start, 0, start.length, 0) === start.length && start.toString('latin1') === magic
  } finally {
    closeSync(fd)
  }
}

/**
 * Verifies a database or a JSONL export. Fails with `history.broken` (naming the row), `input.unreadable`,
 * `store.newer`, or `store.unusable` where a database is damaged or not ours.
 */
export async function verifyHistoryFile(
  file: string,
  options: VerifyOptions = {},
): Promise<Result<FileProof>> {
  const path = resolve(file)
  let source: FileProof['source'] = 'export'
  try {
    if (!statSync(path).isFile()) return fail('input.unreadable', { detail: `${path} is not a file.` })
    if (isDatabase(path)) source = 'database'
    const proof =
      source === 'database'
        ? await withSnapshot(path, (raw) => asLatest(raw, (latest) => verifyDatabase(latest, path, options)))
        : await verifyExport(path, options)
    if (!proof.ok) return proof
    const { ok: _, ...facts } = proof.value
    return ok({ source, ...facts })
  } catch (error) {
    if (source === 'database') return { ok: false, error: storeFailure(error, path) }
    const detail = reasonOf(error)
    if (detail === null) throw error
    return fail('input.unreadable', { detail: `${path}: ${detail}` })
  }
}
