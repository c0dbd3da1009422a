/** `countersign history export` and `history sheet`. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fail, ok, type Result } from '../../../shared/errors.ts'
import { exportFolder } from '../../export/folder.ts'
import { requestSheet } from '../../export/request-sheet.ts'
import { usableText } from '../../../shared/usable.ts'
import { exportEnd, type ExportEnd, type Leaving } from '../../store/export-end.ts'
import { exportNames } from '../../store/export-folder.ts'
import { storeFailure } from '../../store/failures.ts'
import { watchOf } from '../../work/watch.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'
import { written, type Output } from '../output.ts'

/** Says which signatures could still be used, and whether they leave or wait. */
function tellUsable(output: Output, { waiting, usable }: Pick<ExportEnd, 'waiting' | 'usable'>): void {
  if (usable.length === 0) return
  output.note(
    waiting === 0
      ? 'Signatures in this export can still be used by whoever holds it:'
      : `The newest ${waiting === 1 ? 'row waits' : `${waiting} rows wait`}: signatures in them can still be used by whoever holds them.`,
  )
  for (const signature of usable) output.note(`  ${usableText(signature)}`)
  if (waiting > 0)
    output.note('Export again after that, or now with --with-usable-signatures if they are to leave.')
}

/** Writes the history to standard output as JSONL, and the head of what is written to standard error. */
export const runExport = (options: DeskOptions, leaving: Leaving): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const end = await exportEnd(ports.store, leaving)
    if (!end.ok) return end
    const { head } = end.value
    for await (const piece of ports.store.history.export(head.size)) {
      if (!piece.ok) return piece
      if (!(await written(piece.value))) return fail('program.outputCut')
    }
    output.note('The head of this export; keep it elsewhere:')
    for (const line of head.note.trimEnd().split('\n')) output.note(line)
    tellUsable(output, end.value)
    return ok(null)
  })

/** Writes the history into a new folder. */
export const runFolderExport = (
  options: DeskOptions,
  folder: string,
  { withSheets, ...leaving }: Leaving & { readonly withSheets: boolean },
): Promise<void> =>
  runWithDesk(options, async ({ ports, output, long }): Promise<Result<null>> => {
    const done = await long.run('Drawing sheets', (follow) =>
      exportFolder(ports.store, folder, { ...leaving, withSheets, watch: watchOf(follow) }),
    )
    if (!done.ok) return done
    const { path, rows, requests, sheets, head } = done.value
    output.result(done.value)
    output.say(
      `Written to ${path}: ${rows} rows, ${requests} requests${sheets === 0 ? '' : ' with a sheet of each'}.`,
    )
    output.say(`The head of the history is ${head}.`)
    output.say(`Keep ${exportNames.checkpoint} and ${exportNames.installation} elsewhere too.`)
    tellUsable(output, done.value)
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
