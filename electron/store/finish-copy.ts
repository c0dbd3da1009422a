/**
 * A copy that was made beside its place becomes a desk's database: its history says that it is a copy and of what, no
 * nonce is used a second time, a head is signed, and then it takes the place, whole or not at all.
 */
import { renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import type { CopyKind } from '../../shared/copies.ts'
import { ok, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { companions } from './backup.ts'
import { recordCopy } from './copies.ts'
import { openDatabase } from './database.ts'
import { syncDir } from './files.ts'
import { signAll } from './heads.ts'
import { writeNewestHead } from './newest-head.ts'
import { maxAheadMs } from './nonces.ts'
import { withSnapshot } from './snapshot.ts'

/** Removes a database and all that SQLite keeps beside it. */
export const removeDatabase = (path: string): void => {
  for (const end of companions) rmSync(path + end, { force: true })
}

/** The highest nonce of a signer, as its row has it. */
interface UsedNonce {
  readonly signer: string
  readonly network: string
  readonly nonce: number
  readonly chosen_by: string
  readonly at: string
}

/** The highest nonce of each signer in a database; none where it cannot be read. */
export async function noncesOf(path: string): Promise<readonly UsedNonce[]> {
  try {
    return await withSnapshot(path, (raw) =>
      raw
        .prepare<[], UsedNonce>(
          'SELECT signer, network, max(nonce) AS nonce, chosen_by, at FROM used_nonces GROUP BY signer, network',
        )
        .all(),
    )
  } catch {
    return []
  }
}

/** From further ahead no desk and no venue takes one: it would push all later ones out of the venue's window. */
function carry(raw: BetterSqlite.Database, nonces: readonly UsedNonce[], nowMs: number): void {
  const use = raw.prepare(
    'INSERT OR IGNORE INTO used_nonces (signer, network, nonce, chosen_by, at) VALUES (?, ?, ?, ?, ?)',
  )
  for (const { signer, network, nonce, chosen_by, at } of nonces)
    if (nonce <= nowMs + maxAheadMs) use.run(signer, network, nonce, chosen_by, at)
}

/** What a copy is to know of itself. */
export interface CopyFacts {
  readonly kind: CopyKind
  readonly mode: HistoryMode
  readonly nowMs: number
  /** More for its row: of what it is a copy, and what it replaces. */
  readonly facts: JsonObject
  /** Nonces that what it replaces has used. */
  readonly nonces: readonly UsedNonce[]
}

/**
 * Has a database at `target` say that it is a copy, and gives the note of its head. It is migrated where it is of an
 * earlier version. Fails with `history.*` or `store.*`.
 */
export async function finishCopy(
  target: string,
  { kind, mode, nowMs, facts, nonces }: CopyFacts,
): Promise<Result<string>> {
  const opened = await openDatabase(target, mode, () => nowMs)
  if (!opened.ok) return opened
  const database = opened.value
  try {
    carry(database.raw, nonces, nowMs)
    const said = await database.write((tx) => recordCopy(tx, kind, database.at(), facts))
    if (!said.ok) return said
    const head = await signAll(database)
    return head.ok ? ok(head.value.note) : head
  } finally {
    await database.close()
  }
}

/** Puts a finished copy in the place of nothing. Throws what the file system throws. */
export function placeCopy(target: string, database: string, note: string): void {
  // Until the new database is there, this file says that one is lost, so that no empty one is made.
  writeNewestHead(database, note)
  renameSync(target, database)
  syncDir(dirname(database))
}
