/**
 * The export of a history as a folder: all rows with their signed heads, its requests as a table, and where asked a sheet of each. It is made beside its
 * place and put there whole, so a folder with that name is never half an export.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { UsableSignature } from '../../shared/usable.ts'
import type { Leaving } from '../store/export-end.ts'
import { exportLog } from '../store/export-folder.ts'
import type { Store } from '../store/port.ts'
import { storeFailure } from '../store/failures.ts'
import { makePrivateDir, syncDir } from '../store/files.ts'
import { unwatched, type Watch } from '../work/watch.ts'
import { readHistory } from './read-history.ts'
import { requestLine, requestsHeader } from './requests-csv.ts'
import { drawSheet } from './sheet.ts'
import { sheetContent, type SheetSource } from './sheet-content.ts'
import { toldRequest, type ToldRequest } from './told-request.ts'

/** What an export holds. */
export interface ExportFacts {
  /** Absolute path of the folder. */
  readonly path: string
  /** Rows of history.jsonl; checkpoint.txt is the signed head of all of them. */
  readonly rows: number
  readonly head: Hex
  /** Lines of requests.csv without its header. */
  readonly requests: number
  /** Sheets that were made: one of each request where they were asked for. */
  readonly sheets: number
  /** Rows that wait, because signatures in them could still be used; and these signatures, which left where told. */
  readonly waiting: number
  readonly usable: readonly UsableSignature[]
}

/** What is exported beside the history and the table of requests. */
export interface FolderOptions extends Leaving {
  /** A sheet to print of each request, which takes longer than all the rest. */
  readonly withSheets?: boolean
  /** Follows the sheets. Where it stops the export there is no folder. */
  readonly watch?: Watch
}

/** The part of a store that is exported. */
export type Exported = Pick<Store, 'history' | 'heads' | 'usable' | 'mode' | 'chainId'>

/** A new file that is on the disk when it is closed; only its owner may read it. */
function newFile(path: string): { write(data: string | Uint8Array): void; close(): void } {
  const fd = openSync(path, 'wx', 0o600)
  return {
    write: (data) => void (typeof data === 'string' ? writeSync(fd, data) : writeSync(fd, data)),
    close: () => {
      fsyncSync(fd)
      closeSync(fd)
    },
  }
}

function writeFile(path: string, data: string | Uint8Array): void {
  const file = newFile(path)
  try {
    file.write(data)
  } finally {
    file.close()
  }
}

async function writeSheets(
  folder: string,
  requests: readonly ToldRequest[],
  source: SheetSource,
  watch: Watch,
): Promise<void> {
  mkdirSync(join(folder, 'sheets'), { mode: 0o700 })
  for (const [place, request] of requests.entries()) {
    watch.at(place, requests.length)
    await turn()
    writeFile(join(folder, 'sheets', `${request.id}.pdf`), await drawSheet(sheetContent(request, source)))
  }
  syncDir(join(folder, 'sheets'))
}

async function writeAll(
  folder: string,
  store: Exported,
  { withSheets = false, watch = unwatched, ...leaving }: FolderOptions,
): Promise<Result<Omit<ExportFacts, 'path'>>> {
  const log = await exportLog(store, folder, leaving)
  if (!log.ok) return log
  const { count, head, waiting, usable } = log.value
  const read = await readHistory(store.history, count)
  if (!read.ok) return read
  const requests: ToldRequest[] = []
  for (const [id, trace] of read.value.requests) {
    const request = toldRequest(id, trace)
    if (!request.ok) return request
    requests.push(request.value)
  }
  writeFile(
    join(folder, 'requests.csv'),
    requestsHeader() + requests.map((request) => requestLine(request, head)).join(''),
  )
  const source = { mode: store.mode, chainId: store.chainId, head }
  const sheets = withSheets ? requests.length : 0
  if (withSheets) await writeSheets(folder, requests, source, watch)
  syncDir(folder)
  return ok({ rows: count, head: read.value.proof.head, requests: requests.length, sheets, waiting, usable })
}

/**
 * Exports a history into a new folder, up to its end (`exportEnd`). Fails with `store.exists`, `store.unusable` (disk full, rights),
 * `history.broken`, or `request.altered`; then there is no folder.
 */
export async function exportFolder(
  store: Exported,
  dir: string,
  options: FolderOptions = {},
): Promise<Result<ExportFacts>> {
  const path = resolve(dir)
  if (existsSync(path)) return fail('store.exists', { path })
  const part = `${path}.part-${process.pid}`
  try {
    makePrivateDir(dirname(path))
    rmSync(part, { recursive: true, force: true })
    mkdirSync(part, { mode: 0o700 })
    const written = await writeAll(part, store, options)
    if (!written.ok) return written
    renameSync(part, path)
    syncDir(dirname(path))
    return ok({ path, ...written.value })
  } catch (error) {
    return { ok: false, error: storeFailure(error, path) }
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}
