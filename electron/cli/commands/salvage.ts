/** `countersign salvage`: saving the rows that can still be read of a damaged database. */
import { resolve } from 'node:path'
import { commandText } from '../../../shared/advice.ts'
import { runJob } from '../../work/run.ts'
import { runLong } from '../long-work.ts'
import { createOutput } from '../output.ts'

/** Saves what can be read of `file` to a new JSONL file, `FILE.salvaged.jsonl` unless told. The database is only read. */
export async function runSalvage(file: string, out: string | undefined, json: boolean): Promise<void> {
  const output = createOutput(json)
  const input = { database: resolve(file), path: resolve(out ?? `${file}.salvaged.jsonl`) }
  const saved = await runLong(output, 'Saving', (follow) => runJob('salvage', input, follow))
  if (!saved.ok) return output.fail(saved.error)
  const { path, count, stopped } = saved.value
  output.result(saved.value)
  output.say(`Saved ${count === 1 ? '1 row' : `${count} rows`} to ${path}.`)
  output.say(
    stopped === null
      ? 'Every row could be read, and they verify.'
      : `They verify. What follows them could not be read: ${stopped}`,
  )
  output.say('Signatures in it may still be of use to whoever reads it: keep it on this machine.')
  output.say(
    `"${commandText('history import', path)}" makes a new desk of them, in an empty folder named by --data.`,
  )
}
