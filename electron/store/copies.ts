/** What a desk that was made from a copy knows of it: a row of its history, and the requests that were open in it. */
import { sql, type Kysely } from 'kysely'
import type { Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { HistoryRow } from '../../shared/history/chain.ts'
import type { CopyKind } from '../../shared/copies.ts'
import { isEnded } from '../../shared/request-state.ts'
import type { Tx } from './database.ts'
import { record } from './history.ts'
import type { RequestsTable, Schema } from './schema.ts'

/** A row that says that the history goes on in a copy. */
export interface CopyRow {
  readonly seq: number
  readonly at: string
}

/** The newest row that says so; null where this is no copy. The index `history_copies` has no other rows. */
export async function newestCopy(db: Kysely<Schema>): Promise<CopyRow | null> {
  const { rows } = await sql<CopyRow>`
    SELECT seq, at FROM history WHERE kind GLOB 'desk.*' ORDER BY seq DESC LIMIT 1`.execute(db)
  return rows[0] ?? null
}

/** When the copy was made in which a request was open; null where it was not, or is over. */
export async function frozenSince(
  db: Kysely<Schema>,
  { id, state }: Pick<RequestsTable, 'id' | 'state'>,
  copy: CopyRow | null,
): Promise<string | null> {
  if (copy === null || isEnded(state)) return null
  const first = await db
    .selectFrom('history')
    .select('seq')
    .where('request_id', '=', id)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return first && first.seq < copy.seq ? copy.at : null
}

/** Writes down within a transaction that this is a copy, and which requests are frozen by that. */
export async function recordCopy(
  tx: Tx,
  kind: CopyKind,
  at: string,
  facts: JsonObject,
): Promise<Result<HistoryRow>> {
  const rows = await tx.selectFrom('requests').select(['id', 'state']).orderBy('id').execute()
  const frozen = rows.filter(({ state }) => !isEnded(state)).map(({ id }) => id)
  return record(tx, { at, kind, requestId: null, body: { ...facts, frozen } })
}
