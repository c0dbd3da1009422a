/** The commands `history`, `history verify` and `history export`. */
import type { Command } from 'commander'
import type { Hex } from '../../../shared/hex.ts'
import { withDeskOptions, type DeskOptions } from '../options.ts'
import { hash, wholeNumber, withExamples } from './arguments.ts'

const aboutVerify = `Verify a history in a database or in a JSONL export, on any machine. The file is only read.

Every row holds the hash of the row before it, so that any edit, insertion, deletion or swap is found. Rows that were cut off the end are found with --head.`

/** Adds `history` and what belongs to it. */
export function addHistory(program: Command): void {
  const history = withDeskOptions(
    program
      .command('history')
      .summary('list, verify or export the history')
      .description('List the newest rows of the history: every step of every request, oldest first.'),
  )
    .option('--request <id>', 'only rows about this request')
    .option('--limit <n>', 'how many', wholeNumber(1, 100_000), 50)
    .action(async (options: DeskOptions & { request?: string; limit: number }) => {
      const { runHistory } = await import('../commands/history.ts')
      await runHistory(options, options)
    })
  const verify = history
    .command('verify')
    .summary('verify a history in a database or an export')
    .description(aboutVerify)
    .argument('<file>', 'FILE.db or FILE.jsonl')
    .option('--json', 'print the result as one JSON object')
    .option('--head <hash>', 'a head that you noted earlier: it must be in the history', hash)
    .action(async (file: string, _: object, command: Command) => {
      const { json = false, head } = command.optsWithGlobals<{ json?: boolean; head?: Hex }>()
      const { runVerify } = await import('../commands/history.ts')
      await runVerify(file, json, head)
    })
  withExamples(
    verify,
    'countersign history verify ~/.local/share/countersign/desk/countersign.db',
    'countersign history verify export.jsonl --json',
  )
  const exporting = withDeskOptions(
    history
      .command('export')
      .summary('write the whole history as JSONL')
      .description('Write the whole history to standard output, one JSON row a line.'),
  ).action(async (_: DeskOptions, command: Command) => {
    const { runExport } = await import('../commands/history.ts')
    await runExport(command.optsWithGlobals<DeskOptions>())
  })
  withExamples(exporting, 'countersign history export > history.jsonl')
  withExamples(history, 'countersign history', 'countersign history --request 01M7WDD8A48V8CZKBBE3Y949R9')
}
