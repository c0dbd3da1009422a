/** Writes the history with its heads into a folder, from which it can be verified anywhere (docs/formats.md). */
import { existsSync, openSync, closeSync, fsyncSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { exportEnd, type ExportEnd, type Leaving } from './export-end.ts'
import { storeFailure } from './failures.ts'
import { makePrivateDir, syncDir } from './files.ts'
import type { Store, StoredHead } from './port.ts'

/** Names of the files of an export. */
export const exportNames = {
  history: 'history.jsonl',
  heads: 'heads.jsonl',
  checkpoint: 'checkpoint.txt',
  installation: 'installation.txt',
} as const

/** The part of a store that is exported. */
type Logged = Pick<Store, 'history' | 'heads' | 'usable'>

/** What was written. */
export interface ExportedLog extends ExportEnd {
  readonly folder: string
  /** Number of rows in `history.jsonl`; the head covers all of them. */
  readonly count: number
}

type Pieces = AsyncIterable<Result<string>> | Iterable<Result<string>>

/** Writes pieces to a new file with mode 0600 and makes them durable. Throws what the file system throws. */
async function writeNew(path: string, pieces: Pieces): Promise<Result<null>> {
  const fd = openSync(path, 'wx', 0o600)
  try {
    for await (const piece of pieces) {
      if (!piece.ok) return piece
      writeFileSync(fd, piece.value)
    }
    fsyncSync(fd)
    return ok(null)
  } finally {
    closeSync(fd)
  }
}

async function writeAll(store: Logged, folder: string, head: StoredHead): Promise<Result<null>> {
  const keys = await store.heads.keys()
  if (!keys.ok) return keys
  const lines = [...new Set([head.key, ...keys.value])].map((line) => `${line}\n`).join('')
  const files: readonly (readonly [string, Pieces])[] = [
    [exportNames.history, store.history.export(head.size)],
    [exportNames.heads, store.heads.export(head)],
    [exportNames.installation, [ok(lines)]],
    // Last: an export that was cut off has no head, and does not verify.
    [exportNames.checkpoint, [ok(head.note)]],
  ]
  for (const [name, pieces] of files) {
    const written = await writeNew(join(folder, name), pieces)
    if (!written.ok) return written
  }
  syncDir(folder)
  return ok(null)
}

/**
 * Exports everything up to the end of an export (`exportEnd`), with a signed head of it. Fails with `store.exists` when one of the files is there, with what
 * `heads.sign` fails with, or with `store.unusable` where the folder cannot be written.
 */
export async function exportLog(
  store: Logged,
  dir: string,
  leaving: Leaving = {},
): Promise<Result<ExportedLog>> {
  const folder = resolve(dir)
  const there = Object.values(exportNames)
    .map((name) => join(folder, name))
    .find((path) => existsSync(path))
  if (there !== undefined) return fail('store.exists', { path: there })
  const end = await exportEnd(store, leaving)
  if (!end.ok) return end
  const { head } = end.value
  try {
    makePrivateDir(folder)
    const written = await writeAll(store, folder, head)
    return written.ok ? ok({ ...end.value, folder, count: head.size }) : written
  } catch (error) {
    return { ok: false, error: storeFailure(error, folder) }
  }
}
