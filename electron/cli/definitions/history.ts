/** The commands `history` and `history verify`, `export`, `sheet` and `import`. */
import type { Command } from 'commander'
import { withDeskOptions, type DeskOptions } from '../options.ts'
import { headArgument, usableOption, wholeNumber, withExamples } from './arguments.ts'

const aboutVerify = `Verify a history in a database, a JSONL export, or the folder of an export, on any machine. It is only read.

Every row holds the hash of the row before it, so that any edit, insertion, deletion or swap is found. Every signature in it is checked, and every signed head. Rows that were cut off the end, an older file in place of a newer one, and a history that was written anew are found with a head that you kept elsewhere.`

const aboutHead = `Sign the head of the history now and print it: how many rows there are, and the root over all of them. Kept elsewhere, it proves later that no row was changed or cut off.`

const aboutExport = `Write the whole history into a new folder: history.jsonl with every row, requests.csv with every request, and with --sheets a sheet to print of each. Without a folder, write the rows to standard output, one JSON row a line.

The rows are verified while they are written. Anyone can check them again: with "countersign history verify", or with tools/verify/verify.py, which needs nothing but Python.

Whoever holds a signature that was not used yet can have it carried out. So the export ends before the first row with such a signature, and says which it is and until when; the rows leave with an export that is made after that, or with --with-usable-signatures.`

const aboutImport = `Import a history that was exported, a folder or a JSONL file, into an empty desk. The history afterwards is the one that was exported, row by row and hash by hash.

What was never in the history is not in it afterwards: the secrets of API keys, and nonces that were reserved and not used.`

function addExport(history: Command): void {
  const exporting = withDeskOptions(
    history
      .command('export')
      .summary('write the whole history to a folder, or as JSONL')
      .description(aboutExport)
      .argument('[folder]', 'a new folder')
      .addOption(usableOption())
      .option('--sheets', 'a sheet to print of each request, in a folder'),
  ).action(async (folder: string | undefined, _: DeskOptions, command: Command) => {
    const { runExport, runFolderExport } = await import('../commands/history-export.ts')
    const options = command.optsWithGlobals<
      DeskOptions & { withUsableSignatures?: boolean; sheets?: boolean }
    >()
    const leaving = { withUsable: options.withUsableSignatures === true }
    await (folder === undefined
      ? runExport(options, leaving)
      : runFolderExport(options, folder, { ...leaving, withSheets: options.sheets === true }))
  })
  withExamples(
    exporting,
    'countersign history export audit-2026',
    'countersign history export audit-2026 --sheets',
    'countersign history export > history.jsonl',
  )
}

function addSheet(history: Command): void {
  const sheet = withDeskOptions(
    history
      .command('sheet')
      .summary('a request as a sheet to print')
      .description(
        'Write the validation sheet of a request as a PDF: what is changed, its digests, what happened.',
      )
      .argument('<request>', 'the id of the request')
      .argument('[file]', 'a new file; countersign-sheet-REQUEST.pdf unless told'),
  ).action(async (request: string, file: string | undefined, _: DeskOptions, command: Command) => {
    const { runSheet } = await import('../commands/history-export.ts')
    await runSheet(command.optsWithGlobals<DeskOptions>(), request, file)
  })
  withExamples(sheet, 'countersign history sheet 01M7WDD8A48V8CZKBBE3Y949R9 sheet.pdf')
}

function addImport(history: Command): void {
  const importing = withDeskOptions(
    history
      .command('import')
      .summary('import an exported history into an empty desk')
      .description(aboutImport)
      .argument('<from>', 'an export folder, or a JSONL file'),
  ).action(async (from: string, _: DeskOptions, command: Command) => {
    const { runImport } = await import('../commands/backup.ts')
    await runImport(command.optsWithGlobals<DeskOptions>(), from)
  })
  withExamples(importing, 'countersign history import audit-2026 --data new-desk')
}

/** Adds `history` and what belongs to it. */
export function addHistory(program: Command): void {
  const history = withDeskOptions(
    program
      .command('history')
      .summary('list, verify, export, print or import the history')
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
    .argument('<file>', 'FILE.db, FILE.jsonl or the FOLDER of an export')
    .option('--json', 'print the result as one JSON object')
    .option('--head <head>', 'a file with a head that you kept, or the hash of a row', headArgument)
    .option('--key <key>', 'the public key that you kept, or a file with it: then no other counts')
    .action(async (file: string, _: object, command: Command) => {
      const { json = false, ...typed } = command.optsWithGlobals<{
        json?: boolean
        head?: string
        key?: string
      }>()
      const { runVerify } = await import('../commands/history.ts')
      await runVerify(file, json, typed)
    })
  withExamples(
    verify,
    'countersign history verify ~/.local/share/countersign/desk/countersign.db',
    'countersign history verify export --head checkpoint.txt --key installation.txt',
    'countersign history verify export.jsonl --json',
  )
  addExport(history)
  addSheet(history)
  addImport(history)
  addProofs(history)
  withExamples(history, 'countersign history', 'countersign history --request 01M7WDD8A48V8CZKBBE3Y949R9')
}

/** Adds what signs and proves: `head`, `prove` and `consistency`. */
function addProofs(history: Command): void {
  const head = withDeskOptions(
    history.command('head').summary('sign the head of the history and print it').description(aboutHead),
  )
    .option('--ledger <account>', 'have the Ledger of this account sign it too')
    .action(async (_: DeskOptions, command: Command) => {
      const { ledger, ...options } = command.optsWithGlobals<DeskOptions & { ledger?: string }>()
      const { runHead } = await import('../commands/history-log.ts')
      await runHead(options, ledger)
    })
  withExamples(head, 'countersign history head > head.txt', 'countersign history head --ledger treasury')
  const prove = withDeskOptions(
    history
      .command('prove')
      .summary('print the proof that a row is in the history')
      .description('Print the proof that a row is under the head of the history, as a C2SP tlog-proof.'),
  )
    .argument('<seq>', 'number of the row', wholeNumber(1, 9_999_999_999))
    .action(async (seq: number, _: DeskOptions, command: Command) => {
      const { runProve } = await import('../commands/history-log.ts')
      await runProve(command.optsWithGlobals<DeskOptions>(), seq)
    })
  withExamples(prove, 'countersign history prove 12 > row-12.tlog-proof')
  const consistency = withDeskOptions(
    history
      .command('consistency')
      .summary('print the proof that the history only grew since an older head')
      .description('Print the proof that the history only added rows to those of an older head.'),
  )
    .argument('<head>', 'file with the older head; - for standard input')
    .action(async (file: string, _: DeskOptions, command: Command) => {
      const { runConsistency } = await import('../commands/history-log.ts')
      await runConsistency(command.optsWithGlobals<DeskOptions>(), file)
    })
  withExamples(consistency, 'countersign history consistency head.txt')
}
