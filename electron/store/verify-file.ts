/** Verifies a history in a file, whichever of its forms it has, and leaves the file and its folder as they were. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import type { SignedCheckpoint } from '../../shared/history/checkpoint.ts'
import { changeWords } from '../../shared/history/diagnose.ts'
import type { NoteKey } from '../../shared/history/note.ts'
import type { LogFlaw } from '../../shared/history/verify-heads.ts'
import type { LogProof } from '../../shared/history/verify-log.ts'
import type { VerifyOptions } from '../../shared/history/verify.ts'
import { unwatched, type Watch } from '../work/watch.ts'
import { reasonOf, storeFailure } from './failures.ts'
import { asLatest } from './old-version.ts'
import { looksOpen, withSnapshot } from './snapshot.ts'
import { verifyDatabase } from './verify-database.ts'
import { verifyExport, verifyFolder } from './verify-export.ts'

/** What to hold a file against. */
export interface FileOptions extends Pick<VerifyOptions, 'expectedHead'> {
  /** A head that was kept elsewhere: the history must begin with its rows. */
  readonly outside?: SignedCheckpoint
  /** Public keys that were kept elsewhere: then no other counts. */
  readonly keys?: readonly NoteKey[]
}

/** What a file proves. */
export interface FileProof extends Omit<LogProof, 'ok'> {
  /**
   * `database`: the tables were held against the history too. `folder`: an export with its heads. `export`: the rows
   * alone.
   */
  readonly source: 'database' | 'export' | 'folder'
}

/** What a file proves, or why it does not; `flaw` is there where the history itself is not right. */
export type FileVerdict =
  | { readonly ok: true; readonly value: FileProof }
  | { readonly ok: false; readonly error: Failure; readonly flaw?: Omit<LogFlaw, 'ok'> }

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

/** The form of what is at a path; null where it is neither a file nor a folder. */
function sourceOf(path: string): FileProof['source'] | null {
  const stats = statSync(path)
  if (stats.isDirectory()) return 'folder'
  if (!stats.isFile()) return null
  return isDatabase(path) ? 'database' : 'export'
}

async function verifyAs(
  source: FileProof['source'],
  path: string,
  options: FileOptions,
  watch: Watch,
): Promise<Result<LogProof | LogFlaw>> {
  if (source === 'database')
    return withSnapshot(path, (raw) =>
      asLatest(raw, (latest) => verifyDatabase(latest, path, options, watch)),
    )
  return source === 'folder' ? verifyFolder(path, options, watch) : ok(verifyExport(path, options, watch))
}

/** The failure for a flaw. */
export const broken = ({ row, detail, change }: LogFlaw): Failure =>
  failure('history.broken', { row, detail, change: changeWords[change] })

function verdictOn(source: FileProof['source'], found: LogProof | LogFlaw): FileVerdict {
  if (found.ok) {
    const { ok: _, ...facts } = found
    return ok({ source, ...facts })
  }
  const { ok: _, ...flaw } = found
  return { ok: false, error: broken(found), flaw }
}

/**
 * Verifies a database, a JSONL export, or the folder of an export. Fails with `history.broken` (naming the row and the
 * kind of change), `history.badHead`, `input.unreadable`, `store.newer`, or `store.unusable` where a database is damaged
 * or not ours. Throws `Stopped` where its watch ends it.
 */
export async function verifyHistoryFile(
  file: string,
  options: FileOptions = {},
  watch: Watch = unwatched,
): Promise<FileVerdict> {
  const path = resolve(file)
  let source: FileProof['source'] | null = null
  try {
    source = sourceOf(path)
    if (source === null) return fail('input.unreadable', { detail: `${path} is not a file.` })
    const found = await verifyAs(source, path, options, watch)
    return found.ok ? verdictOn(source, found.value) : found
  } catch (error) {
    if (source === 'database') return { ok: false, error: storeFailure(error, path) }
    const detail = reasonOf(error)
    if (detail === null) throw error
    return fail('input.unreadable', { detail: `${path}: ${detail}` })
  }
}
