/** The entry of the `countersign` command. Whatever happens, it ends with an exit code that tells the truth. */
import { CommanderError } from 'commander'
import { failure } from '../../shared/errors.ts'
import { createOutput, outliveReaders, usageExitCode } from './output.ts'
import { commandOf, createProgram, helpHint } from './program.ts'

const args = process.argv.slice(2)
const output = createOutput(args.includes('--json') || args.includes('--ndjson'))
const program = createProgram(import.meta.dirname)

/** What was typed wrong ends with exit code 64; commander has told it to people already. */
function endUsage({ exitCode, code, message }: CommanderError): void {
  if (exitCode === 0) return
  process.exitCode = usageExitCode
  if (!output.json) return
  const detail = code === 'commander.help' ? 'No command was given.' : message.replace(/^error: /, '')
  output.fail({ ...failure('input.usage', { detail }), next: helpHint(commandOf(program, args)) })
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)

outliveReaders()
try {
  await program.parseAsync(args, { from: 'user' })
} catch (error) {
  if (error instanceof CommanderError) endUsage(error)
  else output.fail(failure('program.failed', { detail: describe(error) }))
}
