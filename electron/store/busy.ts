/** Waiting for what another connection holds, of another process or of this one. */
import { setTimeout as wait } from 'node:timers/promises'
import type BetterSqlite from 'better-sqlite3'
import { busyTimeoutMs, isBusy } from './failures.ts'

/**
 * Tries a statement until no other connection is in its way, and gives what it gives; throws SQLite's own error when
 * `busyTimeoutMs` have passed. SQLite's own waiting does not do: it stops this process meanwhile, in which the other
 * connection may be, and two that wait for each other it refuses at once.
 */
export async function untilFree<T>(raw: BetterSqlite.Database, attempt: () => T): Promise<T> {
  const deadline = performance.now() + busyTimeoutMs
  raw.pragma('busy_timeout = 0')
  try {
    for (;;) {
      const isLast = performance.now() > deadline
      try {
        return attempt()
      } catch (error) {
        if (isLast || !isBusy(error)) throw error
      }
      // Unevenly, so that none of those who wait looks only at moments when another has just been given the lock.
      await wait(1 + Math.random() * 3)
    }
  } finally {
    raw.pragma(`busy_timeout = ${busyTimeoutMs}`)
  }
}
