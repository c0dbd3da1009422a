/** The commands `keys list`, `add`, `rotate`, `register`, `remove` and `test`. */
import { Argument, Option, type Command } from 'commander'
import { registerDays } from '../../../shared/keys.ts'
import type { KeyOptions } from '../commands/keys.ts'
import type { RegisterOptions } from '../commands/register-key.ts'
import { withDeskOptions, type DeskOptions } from '../options.ts'
import { wholeNumber, withExamples } from './arguments.ts'

const accountArgument = (): Argument => new Argument('<account>', 'name of the account')

const aboutKeys =
  'List the API keys of accounts at Arcus, CoinSwitch and Bybit, where no Ledger can sign what is sent: what is public of each, what it may do, until when, and what seals it.'

const aboutSecret = `The secret is asked for without showing it, or read from --secret-file or standard input; it is never an argument. It is sealed by a passphrase, which is asked for, or read from --passphrase-file or the file that COUNTERSIGN_PASSPHRASE_FILE names. Nothing is sent.`

interface Change {
  readonly name: 'add' | 'rotate'
  readonly summary: string
  readonly about: string
  readonly run: 'runAddKey' | 'runRotateKey'
}

const changes: readonly Change[] = [
  {
    name: 'add',
    summary: 'add the API key of an account',
    about: `Add the API key of an account.\n\n${aboutSecret}`,
    run: 'runAddKey',
  },
  {
    name: 'rotate',
    summary: 'put another API key in its place',
    about: `Put another API key in the place of the one in use, which is forgotten here; revoke it at the venue.\n\n${aboutSecret}`,
    run: 'runRotateKey',
  },
]

function addChange(keys: Command, { name, summary, about, run }: Change): void {
  const command = keys
    .command(name)
    .summary(summary)
    .description(about)
    .addArgument(accountArgument())
    .addOption(
      new Option('--generate', 'make a new Ed25519 key here and print its public key').conflicts(
        'secretFile',
      ),
    )
    .option('--secret-file <file>', 'file with the secret; - for standard input')
    .option('--key-id <id>', 'what the venue calls the key; needed for Bybit')
    .option('--label <text>', 'what you want to call it')
    .option('--expires <time>', 'until when the venue takes it, such as 2026-12-31T12:00:00Z')
    .action(async (account: string, _: KeyOptions, own: Command) => {
      const commands = await import('../commands/keys.ts')
      await commands[run](own.optsWithGlobals<KeyOptions>(), account)
    })
  withExamples(
    withDeskOptions(command),
    `countersign keys ${name} perps --generate`,
    `countersign keys ${name} perps --secret-file key.txt --passphrase-file pass.txt`,
  )
}

const aboutRegister = `Have the Ledger register the API key of an account at Arcus: the key in use, or a new Ed25519 key that is made and sealed here.

The Ledger of the account itself signs the registration, which is sent once. When it is not known what came of it, the keys that the venue lists are read; it is never sent again.`

function addRegister(keys: Command): void {
  const { least, most, usual } = registerDays
  const register = keys
    .command('register')
    .summary('have the Ledger register the API key of an account')
    .description(aboutRegister)
    .addArgument(accountArgument())
    .addOption(
      new Option('--expires-in-days <n>', 'how long the venue is to take it')
        .argParser(wholeNumber(least, most))
        .default(usual),
    )
    .action(async (account: string, _: RegisterOptions, command: Command) => {
      const { runRegisterKey } = await import('../commands/register-key.ts')
      await runRegisterKey(command.optsWithGlobals<RegisterOptions>(), account)
    })
  withExamples(
    withDeskOptions(register),
    'countersign keys register perps',
    'countersign keys register perps --expires-in-days 30',
  )
}

/** Adds `keys` and what stands below it. */
export function addKeys(program: Command): void {
  const keys = withDeskOptions(
    program.command('keys').summary('API keys that no Ledger can hold').description(aboutKeys),
  ).action(async (options: DeskOptions) => {
    const { listKeys } = await import('../commands/keys.ts')
    await listKeys(options, undefined)
  })
  const list = keys.command('list').summary('list the API keys in use').description(aboutKeys)
  withDeskOptions(list.argument('[account]', 'name of the account')).action(
    async (account: string | undefined, _: DeskOptions, command: Command) => {
      const { listKeys } = await import('../commands/keys.ts')
      await listKeys(command.optsWithGlobals<DeskOptions>(), account)
    },
  )
  for (const change of changes) addChange(keys, change)
  addRegister(keys)
  const remove = keys
    .command('remove')
    .summary('forget the API key of an account')
    .description('Forget the API key of an account. It stays good at the venue until it is revoked there.')
    .addArgument(accountArgument())
  withDeskOptions(remove).action(async (account: string, _: DeskOptions, command: Command) => {
    const { runRemoveKey } = await import('../commands/keys.ts')
    await runRemoveKey(command.optsWithGlobals<DeskOptions>(), account)
  })
  const test = keys
    .command('test')
    .summary('open an API key and ask its venue whether it takes it')
    .description(
      'Open the API key of an account and ask its venue whether it takes it, what it may do and until when, as far as the venue tells. Reading changes nothing.',
    )
    .addArgument(accountArgument())
  withDeskOptions(test).action(async (account: string, _: DeskOptions, command: Command) => {
    const { runTestKey } = await import('../commands/keys.ts')
    await runTestKey(command.optsWithGlobals<DeskOptions>(), account)
  })
  withExamples(list, 'countersign keys list', 'countersign keys list perps')
  withExamples(remove, 'countersign keys remove perps')
  withExamples(test, 'countersign keys test perps')
  withExamples(keys, 'countersign keys', 'countersign keys add perps --generate')
}
