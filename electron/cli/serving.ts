/** What every command that serves until it is stopped shares: its end, and a port that cannot be had. */
import { once } from 'node:events'
import { failure } from '../../shared/errors.ts'
import type { Output } from './output.ts'

/** Resolves when the process is told to stop. A second time ends it at once. */
export const stopped = (): Promise<unknown> =>
  Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')])

/** Starts a server. Null when its port cannot be had, which is then told; anything else that is thrown is not expected. */
export async function served<T>(output: Output, start: () => Promise<T>): Promise<T | null> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'port' in error)) throw error
    output.fail(failure('input.portTaken', { port: String(error.port), detail: String(error.code) }))
    return null
  }
}
