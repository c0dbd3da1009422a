/** `countersign backup`, `countersign restore` and `countersign history import`: a desk's database as a whole. */
import { resolve } from 'node:path'
import { fail, ok, type Result } from '../../../shared/errors.ts'
import { losesAnything, lossesText, type Losses } from '../../../shared/losses.ts'
import type { HistoryMode } from '../../../shared/history/chain.ts'
import { confirmRestore, needsConfirming, type RestoreQuestion } from '../../desk/confirm-restore.ts'
import { backUpAway } from '../../store/backup-away.ts'
import { backUpBeside } from '../../store/backups.ts'
import type { Leaving } from '../../store/export-end.ts'
import { runJob } from '../../work/run.ts'
import { runWithDesk } from '../context.ts'
import { runLong } from '../long-work.ts'
import { folderOf, optionsToRepeat, type DeskOptions } from '../options.ts'
import { createOutput, type Output } from '../output.ts'
import { readPassphrase } from '../passphrase.ts'

const modeOf = ({ practice }: DeskOptions): HistoryMode => (practice ? 'practice' : 'real')

/** Backs the database up: to a new file, or beside the database where none is named. */
export const runBackup = (options: DeskOptions, file: string | undefined, leaving: Leaving): Promise<void> =>
  runWithDesk(options, async ({ ports, output, long }): Promise<Result<null>> => {
    const { store } = ports
    const made = await long.run('Backing up', (follow) =>
      file === undefined
        ? backUpBeside(store, 'asked', ports.now(), follow)
        : backUpAway(store, resolve(file), leaving, follow),
    )
    if (!made.ok) return made
    const { path, proof } = made.value
    output.result({ path, ...proof })
    output.say(`Backed up to ${path}, and verified: ${proof.count} rows.`)
    output.say('Keep a copy on another machine. "countersign restore FILE" puts it back.')
    return ok(null)
  })

/** The confirmation on the Ledger; by the passphrase where none is connected. */
async function confirm(
  output: Output,
  options: DeskOptions,
  question: RestoreQuestion,
): Promise<Result<null>> {
  if (needsConfirming(question))
    output.note('Confirm on the Ledger of one of its accounts that the backup is restored.')
  const asked = await confirmRestore(question, Date.now)
  if (asked.ok || asked.error.code !== 'store.unconfirmed') return asked
  const passphrase = await readPassphrase(options)
  if (passphrase.ok) return confirmRestore({ ...question, passphrase: passphrase.value }, Date.now)
  return passphrase.error.code === 'secret.locked' ? asked : passphrase
}

/** Says what is lost, or was. */
function tellLosses(say: (line: string) => void, losses: Losses): void {
  if (!losesAnything(losses)) return
  say(lossesText(losses))
  for (const line of losses.lines) say(`  ${line}`)
  if (losses.more > 0) say(`  and ${losses.more} more`)
}

/** Puts a backup in the place of the database; where that loses something, only when the person said so (`yes`). */
export async function runRestore(options: DeskOptions, file: string, yes: boolean): Promise<void> {
  const output = createOutput(options.json === true, optionsToRepeat(options))
  const mode = modeOf(options)
  const dir = folderOf(options)
  const device = options.device === undefined ? {} : { device: options.device }
  const losses = await runJob('losses', { backup: file, dir })
  if (!yes && losesAnything(losses)) {
    tellLosses(output.note, losses)
    const list = [lossesText(losses), ...losses.lines].join(' ')
    return output.fail(fail('store.loses', { list: list.slice(0, 2000) }).error)
  }
  const confirmed = await confirm(output, options, { backup: file, dir, mode, ...device })
  if (!confirmed.ok) return output.fail(confirmed.error)
  const input = { backup: file, dir, mode, nowMs: Date.now() }
  const restored = await runLong(output, 'Restoring', (follow) => runJob('restore', input, follow))
  if (!restored.ok) return output.fail(restored.error)
  const { proof, replaced } = restored.value
  output.result({ ...proof, replaced, losses })
  output.say(`Restored: ${proof.count} rows, head ${proof.head}.`)
  if (replaced !== null) output.say(`The database that was there before is now ${replaced}.`)
  tellLosses(output.say, losses)
  output.say('What was open in it is frozen: "countersign reconcile REQUEST" reads the venue and settles it.')
}

/** Imports an exported history into an empty desk. */
export async function runImport(options: DeskOptions, from: string): Promise<void> {
  const output = createOutput(options.json === true, optionsToRepeat(options))
  const input = { from, dir: folderOf(options), mode: modeOf(options), nowMs: Date.now() }
  const imported = await runLong(output, 'Importing', (follow) => runJob('import', input, follow))
  if (!imported.ok) return output.fail(imported.error)
  output.result(imported.value)
  output.say(`Imported: ${imported.value.count} rows, head ${imported.value.head}.`)
}
