/** The commands `backup`, `restore` and `salvage`. */
import type { Command } from 'commander'
import { withDeskOptions, type DeskOptions } from '../options.ts'
import { usableOption, withExamples } from './arguments.ts'

const aboutBackup = `Back up the database, also while a desk uses it, and verify the copy. Without a file it goes into the folder "backups" beside the database, where the desk also puts one a day while it runs (the last 14 are kept) and one before each migration.

A backup beside the database holds everything. One in a file that you name may leave the machine: it is not made while signatures in it could still be used by whoever gets it, unless you say so with --with-usable-signatures, and without that it holds no permits to read accounts either, which are signed again.`

const aboutRestore = `Put a backup in the place of the database. The backup is verified first, and no desk may have the database open. The two are compared first: what the database that is there knows more is told, and it is replaced only with --yes. It is moved into the folder "backups" and never deleted. At a real desk the Ledger of one of its accounts confirms it first; where none is connected, the passphrase of its API keys.`

const aboutSalvage = `Save the rows that can still be read of a damaged database, from the first for as long as they verify, as JSONL. The database is only read, and nothing is overwritten. Without OUT they go into FILE.salvaged.jsonl.`

function addSalvage(program: Command): void {
  const command = program
    .command('salvage')
    .summary('save what can be read of a damaged database')
    .description(aboutSalvage)
    .argument('<file>', 'a database')
    .argument('[out]', 'a new file')
    .option('--json', 'print the result as one JSON object')
    .action(async (file: string, out: string | undefined, { json = false }: { json?: boolean }) => {
      const { runSalvage } = await import('../commands/salvage.ts')
      await runSalvage(file, out, json)
    })
  withExamples(command, 'countersign salvage countersign.db', 'countersign salvage countersign.db rows.jsonl')
}

/** Adds `backup`, `restore` and `salvage`. */
export function addBackup(program: Command): void {
  const backup = withDeskOptions(
    program
      .command('backup')
      .summary('back up the database, also while a desk runs')
      .description(aboutBackup)
      .argument('[file]', 'a new file')
      .addOption(usableOption()),
  ).action(async (file: string | undefined, options: DeskOptions & { withUsableSignatures?: boolean }) => {
    const { runBackup } = await import('../commands/backup.ts')
    await runBackup(options, file, { withUsable: options.withUsableSignatures === true })
  })
  withExamples(backup, 'countersign backup', 'countersign backup /media/usb/countersign.db')
  const restore = withDeskOptions(
    program
      .command('restore')
      .summary('put a backup in the place of the database')
      .description(aboutRestore)
      .argument('<file>', 'a backup')
      .option('--yes', 'also where what is there now knows more than the backup'),
  ).action(async (file: string, options: DeskOptions & { yes?: boolean }) => {
    const { runRestore } = await import('../commands/backup.ts')
    await runRestore(options, file, options.yes === true)
  })
  withExamples(restore, 'countersign restore /media/usb/countersign.db')
  addSalvage(program)
}
