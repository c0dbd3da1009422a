/**
 * The schema's versions in order. A migration that was released is never edited; a change is a new one at the end.
 * They are SQL text run in one transaction each, with the version in `user_version`: Kysely's own migrator runs
 * SQLite migrations outside a transaction, so a crash in the middle would leave half a schema.
 */
import type BetterSqlite from 'better-sqlite3'
import { first } from './001-first.ts'
import { approvals } from './002-approvals.ts'
import { readPermits } from './003-read-permits.ts'
import { apiKeys } from './004-api-keys.ts'
import { heads } from './005-heads.ts'
import { leases } from './006-leases.ts'
import { copies } from './007-copies.ts'
import { marketNumbers } from './008-market-numbers.ts'

/** SQL of each version; version n is `migrations[n - 1]`. */
export const migrations: readonly string[] = [
  first,
  approvals,
  readPermits,
  apiKeys,
  heads,
  leases,
  copies,
  marketNumbers,
]

/** The version that this program writes. */
export const latestVersion = migrations.length

/** Version of an open database; 0 when it is new. */
export const versionOf = (raw: BetterSqlite.Database): number =>
  Number(raw.pragma('user_version', { simple: true }))

/**
 * Brings a database from its version to `target`. `afterFirst` runs in the transaction that made version 1. Other
 * processes may do the same at the same time: the version is read again under the write lock.
 */
export function migrate(raw: BetterSqlite.Database, afterFirst: () => void, target = latestVersion): void {
  const step = raw.transaction((): void => {
    const version = versionOf(raw)
    const sql = migrations[version]
    if (version >= target || sql === undefined) return
    raw.exec(sql)
    raw.pragma(`user_version = ${version + 1}`)
    if (version === 0) afterFirst()
  })
  while (versionOf(raw) < target) step.immediate()
}
