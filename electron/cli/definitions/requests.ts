/** The commands of the main job: `markets`, `accept-number`, `prepare`, `show`, `sign`, `submit`, `reconcile`, `revoke`, `withdraw`. */
import { Argument, Option, type Command } from 'commander'
import { withDeskOptions, type DeskOptions } from '../options.ts'
import { digestOption, leverageText, requestArgument, wholeNumber, withExamples } from './arguments.ts'

/** Adds `markets`. */
export function addMarkets(program: Command): void {
  const command = program
    .command('markets')
    .summary("list an account's markets, or read what is set in some")
    .description(
      "List the markets of an account's venue with the highest leverage of each. With symbols: read from the venue what is set in those now. Reading changes nothing.",
    )
    .requiredOption('--account <name>', 'name of the account')
    .argument('[symbols...]', 'markets whose setting is read, such as BTC or xyz:AAPL')
  withDeskOptions(command).action(async (symbols: string[], options: DeskOptions & { account: string }) => {
    const { runMarkets } = await import('../commands/markets.ts')
    await runMarkets(options, options.account, symbols)
  })
  withExamples(
    command,
    'countersign markets --account treasury',
    'countersign markets --account treasury BTC ETH',
  )
}

const aboutAcceptNumber = `Take the number that the venue gives a market now in place of the one that earlier requests used.

A payload names its market by a number. Countersign remembers which number each market had and stops a market that has another one, because two swapped numbers would change another market than the one you read. Ask the venue first, and not over the same connection. What you accept is written into the history.`

/** Adds `accept-number`. */
export function addAcceptNumber(program: Command): void {
  const command = program
    .command('accept-number')
    .summary('take the new number of a market that the venue listed anew')
    .description(aboutAcceptNumber)
    .requiredOption('--account <name>', 'name of an account at the venue')
    .argument('<market>', 'the market, as the venue writes it')
    .addArgument(
      new Argument('<number>', 'the number that the venue gives it now').argParser(
        wholeNumber(0, 0xffff_ffff),
      ),
    )
  withDeskOptions(command).action(
    async (market: string, number: number, options: DeskOptions & { account: string }) => {
      const { runAcceptNumber } = await import('../commands/accept-number.ts')
      await runAcceptNumber(options, options.account, market, number)
    },
  )
  withExamples(command, 'countersign accept-number --account treasury xyz:AAPL 110007')
}

interface PrepareOptions extends DeskOptions {
  readonly account: string
  readonly market: string
  readonly leverage: string
  readonly sellLeverage?: string
  readonly cross?: boolean
  readonly isolated?: boolean
  readonly expiresIn?: number
  readonly expiry: boolean
}

const aboutPrepare = `Prepare a change of leverage and show its preview: what changes, what is at stake, what will be signed and what the Ledger will show.

The venue is read and the change is checked against its limits. The request is kept. No change is signed, and nothing is changed. Compass is told account, market and leverage, because it prepares the request. Say the margin mode too where the venue sets both at once.`

/** Adds `prepare`. */
export function addPrepare(program: Command): void {
  const command = program
    .command('prepare')
    .summary('prepare a change of leverage and show its preview')
    .description(aboutPrepare)
    .requiredOption('--account <name>', 'name of the account')
    .requiredOption('--market <symbol>', 'market, such as BTC or xyz:AAPL')
    .requiredOption('--leverage <n>', 'new leverage, such as 5 or 12.5', leverageText)
    .option(
      '--sell-leverage <n>',
      'of the sell side, where the account sets buy and sell apart',
      leverageText,
    )
    .addOption(
      new Option(
        '--cross',
        'cross margin; the mode has to be said where the venue sets both at once',
      ).conflicts('isolated'),
    )
    .option('--isolated', 'isolated margin')
    .addOption(
      new Option(
        '--expires-in <minutes>',
        'after how many minutes it is of no use: the venue refuses it, or the approval has ended; 15 unless told; not through Compass',
      )
        .argParser(wholeNumber(1, 1440))
        .conflicts('expiry'),
    )
    .option(
      '--no-expiry',
      'let it be usable as long as its nonce is, about two days; at Hyperliquid only (through Compass it always is)',
    )
  withDeskOptions(command).action(async (options: PrepareOptions) => {
    const { account, market, leverage, sellLeverage, cross = false, isolated, expiresIn, expiry } = options
    const { runPrepare } = await import('../commands/requests.ts')
    await runPrepare(options, {
      account,
      market,
      leverage,
      ...(sellLeverage === undefined ? {} : { sellLeverage }),
      ...(cross || isolated ? { isCross: cross } : {}),
      ...(expiry ? {} : { expiresInMs: null }),
      ...(expiresIn === undefined ? {} : { expiresInMs: expiresIn * 60_000 }),
    })
  })
  withExamples(
    command,
    'countersign prepare --account treasury --market BTC --leverage 5 --cross',
    'countersign prepare --account treasury --market ETH --leverage 3 --isolated --expires-in 60',
  )
}

const steps = [
  {
    name: 'show',
    summary: 'show the preview of a request again',
    about: 'Show the preview of a request again, and where it is in its life.',
    run: 'runShow',
  },
  {
    name: 'sign',
    summary: 'have the Ledger sign a request; it is not sent',
    about: `Have the Ledger sign a request. It is not sent; the venue is only read.

The preview is printed again; hold it against the screen of the Ledger and approve there. If you reject it, unplug the Ledger or press Ctrl+C, what was prepared stays as it was and can be signed again.`,
    run: 'runSign',
    asShown: true,
  },
  {
    name: 'submit',
    summary: 'send a signed request, once, and prove what came of it',
    about: `Send a signed request to its venue, once, then read the venue again to prove that the change was applied.

It is never sent a second time. If the answer is lost, the exit code is 7: then use "countersign reconcile".`,
    run: 'runSubmit',
    asShown: true,
  },
  {
    name: 'reconcile',
    summary: 'settle an unknown outcome by reading the venue',
    about: `Settle a request whose outcome is not known by reading the venue. The request is not sent again, and reading changes nothing.

It is put down as applied when the venue shows the new value, and as not applied only once it can no longer be applied. Until then the exit code is 7; reconcile again later.`,
    run: 'runReconcile',
  },
  {
    name: 'revoke',
    summary: 'make a signed request unusable for whoever holds it',
    about: `Make a signed or unknown request unusable for whoever holds it: the Ledger signs what uses up its nonce, and that is sent.

On Hyperliquid and through Compass it is an empty action on the same nonce, sent to Hyperliquid. On Synthetix it is a change to the leverage in force with a higher nonce, which ends every lower nonce of the signer; the preview names the requests here that become useless too. Where an API key signs nothing needs revoking, and the message says what to do instead.

It may be repeated when its answer is lost (exit code 7).`,
    run: 'runRevoke',
  },
  {
    name: 'withdraw',
    summary: 'give up a request that was not sent',
    about:
      'Give up a request that was not sent: it is never sent from here. It cannot be taken back after it was sent.',
    run: 'runWithdraw',
  },
] as const

/** Adds the commands about one request. */
export function addSteps(program: Command): void {
  for (const { name, summary, about, run, ...more } of steps) {
    const command = program.command(name).summary(summary).description(about).addArgument(requestArgument())
    if ('asShown' in more) command.addOption(digestOption())
    withDeskOptions(command).action(async (id: string, options: DeskOptions) => {
      const commands = await import('../commands/requests.ts')
      await commands[run](options, id)
    })
    withExamples(command, `countersign ${name} 01M7WDD8A48V8CZKBBE3Y949R9`)
  }
}
