/** `countersign history export` and `history sheet`. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fail, ok, type Result } from '../../../shared/errors.ts'
import { exportFolder } from '../../export/folder.ts'
import { requestSheet } from '../../export/request-sheet.ts'
import { exportNames } from '../../store/export-folder.ts'
import { storeFailure } from '../../store/failures.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'
import { written } from '../output.ts'

/** Writes the whole history to standard output as JSONL, and the head of all of it to standard error. */
export const runExport = (options: DeskOptions): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const head = await ports.store.heads.sign()
    if (!head.ok) return head
    for await (const piece of ports.store.history.export(head.value.size)) {
      if (!piece.ok) return piece
      if (!(await written(piece.value))) return fail('program.outputCut')
    }
    output.note(`The head of this export; keep it elsewhere:\n${head.value.note}`)
    return ok(null)
  })

/** Writes the whole history into a new folder. */
export const runFolderExport = (options: DeskOptions, folder: string): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const done = await exportFolder(ports.store, folder)
    if (!done.ok) return done
    const { path, rows, requests, head } = done.value
    output.result(done.value)
    output.say(`Written to ${path}: ${rows} rows, ${requests} requests with a sheet of each.`)
    output.say(`The head of the history is ${head}.`)
    output.say(`Keep ${exportNames.checkpoint} and ${exportNames.installation} elsewhere too.`)
    return ok(null)
  })

function writeNew(path: string, data: Uint8Array): Result<null> {
  try {
    writeFileSync(path, data, { flag: 'wx', mode: 0o600 })
    return ok(null)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return fail('store.exists', { path })
    return { ok: false, error: storeFailure(error, path) }
  }
}

/** Writes the sheet of a request as a PDF. */
export const runSheet = (options: DeskOptions, request: string, file: string | undefined): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const sheet = await requestSheet(ports.store, request)
    if (!sheet.ok) return sheet
    const path = resolve(file ?? sheet.value.fileName)
    const done = writeNew(path, sheet.value.pdf)
    if (!done.ok) return done
    output.result({ path, request })
    output.say(`Written to ${path}.`)
    return ok(null)
  })
