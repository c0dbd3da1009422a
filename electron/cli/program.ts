/** The `countersign` command as commander knows it: its commands in the order in which a person needs them, and their help. */
import { Command } from 'commander'
import { version } from '../version.ts'
import { addAccounts, addDevices } from './definitions/accounts.ts'
import { addAgents } from './definitions/agents.ts'
import { addBackup } from './definitions/backup.ts'
import { addDesk } from './definitions/desk.ts'
import { addHistory } from './definitions/history.ts'
import { addKeys } from './definitions/keys.ts'
import { addInspect } from './definitions/inspect.ts'
import { addDemo, addPracticeLedger, addPracticeVenue } from './definitions/practice.ts'
import { addAcceptNumber, addMarkets, addPrepare, addSteps } from './definitions/requests.ts'
import { visibleLines } from '../../shared/visible-text.ts'

const groups = (
  built: string,
): readonly (readonly [heading: string, ...add: ((program: Command) => void)[]])[] => [
  ['Begin here:', addDesk(built), addDemo, addInspect],
  ['The main job, in this order:', addDevices, addAccounts, addKeys, addMarkets, addPrepare, addSteps],
  ['Keys that act for an account:', addAgents],
  ['Where a venue says something else than before:', addAcceptNumber],
  ['What happened:', addHistory, addBackup],
  ['Practice for other programs:', addPracticeLedger, addPracticeVenue],
]

const guide = `
A change of leverage, step by step:
  countersign accounts add treasury
  countersign prepare --account treasury --market BTC --leverage 5 --cross
  countersign sign REQUEST       review it on the Ledger; it is not sent yet
  countersign submit REQUEST     sent once, then proven by reading the venue
  countersign reconcile REQUEST  only where the outcome is unknown

With --practice the same commands use a practice Ledger and a practice venue.

Exit codes:
   0  done, or nothing is wrong         4  another app is open on the Ledger
   1  refused, or something differs     5  a setting is off, or the app is too old
   2  rejected on the Ledger            6  the Ledger is locked, or nobody answered
   3  no usable Ledger                  7  outcome unknown: do not send it again,
  64  typed wrong                          "countersign reconcile" settles it (for a
 130  ended with Ctrl+C                    revocation run "countersign revoke" again)

The database is in ~/.local/share/countersign/desk on Linux; --data names another
folder. Compass needs its API key in the environment variable COMPASS_API_KEY; other
API keys are sealed by a passphrase, which is typed, or read from a file that
COUNTERSIGN_PASSPHRASE_FILE names.
"countersign help COMMAND" tells more about a command.`

/** The words that lead to a command, such as `countersign accounts add`. */
const fullName = (command: Command): string =>
  command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name()

/** What to do after something was typed wrong. */
export const helpHint = (command: Command): string =>
  `Run "${fullName(command)} --help" to see how it is used.`

function pointToOwnHelp(command: Command): void {
  command.showHelpAfterError(helpHint(command))
  for (const child of command.commands) pointToOwnHelp(child)
}

/** Makes the program; `built` is the folder of the built program. Errors are thrown as `CommanderError`. */
export function createProgram(built: string): Command {
  const program = new Command('countersign')
    .usage('COMMAND [options]')
    .description('Change leverage with a Ledger, and know what was signed, sent and applied.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', guide)
    .exitOverride()
    // What was typed wrong is repeated: a word that was pasted must not drive the terminal.
    .configureOutput({ writeErr: (text) => void process.stderr.write(visibleLines(text)) })
  for (const [heading, ...additions] of groups(built)) {
    program.commandsGroup(heading)
    for (const add of additions) add(program)
  }
  pointToOwnHelp(program)
  return program
}

/** The command that the first words of a command line lead to. */
export function commandOf(program: Command, [word, ...rest]: readonly string[]): Command {
  const child = program.commands.find((command) => command.name() === word)
  return child ? commandOf(child, rest) : program
}
