/**
 * A database that should have its newest head beside it and has not: the file was deleted, or this is a copy that was put
 * here by hand. That is written down, and what was open is frozen; everything else goes on.
 */
import type BetterSqlite from 'better-sqlite3'
import { ok, type Result } from '../../shared/errors.ts'
import { recordCopy } from './copies.ts'
import type { Database } from './database.ts'
import { newestOf } from './heads.ts'
import { versionOf } from './migrations/index.ts'
import { readNewestHead, writeNewestHead } from './newest-head.ts'

/** The first version of the schema whose desks keep their newest head beside the database. */
const keepingVersion = 7

/** Whether a head was signed in a database, by a desk that keeps the newest beside it. Asked before it is migrated. */
export const keptHead = (raw: BetterSqlite.Database): boolean =>
  versionOf(raw) >= keepingVersion && raw.prepare('SELECT 1 FROM heads LIMIT 1').get() !== undefined

/**
 * Writes down that no newest head is beside a database that has heads, once, and puts it there; whether it did. Where the
 * file cannot be written nothing is written down: it would be anew at every opening. Fails with `store.*`.
 */
export const markFound = (database: Database): Promise<Result<boolean>> =>
  database.write(async (tx) => {
    if (readNewestHead(database.path) !== null) return ok(false)
    const newest = await newestOf(tx)
    if (!newest.ok || newest.value === null) return ok(false)
    const { size, root, note } = newest.value
    try {
      writeNewestHead(database.path, note)
    } catch {
      return ok(false)
    }
    const facts = { source: null, replaced: null, newest: { size, root } }
    const said = await recordCopy(tx, 'desk.found', database.at(), facts)
    return said.ok ? ok(true) : said
  })
