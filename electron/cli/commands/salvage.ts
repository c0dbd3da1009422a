/** `countersign salvage`: saving the rows that can still be read of a damaged database. */
import { writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { commandText } from '../../../shared/advice.ts'
import { fail, type Result } from '../../../shared/errors.ts'
import { storeFailure } from '../../store/failures.ts'
import { createPrivateFile, syncDir } from '../../store/files.ts'
import { salvage } from '../../store/salvage.ts'
import { createOutput } from '../output.ts'

/** Writes a new file that only its owner may read. Fails with `store.exists` or `store.unusable`. */
function writeNew(path: string, text: string): Result<null> {
  try {
    createPrivateFile(path)
    writeFileSync(path, text, { flush: true })
    syncDir(dirname(path))
    return { ok: true, value: null }
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    return isThere ? fail('store.exists', { path }) : { ok: false, error: storeFailure(error, path) }
  }
}

/** Saves what can be read of `file` to a new JSONL file, `FILE.salvaged.jsonl` unless told. The database is only read. */
export async function runSalvage(file: string, out: string | undefined, json: boolean): Promise<void> {
  const output = createOutput(json)
  const database = resolve(file)
  const path = resolve(out ?? `${file}.salvaged.jsonl`)
  const { text, count, stopped } = await salvage(database)
  if (count === 0) {
    const detail = `no row of its history can be read: ${stopped ?? 'it has none.'}`
    return output.fail(fail('store.unusable', { path: database, detail }).error)
  }
  const written = writeNew(path, text)
  if (!written.ok) return output.fail(written.error)
  output.result({ path, count, stopped })
  output.say(`Saved ${count === 1 ? '1 row' : `${count} rows`} to ${path}.`)
  output.say(
    stopped === null
      ? 'Every row could be read, and they verify.'
      : `They verify. What follows them could not be read: ${stopped}`,
  )
  output.say(
    `"${commandText('history import', path)}" makes a new desk of them, in an empty folder named by --data.`,
  )
}
