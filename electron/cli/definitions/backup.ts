/** The commands `backup` and `restore`. */
import type { Command } from 'commander'
import { withDeskOptions, type DeskOptions } from '../options.ts'
import { withExamples } from './arguments.ts'

const aboutBackup = `Back up the database, also while a desk uses it, and verify the copy. Without a file it goes into the folder "backups" beside the database, where the desk also puts one a day while it runs (the last 14 are kept) and one before each migration.`

const aboutRestore = `Put a backup in the place of the database. The backup is verified first, and no desk may have the database open. The database that is there is moved into the folder "backups" and never deleted.`

/** Adds `backup` and `restore`. */
export function addBackup(program: Command): void {
  const backup = withDeskOptions(
    program
      .command('backup')
      .summary('back up the database, also while a desk runs')
      .description(aboutBackup)
      .argument('[file]', 'a new file'),
  ).action(async (file: string | undefined, options: DeskOptions) => {
    const { runBackup } = await import('../commands/backup.ts')
    await runBackup(options, file)
  })
  withExamples(backup, 'countersign backup', 'countersign backup /media/usb/countersign.db')
  const restore = withDeskOptions(
    program
      .command('restore')
      .summary('put a backup in the place of the database')
      .description(aboutRestore)
      .argument('<file>', 'a backup'),
  ).action(async (file: string, options: DeskOptions) => {
    const { runRestore } = await import('../commands/backup.ts')
    await runRestore(options, file)
  })
  withExamples(restore, 'countersign restore /media/usb/countersign.db')
}
