/** What the command line prints, and how it ends: one sentence and one next step for people, one JSON object for programs. */
import { exitCodeOf, exitCodes, type Failure } from '../../shared/errors.ts'

/** How a command prints. */
export interface Output {
  readonly json: boolean
  /** A line for people; nothing with `--json`. */
  readonly say: (line?: string) => void
  /** A line about progress on standard error; nothing with `--json`. */
  readonly note: (line: string) => void
  /** The command's result, for programs; nothing without `--json`. */
  readonly result: (value: unknown) => void
  /** Prints a failure and sets the exit code. */
  readonly fail: (failure: Failure) => void
}

const write = (stream: NodeJS.WriteStream, text: string): void => {
  stream.write(`${text}\n`)
}

/** The printed form of a failure, for people. */
export const failureText = ({ message, next, code }: Failure): string => `${message}\n${next}\n(${code})`

/** An output on the process' own streams. */
export function createOutput(json: boolean): Output {
  return {
    json,
    say: (line = '') => {
      if (!json) write(process.stdout, line)
    },
    note: (line) => {
      if (!json) write(process.stderr, line)
    },
    result: (value) => {
      if (json) write(process.stdout, JSON.stringify(value))
    },
    fail: (failure) => {
      process.exitCode = exitCodeOf(failure.code)
      if (json) write(process.stdout, JSON.stringify({ error: failure }))
      else write(process.stderr, failureText(failure))
    },
  }
}

/** The exit code of a process that a signal ended, as shells count. */
export const interruptedExitCode = 130

/** The exit code for what was typed wrong. */
export const usageExitCode = exitCodes.usage
