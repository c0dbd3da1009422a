/** The options that every command of the desk takes, and the folders they mean. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Option, type Command } from 'commander'

/** What a person answers on the practice Ledger when nobody presses its buttons. */
export const practiceAnswers = ['approve', 'reject', 'none'] as const

/** One of the practice answers. */
export type PracticeAnswer = (typeof practiceAnswers)[number]

/** Options of every command of the desk. */
export interface DeskOptions {
  readonly json?: boolean
  readonly data?: string
  readonly practice?: boolean
  readonly device?: string
  readonly practiceAnswer: PracticeAnswer
  readonly practiceVenue?: string
}

/** Adds the options of the desk to a command. */
export const withDeskOptions = (command: Command): Command =>
  command
    .option('--json', 'print one JSON object')
    .option('--data <dir>', 'folder of the database')
    .option('--practice', 'practice Ledger, practice venue and a database of their own')
    .option(
      '--device <device>',
      'hid, hid:<path>, speculos:<http://127.0.0.1:port>, practice or practice:<model>',
    )
    .addOption(
      new Option('--practice-answer <answer>', 'what is pressed on the practice Ledger')
        .choices(practiceAnswers)
        .default('approve'),
    )
    .option('--practice-venue <url>', 'a practice venue that runs already ("countersign practice-venue")')

function dataHome(): string {
  if (process.platform === 'win32') return process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  return process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share')
}

/** The folder of the database. Practice data have a folder of their own. */
export const dataFolder = ({ data, practice }: Pick<DeskOptions, 'data' | 'practice'>): string =>
  data ?? join(dataHome(), 'countersign', practice ? 'practice' : 'desk')
