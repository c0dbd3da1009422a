/** The commands `accounts`, `accounts add`, `accounts permit-reading` and `devices`. */
import { Option, type Command } from 'commander'
import { approvalForms, type ApprovalForm } from '../../../shared/prepared-request.ts'
import type { Network } from '../../../shared/venues/module.ts'
import { venueIds, type VenueId } from '../../../shared/venues/registry.ts'
import { withDeskOptions, type DeskOptions } from '../options.ts'
import { namedValues, networkOption, wholeNumber, withExamples } from './arguments.ts'

interface AddOptions extends DeskOptions {
  readonly venue: VenueId
  readonly network: Network
  readonly index: number
  readonly path?: string
  readonly account?: string
  readonly vault?: string
  readonly set: Readonly<Record<string, string>>
  readonly approval?: ApprovalForm
}

const aboutAdd = `Add an account whose leverage is to be changed.

The signer's address is read from the Ledger and shown here and on its screen: compare the two and confirm on the Ledger. Nothing is sent to a venue.

With --approval text the Ledger first shows each change in words (market, old and new leverage) as a personal message, with every setting off and without a warning; then it signs for the venue. typedData asks the same as EIP-712 typed data. Without the option the words are asked for where an API key signs, and nowhere else.

An account is never changed afterwards; add another one instead.`

const aboutPermit = `Permit the reading of an account at a venue that shows it only to its signer (Synthetix).

The Ledger signs that one reading, once; the signature is kept in the database, is sent to the venue with each reading, and ends after a day. It changes nothing. Without it leverage cannot be read, and so not be changed.`

function addPermitReading(accounts: Command): void {
  const permit = accounts
    .command('permit-reading')
    .summary('have the Ledger sign the reading of an account, for a day')
    .description(aboutPermit)
    .argument('<account>', 'its name or id')
    .action(async (account: string, _: DeskOptions, command: Command) => {
      const { runPermitReading } = await import('../commands/permit-reading.ts')
      await runPermitReading(command.optsWithGlobals<DeskOptions>(), account)
    })
  withExamples(withDeskOptions(permit), 'countersign accounts permit-reading treasury')
}

/** Adds `accounts`, `accounts add` and `accounts permit-reading`. */
export function addAccounts(program: Command): void {
  const accounts = withDeskOptions(
    program
      .command('accounts')
      .summary('list the accounts, add one, or permit reading one')
      .description('List the accounts whose leverage can be changed here.'),
  ).action(async (options: DeskOptions) => {
    const { listAccounts } = await import('../commands/accounts.ts')
    await listAccounts(options)
  })
  const add = accounts
    .command('add')
    .summary('add an account; its signer is read from the Ledger')
    .description(aboutAdd)
    .argument('<name>', 'what you want to call it')
    .addOption(new Option('--venue <venue>', 'where it trades').choices(venueIds).default('hyperliquid'))
    .addOption(networkOption('which network it is on').default('mainnet'))
    .option(
      '--index <n>',
      "use the Ledger's n-th Ethereum account, 44'/60'/0'/0/n; 0 is the first",
      wholeNumber(0, 999),
      0,
    )
    .addOption(new Option('--path <path>', 'derivation path of the signer').conflicts('index'))
    .option('--account <address>', 'the account that approved the signer as its agent')
    .option('--vault <address>', 'the subaccount or vault that the signer acts for')
    .addOption(
      new Option(
        '--approval <form>',
        'how the Ledger approves each change in words before it is sent',
      ).choices(approvalForms),
    )
    .option(
      '--set <name=value>',
      'a setting of the account at its venue, such as subAccountId=1867542890123456789; can be repeated',
      namedValues,
      {},
    )
    .action(async (name: string, _: AddOptions, command: Command) => {
      const { runAddAccount } = await import('../commands/accounts.ts')
      const options = command.optsWithGlobals<AddOptions>()
      await runAddAccount(options, {
        name,
        venue: options.venue,
        network: options.network,
        path: options.path ?? `44'/60'/0'/0/${options.index}`,
        account: options.account ?? null,
        vault: options.vault ?? null,
        settings: options.set,
        approval: options.approval ?? null,
      })
    })
  withExamples(
    withDeskOptions(add),
    'countersign accounts add treasury',
    'countersign accounts add "stock perps" --venue compass --index 1',
    'countersign accounts add main --approval text',
    "countersign accounts add fund --vault 0x1234... (its owner's Ledger is connected)",
  )
  addPermitReading(accounts)
  withExamples(accounts, 'countersign accounts', 'countersign accounts add treasury')
}

/** Adds `devices`. */
export function addDevices(program: Command): void {
  const about =
    'List the connected Ledgers, the app that is open on each, and what keeps one from being used. Nothing is asked on the device.'
  const command = program.command('devices').summary('list the connected Ledgers').description(about)
  withDeskOptions(command).action(async (options: DeskOptions) => {
    const { runDevices } = await import('../commands/devices.ts')
    await runDevices(options)
  })
  withExamples(command, 'countersign devices', 'countersign devices --device speculos:http://127.0.0.1:5000')
}
