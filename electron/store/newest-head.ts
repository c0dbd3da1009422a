/**
 * The newest signed head, kept in a file beside the database: an older copy of the database in place of the newer one
 * does not have it, and is noticed before it is used. The file alone is of no use to anybody, and holds no secret.
 */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { toHex } from '../../shared/hex.ts'
import { originOf, readCheckpoint, type Checkpoint } from '../../shared/history/checkpoint.ts'
import { readSmallFile, replaceFile } from './files.ts'
import type { Stamp } from './identity.ts'

/** Name of the file in the folder of the database. */
export const newestHeadName = 'newest-head.txt'

/** Largest file that is read, in bytes; an honest one has about 250. */
const maxBytes = 4096

const pathBeside = (database: string): string => join(dirname(database), newestHeadName)

/** The newest head that was kept beside a database; null where no file is there that says one. */
export function readNewestHead(database: string): Checkpoint | null {
  const text = readSmallFile(pathBeside(database), maxBytes)
  const head = text === null ? null : readCheckpoint(text)
  return typeof head === 'string' ? null : head
}

/** Keeps a head beside a database, whole or not at all, with mode 0600. Throws what the file system throws. */
export const writeNewestHead = (database: string, note: string): void =>
  replaceFile(pathBeside(database), note)

/** Forgets the head beside a database: another database takes its place. Throws what the file system throws. */
export function removeNewestHead(database: string): void {
  rmSync(pathBeside(database), { force: true })
}

const hasHeads = (raw: BetterSqlite.Database): boolean =>
  raw.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'heads'`).get() !== undefined

/** The root of the head of `size` rows in a database; undefined where it never signed one of them. */
const rootAt = (raw: BetterSqlite.Database, size: number): string | undefined =>
  hasHeads(raw)
    ? raw.prepare<[number], string>('SELECT root FROM heads WHERE size = ?').pluck().get(size)
    : undefined

/** Why a database is not the one that the head beside it was signed in, or one that goes on from it; null when it is. */
function flawAgainst(raw: BetterSqlite.Database, { chainId }: Stamp, kept: Checkpoint): string | null {
  if (kept.origin !== originOf(chainId)) return 'it holds another history.'
  const count = raw.prepare<[], number>('SELECT max(seq) FROM history').pluck().get() ?? 0
  if (count < kept.size) return `it has ${count} rows, and ${kept.size} were there.`
  return rootAt(raw, kept.size) === toHex(kept.root)
    ? null
    : `it has ${count} rows, but its first ${kept.size} are not those that were there.`
}

/**
 * Refuses with `store.older` a database that is not the one of the head that is kept beside it, nor goes on from it.
 * One step, whatever the size of the history.
 */
export function checkNotOlder(raw: BetterSqlite.Database, path: string, stamp: Stamp): Result<null> {
  const kept = readNewestHead(path)
  const detail = kept && flawAgainst(raw, stamp, kept)
  return detail === null ? ok(null) : fail('store.older', { path, detail, head: newestHeadName })
}
