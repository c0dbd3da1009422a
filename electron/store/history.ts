/**
 * The history table: the only place that appends to it. A row is chained to the newest one under the write lock, so
 * two processes cannot both follow the same row.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { ok, type Result } from '../../shared/errors.ts'
import { canonicalJson, type JsonObject } from '../../shared/history/canonical-json.ts'
import { nextRow, type HistoryHead, type HistoryRow } from '../../shared/history/chain.ts'
import { toLine } from '../../shared/history/jsonl.ts'
import type { Database, Tx } from './database.ts'
import { nativeSha256 } from './hashing.ts'
import type { HistoryPiece, HistoryStore } from './port.ts'
import type { HistoryTable, Schema } from './schema.ts'

/** Rows per piece of an export: well below a megabyte, and a few milliseconds. */
const pieceSize = 500

const ownKind =
  /^(?!(?:history|account|key|request|approval|permit|revocation|submission|desk)\.)[a-z]+(?:\.[a-zA-Z]+)+$/

/** A row as the table has it. */
export const rowFrom = (row: HistoryTable): HistoryRow => ({
  seq: row.seq,
  at: row.at,
  kind: row.kind,
  requestId: row.request_id,
  body: row.body,
  prevHash: row.prev_hash,
  hash: row.hash,
})

/** The newest row; null only while the database is being made. */
export const newestOf = async (db: Kysely<Schema>): Promise<HistoryHead | null> =>
  (await db
    .selectFrom('history')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()) ?? null

/** Appends a row within a transaction. Fails with `input.badField` when the body is not exact JSON. */
export async function record(
  tx: Tx,
  event: {
    readonly at: string
    readonly kind: string
    readonly requestId: string | null
    readonly body: JsonObject
  },
): Promise<Result<HistoryRow>> {
  const body = canonicalJson(event.body)
  if (!body.ok) return body
  const row = nextRow(await newestOf(tx), { ...event, body: body.value }, nativeSha256)
  await tx
    .insertInto('history')
    .values({
      seq: row.seq,
      at: row.at,
      kind: row.kind,
      request_id: row.requestId,
      body: row.body,
      prev_hash: row.prevHash,
      hash: row.hash,
    })
    .execute()
  return ok(row)
}

const pieceOf = (database: Database, after: number, upTo: number): Promise<Result<HistoryPiece>> =>
  database.read(async (db) => {
    const rows = await db
      .selectFrom('history')
      .selectAll()
      .where('seq', '>', after)
      .where('seq', '<=', upTo)
      .orderBy('seq')
      .limit(pieceSize)
      .execute()
    return ok({ text: rows.map((row) => toLine(rowFrom(row))).join(''), last: rows.at(-1)?.seq ?? after })
  })

async function* exportRows(database: Database, upTo = Infinity): AsyncGenerator<Result<string>, void> {
  const newest = await database.read(async (db) => ok(await newestOf(db)))
  if (!newest.ok) return yield newest
  const last = Math.min(newest.value?.seq ?? 0, upTo)
  // Rows never change, so reading them piece by piece gives the same as reading them at once, and blocks nobody.
  for (let done = 0; done < last;) {
    const piece = await pieceOf(database, done, last)
    if (!piece.ok) return yield piece
    if (piece.value.last === done) return
    done = piece.value.last
    yield ok(piece.value.text)
    // Whoever else waits in this process is served between two pieces.
    await turn()
  }
}

/** The history of an open database. */
export const historyStore = (database: Database): HistoryStore => ({
  append: ({ kind, requestId, body }) => {
    if (!ownKind.test(kind)) throw new Error(`"${kind}" is not a kind that may be appended`)
    return database.write((tx) => record(tx, { at: database.at(), kind, requestId: requestId ?? null, body }))
  },
  list: ({ requestId, kinds, limit = 100, before } = {}) =>
    database.read(async (db) => {
      let query = db.selectFrom('history').selectAll().orderBy('seq', 'desc').limit(limit)
      if (requestId !== undefined) query = query.where('request_id', '=', requestId)
      if (kinds !== undefined) query = query.where('kind', 'in', kinds)
      if (before !== undefined) query = query.where('seq', '<', before)
      return ok((await query.execute()).map(rowFrom))
    }),
  head: () =>
    database.read(async (db) => {
      const head = await newestOf(db)
      if (!head) throw new Error('a history has at least one row')
      return ok(head)
    }),
  piece: (after, upTo) => pieceOf(database, after, upTo),
  export: (upTo) => exportRows(database, upTo),
})
