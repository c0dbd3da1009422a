/** The `countersign` command: its commands and their options. Each command is loaded only when it is run. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { failure } from '../../shared/errors.ts'
import { isHex, type Hex } from '../../shared/hex.ts'
import { pathPrefixes, type PathPrefix } from '../../shared/venues/compass/request.ts'
import type { Network } from '../../shared/venues/hyperliquid/digest.ts'
import { venueIds, type VenueId } from '../../shared/venues/registry.ts'
import {
  dataFolder,
  practiceAnswers,
  withDeskOptions,
  type DeskOptions,
  type PracticeAnswer,
} from './options.ts'
import { createOutput, usageExitCode } from './output.ts'

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }

const hash = (text: string): Hex => {
  if (isHex(text, 32)) return text
  throw new InvalidArgumentError('It must be 0x and 64 hex digits.')
}

const leverageText = (text: string): string => {
  if (/^[1-9]\d{0,9}$/.test(text)) return text
  throw new InvalidArgumentError('It must be a whole number of at least 1.')
}

const network = (): Option =>
  new Option('--network <network>', 'which network is meant').choices(['mainnet', 'testnet'])
const request = (): Argument => new Argument('<request>', 'id of the request')

function addInspect(program: Command): void {
  program
    .command('inspect')
    .description('say what a payload really does, offline')
    .argument('[file]', 'a file, or - for standard input', '-')
    .addOption(network())
    .option('--json', 'print one JSON object')
    .option('--ndjson', 'one input a line, one result a line', false)
    .action(async (file: string, options: { network?: Network; json?: boolean; ndjson: boolean }) => {
      const { runInspect } = await import('./commands/inspect.ts')
      await runInspect({ ...options, file, json: options.json ?? false })
    })
}

interface AddOptions extends DeskOptions {
  readonly venue: VenueId
  readonly network: Network
  readonly index: number
  readonly path?: string
  readonly account?: string
  readonly vault?: string
  readonly compassPaths?: PathPrefix
}

function addAccounts(program: Command): void {
  const accounts = withDeskOptions(program.command('accounts').description('list the accounts')).action(
    async (options: DeskOptions) => {
      const { listAccounts } = await import('./commands/accounts.ts')
      await listAccounts(options)
    },
  )
  withDeskOptions(accounts.command('add').description('add an account; its signer is read from the Ledger'))
    .argument('<name>', 'name of the account')
    .addOption(new Option('--venue <venue>', 'where it trades').choices(venueIds).default('hyperliquid'))
    .addOption(network().default('mainnet'))
    .option('--index <n>', "the n-th Ethereum account of the Ledger, 44'/60'/0'/0/n", wholeNumber(0, 999), 0)
    .option('--path <path>', 'derivation path of the signer, instead of --index')
    .option('--account <address>', 'the account for which the signer is an approved agent')
    .option('--vault <address>', 'the subaccount or vault for which the signer acts')
    .addOption(new Option('--compass-paths <prefix>', "family of Compass' paths").choices(pathPrefixes))
    .action(async (name: string, _: AddOptions, command: Command) => {
      const { runAddAccount } = await import('./commands/accounts.ts')
      const options = command.optsWithGlobals<AddOptions>()
      await runAddAccount(options, {
        name,
        venue: options.venue,
        network: options.network,
        path: options.path ?? `44'/60'/0'/0/${options.index}`,
        account: options.account ?? null,
        vault: options.vault ?? null,
        pathPrefix: options.compassPaths ?? null,
      })
    })
}

function addReading(program: Command): void {
  withDeskOptions(program.command('devices').description('list the connected Ledgers')).action(
    async (options: DeskOptions) => {
      const { runDevices } = await import('./commands/devices.ts')
      await runDevices(options)
    },
  )
  withDeskOptions(
    program.command('markets').description("list the markets of an account's venue, or read what is set"),
  )
    .requiredOption('--account <name>', 'name of the account')
    .argument('[symbols...]', 'markets in which the leverage that is set now is read')
    .action(async (symbols: string[], options: DeskOptions & { account: string }) => {
      const { runMarkets } = await import('./commands/markets.ts')
      await runMarkets(options, options.account, symbols)
    })
}

interface PrepareOptions extends DeskOptions {
  readonly account: string
  readonly market: string
  readonly leverage: string
  readonly cross?: boolean
  readonly isolated?: boolean
  readonly expiresIn?: number
  readonly expiry: boolean
}

function addPrepare(program: Command): void {
  withDeskOptions(program.command('prepare').description('prepare a change of leverage and show its preview'))
    .requiredOption('--account <name>', 'name of the account')
    .requiredOption('--market <symbol>', 'market, such as BTC or xyz:AAPL')
    .requiredOption('--leverage <n>', 'new leverage', leverageText)
    .addOption(new Option('--cross', 'cross margin').conflicts('isolated'))
    .option('--isolated', 'isolated margin')
    .option(
      '--expires-in <minutes>',
      'minutes until the venue refuses it (15 unless told)',
      wholeNumber(1, 1440),
    )
    .option('--no-expiry', 'let it be usable until its nonce is too old, about two days')
    .action(async (options: PrepareOptions, command: Command) => {
      const { cross, isolated, expiresIn, expiry } = options
      if (!cross && !isolated) command.error('error: say which margin mode: --cross or --isolated')
      const { runPrepare } = await import('./commands/requests.ts')
      await runPrepare(options, {
        account: options.account,
        market: options.market,
        leverage: options.leverage,
        isCross: cross === true,
        ...(expiry ? {} : { expiresInMs: null }),
        ...(expiresIn === undefined ? {} : { expiresInMs: expiresIn * 60_000 }),
      })
    })
}

function addSteps(program: Command): void {
  const steps = [
    ['show', 'show the preview of a request', 'runShow'],
    ['sign', 'have the Ledger sign a request', 'runSign'],
    ['submit', 'send a signed request, once, and prove what came of it', 'runSubmit'],
    ['reconcile', 'settle an unknown outcome by reading the venue', 'runReconcile'],
    ['withdraw', 'give up a request that was not sent', 'runWithdraw'],
  ] as const
  for (const [name, description, run] of steps) {
    withDeskOptions(program.command(name).description(description))
      .addArgument(request())
      .action(async (id: string, options: DeskOptions) => {
        const commands = await import('./commands/requests.ts')
        await commands[run](options, id)
      })
  }
}

function addHistory(program: Command): void {
  const history = withDeskOptions(
    program.command('history').description('list the newest rows of the history'),
  )
    .option('--request <id>', 'only rows about this request')
    .option('--limit <n>', 'how many', wholeNumber(1, 100_000), 50)
    .action(async (options: DeskOptions & { request?: string; limit: number }) => {
      const { runHistory } = await import('./commands/history.ts')
      await runHistory(options, options)
    })
  history
    .command('verify')
    .description('verify a history in a database or a JSONL export, on any machine')
    .argument('<file>', 'FILE.db or FILE.jsonl')
    .option('--json', 'print one JSON object')
    .option('--head <hash>', 'a head that was noted earlier: it must be in the history', hash)
    .action(async (file: string, _: object, command: Command) => {
      const { json, head } = command.optsWithGlobals<{ json?: boolean; head?: Hex }>()
      const { runVerify } = await import('./commands/history.ts')
      await runVerify(file, json ?? false, head)
    })
  withDeskOptions(history.command('export').description('write the whole history as JSONL')).action(
    async (_: DeskOptions, command: Command) => {
      const { runExport } = await import('./commands/history.ts')
      await runExport(command.optsWithGlobals<DeskOptions>())
    },
  )
}

interface LedgerOptions {
  readonly model: 'nanosp' | 'nanox' | 'stax'
  readonly apduPort: number
  readonly apiPort?: number
  readonly answer?: PracticeAnswer
  readonly rawMessages: boolean
  readonly blindSigning: boolean
}

const practiceModels = { nanosp: 'nanoSP', nanox: 'nanoX', stax: 'stax' } as const

function addPractice(program: Command): void {
  const port = wholeNumber(0, 65_535)
  program
    .command('demo')
    .description('the whole main job with the practice Ledger and the practice venue')
    .option('--keep <dir>', 'keep its database in this folder')
    .action(async ({ keep }: { keep?: string }) => {
      const { runDemo } = await import('./commands/demo.ts')
      await runDemo(keep)
    })
  program
    .command('practice-ledger')
    .description("serve a practice Ledger in Speculos' protocols")
    .addOption(new Option('--model <model>').choices(Object.keys(practiceModels)).default('nanosp'))
    .option('--apdu-port <port>', 'TCP port for APDUs, 0 for any', port, 9999)
    .option('--api-port <port>', "port of Speculos' HTTP API, 0 for any", port, 5000)
    .addOption(
      new Option('--answer <answer>', 'what is pressed on it').choices(practiceAnswers).default('none'),
    )
    .option('--no-raw-messages', 'with the setting "Raw messages" off')
    .option('--blind-signing', 'with the setting "Blind signing" on', false)
    .action(async (options: LedgerOptions) => {
      const { runPracticeLedger } = await import('./commands/practice.ts')
      await runPracticeLedger({
        ...options,
        apiPort: options.apiPort ?? null,
        model: practiceModels[options.model],
      })
    })
  program
    .command('practice-venue')
    .description('serve a practice venue: Hyperliquid and Compass on this machine')
    .option('--port <port>', 'port on 127.0.0.1, 0 for any', port, 0)
    .option('--data <dir>', 'folder of its state')
    .action(async (options: { port: number; data?: string }) => {
      const { runPracticeVenue } = await import('./commands/practice.ts')
      await runPracticeVenue(dataFolder({ ...options, practice: true }), options.port)
    })
}

function createProgram(): Command {
  const program = new Command('countersign')
    .description('Change leverage with a Ledger, and know what was signed, sent and applied.')
    .version('0.1.0')
    .showHelpAfterError('Run "countersign --help" to see the commands and their options.')
    .exitOverride()
  for (const add of [addPractice, addInspect, addAccounts, addReading, addPrepare, addSteps, addHistory])
    add(program)
  return program
}

/** What was typed wrong ends with exit code 64; with `--json` it is told as JSON too. */
function endUsage(error: CommanderError, args: readonly string[]): void {
  if (error.exitCode === 0) return
  if (args.includes('--json') || args.includes('--ndjson'))
    createOutput(true).fail(failure('input.usage', { detail: error.message }))
  process.exitCode = usageExitCode
}

const args = process.argv.slice(2)
try {
  await createProgram().parseAsync(args, { from: 'user' })
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  endUsage(error, args)
}
