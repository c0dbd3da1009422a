/** Long work of a command: one line on a terminal tells how far it is, and Ctrl+C ends it with nothing left half done. */
import { setTimeout as sleep } from 'node:timers/promises'
import { exitCodeOf, failure, type Failure, type Result } from '../../shared/errors.ts'
import { leftMs, progressText } from '../../shared/long-work.ts'
import type { Follow } from '../work/run.ts'
import type { Output } from './output.ts'

/** What ends a command from outside. */
export const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** How long stopped work may take to undo what it had made, in ms. */
const undoingMs = 30_000

/** The long work of one command. */
export interface LongWork {
  /** Runs work that tells how far it is; `what` stands before that, as in `Verifying`. */
  readonly run: <T>(what: string, work: (follow: Follow) => Promise<T>) => Promise<T>
  /** Stops what is under way; resolves when it has undone what it had made. */
  readonly stop: () => Promise<void>
}

/** Makes the long work of a command. */
export function createLongWork(output: Output): LongWork {
  const stopping = new AbortController()
  const running = new Set<Promise<unknown>>()
  return {
    async run(what, work) {
      const begun = performance.now()
      const onShare = (share: number): void =>
        output.progress(`${what}: ${progressText(share, leftMs(share, performance.now() - begun))}`)
      const done = work({ signal: stopping.signal, onShare })
      const ended = done.then(
        () => undefined,
        () => undefined,
      )
      running.add(ended)
      try {
        return await done
      } finally {
        running.delete(ended)
        output.progress(null)
      }
    },
    async stop() {
      stopping.abort()
      await Promise.race([Promise.all(running), sleep(undoingMs)])
    },
  }
}

/** Ends the process as interrupted, after `undo`; nothing is printed any more. */
export function endInterrupted(output: Output, interrupted: Failure, undo: () => Promise<unknown>): void {
  output.progress(null)
  output.fail(interrupted)
  output.mute()
  void undo().finally(() => process.exit(exitCodeOf(interrupted.code)))
}

/** Runs long work of a command that opens no desk. */
export async function runLong<T>(
  output: Output,
  what: string,
  work: (follow: Follow) => Promise<Result<T>>,
): Promise<Result<T>> {
  const long = createLongWork(output)
  const interrupt = (): void => endInterrupted(output, failure('program.interrupted'), long.stop)
  for (const signal of signals) process.once(signal, interrupt)
  try {
    return await long.run(what, work)
  } finally {
    for (const signal of signals) process.off(signal, interrupt)
  }
}
