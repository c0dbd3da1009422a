/**
 * What the command line prints, and how it ends: one sentence and one next step for people, one JSON object for programs.
 * It is the door to the terminal: a line is one line, and nothing in it drives the terminal.
 */
import { shellWords } from '../../shared/advice.ts'
import { exitCodeOf, exitCodes, type Failure } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { visibleJson, visibleText } from '../../shared/visible-text.ts'

/** How a command prints. */
export interface Output {
  readonly json: boolean
  /** A line for people; nothing with `--json`. */
  readonly say: (line?: string) => void
  /** A line about progress on standard error; nothing with `--json`. */
  readonly note: (line: string) => void
  /** The one line about how far long work is, on a terminal only; null takes it away. */
  readonly progress: (line: string | null) => void
  /** The command's result, for programs; nothing without `--json`. */
  readonly result: (value: unknown) => void
  /** Prints a failure and sets the exit code; programs also get `more`. */
  readonly fail: (failure: Failure, more?: JsonObject) => void
  /** From now on nothing is printed: the program is ending. */
  readonly mute: () => void
}

/** The printed form of a failure, for people. */
export const failureText = ({ message, next, code }: Failure): string =>
  `${visibleText(message)}\n${visibleText(next)}\n(${code})`

/** The commands that a text may advise, in quotes, and that need the options of the command that gave it. */
const advised =
  /"countersign (accounts|agents|keys|markets|accept-number|prepare|show|sign|submit|reconcile|withdraw|revoke|history|backup|restore)\b((?:\\'|'[^']*'|[^"'])*)"/g

/** Adds options to every command that a text advises, so that it can be typed as it stands. */
export const adviseWith = (text: string, options: readonly string[]): string =>
  options.length === 0
    ? text
    : text.replace(
        advised,
        (_, name: string, rest: string) => `"countersign ${name}${rest} ${shellWords(options)}"`,
      )

/**
 * An output on the process' own streams. `options` are those that the next command needs as well to find the same
 * database and device.
 */
export function createOutput(json: boolean, options: readonly string[] = []): Output {
  let muted = false
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (!muted) stream.write(`${text}\n`)
  }
  return {
    json,
    say: (line = '') => {
      if (!json) write(process.stdout, visibleText(adviseWith(line, options)))
    },
    note: (line) => {
      if (!json) write(process.stderr, visibleText(line))
    },
    progress: (line) => {
      if (json || muted || !process.stderr.isTTY) return
      // Back to the beginning of the line, and rub out what stands there (ECMA-48, EL).
      process.stderr.write(`\r\u001B[K${visibleText(line ?? '')}`)
    },
    result: (value) => {
      if (json) write(process.stdout, visibleJson(JSON.stringify(value)))
    },
    fail: (failure, more) => {
      process.exitCode = exitCodeOf(failure.code)
      const { message, next } = failure
      const told = { ...failure, message: adviseWith(message, options), next: adviseWith(next, options) }
      if (json) write(process.stdout, visibleJson(JSON.stringify({ error: told, ...more })))
      else write(process.stderr, failureText(told))
    },
    mute: () => {
      muted = true
    },
  }
}

/** A program that prints into one that has ended goes on with its work, which may be to send and to remember. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

/** Writes to standard output; false when nobody takes it any more, as after `| head`, or the disk is full. */
export const written = (text: string): Promise<boolean> =>
  new Promise((resolve) => {
    process.stdout.write(text, (error) => resolve(!error))
  })

/** The exit code for what was typed wrong. */
export const usageExitCode = exitCodes.usage
