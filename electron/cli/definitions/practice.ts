/** The commands `demo`, `practice-ledger` and `practice-venue`. */
import { Option, type Command } from 'commander'
import { venueIds } from '../../../shared/venues/registry.ts'
import type { DemoOptions } from '../commands/demo.ts'
import { folderOf, practiceAnswers, type PracticeAnswer } from '../options.ts'
import { wholeNumber, withExamples } from './arguments.ts'

const port = wholeNumber(0, 65_535)

/** Adds `demo`. */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .summary('the whole main job, in practice: no Ledger, no money')
    .description(
      'Do the whole main job with a practice Ledger and a practice venue on this machine, each step printed: a change on Hyperliquid, one through Compass, and one whose answer is lost. With --venue: a change at that venue, or at each, with all that its account needs there. No Ledger is needed, and nothing leaves this machine.',
    )
    .option('--keep <dir>', 'leave its database in this folder, which must not hold one yet')
    .addOption(
      new Option('--venue <venue>', 'make one change at this venue, or at each').choices([
        ...venueIds,
        'all',
      ]),
    )
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('../commands/demo.ts')
      await runDemo(options)
    })
  withExamples(
    command,
    'countersign demo',
    'countersign demo --venue bybit',
    'countersign demo --venue all',
    'countersign demo --keep ./demo && countersign history verify ./demo/countersign.db',
  )
}

interface LedgerOptions {
  readonly model: keyof typeof practiceModels
  readonly apduPort: number
  readonly apiPort: number
  readonly answer: PracticeAnswer
  readonly rawMessages: boolean
  readonly blindSigning: boolean
}

const practiceModels = { nanosp: 'nanoSP', nanox: 'nanoX', stax: 'stax' } as const

/** Adds `practice-ledger`. */
export function addPracticeLedger(program: Command): void {
  const command = program
    .command('practice-ledger')
    .summary("serve a practice Ledger in Speculos' protocols")
    .description(
      "Serve a practice Ledger on this machine in the two protocols of the emulator Speculos, until Ctrl+C. Its keys come from a public test phrase: never send money to them. Its buttons are pressed by --answer or through Speculos' HTTP API.",
    )
    .addOption(
      new Option('--model <model>', 'which Ledger').choices(Object.keys(practiceModels)).default('nanosp'),
    )
    .option('--apdu-port <port>', 'TCP port for APDUs on 127.0.0.1, 0 for any', port, 9999)
    .option('--api-port <port>', "port of Speculos' HTTP API on 127.0.0.1, 0 for any", port, 5000)
    .addOption(
      new Option('--answer <answer>', 'what is pressed on it for every question')
        .choices(practiceAnswers)
        .default('none'),
    )
    .option('--no-raw-messages', 'with the setting "Raw messages" off')
    .option('--blind-signing', 'with the setting "Blind signing" on', false)
    .action(async ({ model, ...options }: LedgerOptions) => {
      const { runPracticeLedger } = await import('../commands/practice.ts')
      await runPracticeLedger({ ...options, model: practiceModels[model] })
    })
  withExamples(
    command,
    'countersign practice-ledger --answer approve',
    'countersign devices --practice --device speculos:http://127.0.0.1:5000 (in another terminal)',
  )
}

/** Adds `practice-venue`. */
export function addPracticeVenue(program: Command): void {
  const command = program
    .command('practice-venue')
    .summary('serve a practice venue on this machine')
    .description(
      'Serve a practice venue on this machine, all venues at one address, until Ctrl+C. It checks every signature, nonce and expiry strictly and keeps its state in a file. No money is behind it.',
    )
    .option('--port <port>', 'port on 127.0.0.1, 0 for any', port, 0)
    .option('--data <dir>', 'folder of its state; that of the practice desk unless told')
    .action(async (options: { port: number; data?: string }) => {
      const { runPracticeVenue } = await import('../commands/practice.ts')
      await runPracticeVenue(folderOf({ ...options, practice: true }), options.port)
    })
  withExamples(
    command,
    'countersign practice-venue --port 8099',
    'countersign markets --account treasury --practice --practice-venue http://127.0.0.1:8099',
  )
}
