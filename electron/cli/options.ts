/** The options that every command of the desk takes, and the folders they mean. */
import { Option, type Command } from 'commander'
import { dataFolder } from '../store/data-folder.ts'
import type { PassphraseOptions } from './passphrase.ts'

/** What a person answers on the practice Ledger when nobody presses its buttons. */
export const practiceAnswers = ['approve', 'reject', 'none'] as const

/** One of the practice answers. */
export type PracticeAnswer = (typeof practiceAnswers)[number]

/** Options of every command of the desk. */
export interface DeskOptions extends PassphraseOptions {
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
    .option('--json', 'print the result, or what went wrong, as one JSON object')
    .option('--data <dir>', 'folder of the database, in place of the usual one')
    .option('--practice', 'use a practice Ledger, a practice venue and a database of their own')
    .option(
      '--device <device>',
      'hid (the one by USB), hid:/dev/hidraw0, speculos:http://127.0.0.1:5000, practice or practice:stax',
    )
    .addOption(
      new Option('--practice-answer <answer>', 'what is pressed on the practice Ledger')
        .choices(practiceAnswers)
        .default('approve'),
    )
    .option('--passphrase-file <file>', 'file with the passphrase that seals API keys; - for standard input')
    .option('--practice-venue <url>', 'a practice venue that runs already; see "countersign practice-venue"')

/** The options with which another command finds the same database, device and venue. */
export const optionsToRepeat = ({
  practice,
  data,
  device,
  practiceVenue,
  passphraseFile,
}: DeskOptions): readonly string[] => [
  ...(practice ? ['--practice'] : []),
  ...(data === undefined ? [] : ['--data', data]),
  ...(device === undefined ? [] : ['--device', device]),
  ...(practiceVenue === undefined ? [] : ['--practice-venue', practiceVenue]),
  ...(passphraseFile === undefined ? [] : ['--passphrase-file', passphraseFile]),
]

/** The folder of the database. */
export const folderOf = ({ data, practice }: Pick<DeskOptions, 'data' | 'practice'>): string =>
  data ?? dataFolder(practice ? 'practice' : 'real')
