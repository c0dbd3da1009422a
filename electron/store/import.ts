/**
 * Importing an exported history into an empty desk. The database is made beside its place, verified as a whole, and
 * then put there, so that an import is done or was never begun.
 */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { readCanonicalObject } from '../../shared/history/canonical-json.ts'
import type { HistoryMode, HistoryRow } from '../../shared/history/chain.ts'
import { fromLine } from '../../shared/history/jsonl.ts'
import { partOf, unwatched, type Watch } from '../work/watch.ts'
import { checkAlone } from './alone.ts'
import { createApply } from './apply-row.ts'
import { companions } from './backup.ts'
import { loadSqlite, stampAs } from './database.ts'
import { storeFailure } from './failures.ts'
import { createPrivateFile, makePrivateDir } from './files.ts'
import { migrate } from './migrations/index.ts'
import { finishCopy, placeCopy, removeDatabase } from './finish-copy.ts'
import { databaseName } from './open-store.ts'
import { withSnapshot } from './snapshot.ts'
import { linesOf } from './lines.ts'
import { verifyHistoryFile, type FileProof } from './verify-file.ts'

/** The file with the rows: the one that is named, or the one in an export folder. */
function rowsFile(from: string): string {
  const path = resolve(from)
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'history.jsonl') : path
}

/** Whether a desk's folder has no history worth keeping: no database, or one that was opened and never used. */
async function checkEmpty(database: string): Promise<Result<null>> {
  const alone = await checkAlone(database)
  if (!alone.ok) return alone
  if (!companions.some((end) => existsSync(database + end))) return ok(null)
  const rows = await withSnapshot(database, (raw) =>
    raw.prepare<[], number>('SELECT count(*) FROM history').pluck().get(),
  )
  return rows === 1 ? ok(null) : fail('store.notEmpty', { path: database, rows: rows ?? 0 })
}

/** Rows of a file that was verified before. */
function* rowsOf(path: string, watch: Watch): Generator<HistoryRow, void> {
  const { size } = statSync(path)
  for (const line of linesOf(path, (bytes) => watch.at(bytes, size))) {
    const row = 'flaw' in line ? line.flaw : fromLine(line.text)
    if (typeof row === 'string') throw new Error(`the file changed while it was read: ${row}`)
    yield row
  }
}

function fill(raw: BetterSqlite.Database, path: string, watch: Watch): void {
  let apply: ReturnType<typeof createApply> | null = null
  for (const row of rowsOf(path, watch)) {
    const body = readCanonicalObject(row.body)
    if (body === null) throw new Error('the file changed while it was read')
    if (apply === null) {
      migrate(raw, () => stampAs(raw, row, body))
      apply = createApply(raw)
      raw.exec('BEGIN IMMEDIATE')
    }
    apply(row, body)
  }
  raw.exec('COMMIT')
}

async function build(target: string, rows: string, watch: Watch): Promise<Result<FileProof>> {
  createPrivateFile(target)
  const Sqlite = await loadSqlite()
  const raw = new Sqlite(target, { fileMustExist: true })
  try {
    for (const setting of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON'])
      raw.pragma(setting)
    fill(raw, rows, partOf(watch, 0, 0.3))
    raw.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    raw.close()
  }
  return verifyHistoryFile(target, {}, partOf(watch, 0.3, 1))
}

async function place(target: string, database: string, note: string): Promise<Result<null>> {
  const still = await checkEmpty(database)
  if (!still.ok) return still
  removeDatabase(database)
  placeCopy(target, database, note)
  return ok(null)
}

/**
 * Imports an export (a folder or a JSONL file) into a desk's folder. The new history says that it is a copy
 * (`desk.imported`), and what was open in it is frozen. Fails with `history.broken`, `input.unreadable`,
 * `store.notEmpty`, `store.inUse`, `store.practiceMixed` or `store.unusable`; then the desk is as it was, as it is where
 * its watch stops it.
 */
export async function importHistory(
  from: string,
  dir: string,
  mode: HistoryMode,
  nowMs: number,
  watch: Watch = unwatched,
): Promise<Result<FileProof>> {
  const rows = rowsFile(from)
  const database = resolve(dir, databaseName)
  const proof = await verifyHistoryFile(rows, {}, partOf(watch, 0, 0.4))
  if (!proof.ok) return proof
  if (proof.value.source !== 'export')
    return fail('input.unreadable', { detail: `${rows} is a database; use "countersign restore" for it.` })
  if (proof.value.mode !== mode)
    return fail('store.practiceMixed', { path: rows, found: proof.value.mode, asked: mode })
  const target = `${database}.import-${process.pid}`
  try {
    const empty = await checkEmpty(database)
    if (!empty.ok) return empty
    makePrivateDir(dirname(database))
    removeDatabase(target)
    const built = await build(target, rows, partOf(watch, 0.4, 1))
    if (!built.ok) return built
    if (built.value.head !== proof.value.head)
      return fail('history.broken', { row: built.value.count, detail: 'the file changed while it was read.' })
    const { count, head } = built.value
    const facts = { source: { count, head }, replaced: null, newest: null }
    const note = await finishCopy(target, { kind: 'desk.imported', mode, nowMs, facts, nonces: [] })
    if (!note.ok) return note
    const placed = await place(target, database, note.value)
    return placed.ok ? built : placed
  } catch (error) {
    return { ok: false, error: storeFailure(error, database) }
  } finally {
    removeDatabase(target)
  }
}
