/** Reading a database that an older program wrote, without changing it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { loadSqlite } from './database.ts'
import { latestVersion, migrate, versionOf } from './migrations/index.ts'

const copyMigrated = async (raw: BetterSqlite.Database, path: string): Promise<BetterSqlite.Database> => {
  await raw.backup(path)
  const Sqlite = await loadSqlite()
  const copy = new Sqlite(path)
  migrate(copy, () => undefined)
  return copy
}

/**
 * Runs `work` on a database of the latest version: the given one, or a private copy of it that is migrated and then
 * removed. Throws what SQLite and the file system throw.
 */
export async function asLatest<T>(
  raw: BetterSqlite.Database,
  work: (raw: BetterSqlite.Database) => T,
): Promise<T> {
  const version = versionOf(raw)
  if (version === 0 || version >= latestVersion) return work(raw)
  const dir = mkdtempSync(join(tmpdir(), 'countersign-read-'))
  try {
    const copy = await copyMigrated(raw, join(dir, 'copy.db'))
    try {
      return work(copy)
    } finally {
      copy.close()
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
