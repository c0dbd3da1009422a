/**
 * The heads of the history: signed, kept, proven and exported. A head is of all rows at the moment of one transaction,
 * and is only signed when the rows still have the root of the head before it, and the rows after that verify.
 */
import { dirname } from 'node:path'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { fromHex, toHex } from '../../shared/hex.ts'
import { canonicalJson, readCanonicalObject } from '../../shared/history/canonical-json.ts'
import { checkpointText, originOf, readCheckpoint, type Checkpoint } from '../../shared/history/checkpoint.ts'
import { readLedgerHead, type LedgerHead } from '../../shared/history/ledger-head.ts'
import { consistencyRanges, inclusionRanges } from '../../shared/history/merkle-proof.ts'
import { consistencyText, inclusionText } from '../../shared/history/proof-text.ts'
import type { Database, Tx } from './database.ts'
import { createHeadTree, rangeRoot, type HeadTree, type SizedRoot } from './head-tree.ts'
import { flawSince } from './prove.ts'
import { openHeadSigner } from './installation-key.ts'
import { record } from './history.ts'
import { readNewestHead, writeNewestHead } from './newest-head.ts'
import type { HeadStore, StoredHead } from './port.ts'
import type { HeadsTable } from './schema.ts'

/** A head as the table has it. Fails with `history.headDiffers` where its columns contradict each other. */
export function headFrom(row: HeadsTable): Result<StoredHead> {
  const { size, root, note, key, ledger } = row
  const read = readCheckpoint(note)
  const signed = ledger === null ? null : readLedgerHead(readCanonicalObject(ledger))
  const differs =
    typeof read === 'string' ||
    read.size !== size ||
    toHex(read.root) !== root ||
    (ledger === null) !== (signed === null)
  if (differs) return fail('history.headDiffers', { size })
  return ok({ size, root, note, key, signedAt: row.signed_at, ledger: signed })
}

/** The newest head within a transaction; null when none was signed yet. */
export async function newestOf(db: Pick<Tx, 'selectFrom'>): Promise<Result<StoredHead | null>> {
  const row = await db.selectFrom('heads').selectAll().orderBy('size', 'desc').limit(1).executeTakeFirst()
  return row ? headFrom(row) : ok(null)
}

function signNote(database: Database, { size, root }: SizedRoot): Result<StoredHead> {
  const origin = originOf(database.chainId)
  const signer = openHeadSigner(dirname(database.path), origin)
  if (!signer.ok) return signer
  const note = signer.value.sign(checkpointText({ origin, size, root: fromHex(root) }))
  return ok({ size, root, note, signedAt: database.at(), key: signer.value.vkey, ledger: null })
}

async function headAt(tx: Tx, database: Database, size: number): Promise<Result<StoredHead>> {
  const row = await tx.selectFrom('heads').selectAll().where('size', '=', size).executeTakeFirst()
  if (row) return headFrom(row)
  return signNote(database, { size, root: toHex(rangeRoot(database.raw, { start: 0, end: size })) })
}

async function signIn(tx: Tx, database: Database, tree: HeadTree): Promise<Result<StoredHead>> {
  const newest = await newestOf(tx)
  if (!newest.ok) return newest
  const now = tree.advance(newest.value)
  if (now === null) return fail('history.headDiffers', { size: newest.value?.size ?? 0 })
  if (newest.value?.size === now.size) return ok(newest.value)
  const wrong = flawSince(database.raw, newest.value?.size ?? 0)
  if (wrong !== null) return fail('history.rowAltered', { row: wrong.seq, kind: wrong.kind })
  const head = signNote(database, now)
  if (!head.ok) return head
  const { signedAt, ...same } = head.value
  await tx
    .insertInto('heads')
    .values({ ...same, signed_at: signedAt, ledger: null })
    .execute()
  return head
}

/** Signs a head of all rows of a database that nobody else has open. Fails as `HeadStore.sign` does. */
export const signAll = (database: Database): Promise<Result<StoredHead>> =>
  database.write((tx) => signIn(tx, database, createHeadTree(database.raw)))

async function keepLedger(tx: Tx, size: number, ledger: LedgerHead): Promise<Result<StoredHead>> {
  const row = await tx.selectFrom('heads').selectAll().where('size', '=', size).executeTakeFirst()
  const head = row ? headFrom(row) : fail('history.headDiffers', { size })
  if (!head.ok) return head
  if (head.value.ledger !== null)
    return fail('history.headSigned', { size, signer: head.value.ledger.signer })
  const text = canonicalJson({ ...ledger })
  if (!text.ok) return text
  await tx.updateTable('heads').set({ ledger: text.value }).where('size', '=', size).execute()
  return ok({ ...head.value, ledger })
}

/**
 * Keeps the newest head of all processes beside the database: under the write lock, so that no older one follows it.
 * Fails with `store.unusable` where that cannot be written; the file then stays as it is, which is right as well.
 */
export const keepNewest = (database: Database): Promise<Result<StoredHead | null>> =>
  database.write(async (tx) => {
    const newest = await newestOf(tx)
    if (!newest.ok || newest.value === null) return newest
    const { size, root, note } = newest.value
    const kept = readNewestHead(database.path)
    if (kept?.size !== size || toHex(kept.root) !== root) writeNewestHead(database.path, note)
    return newest
  })

/** Whether an older head, of this or another desk, is of the rows that are here. */
function ownFlaw(database: Database, { origin, size, root }: Checkpoint, count: number): string | null {
  if (origin !== originOf(database.chainId)) return 'it is of another history.'
  if (size > count) return `it has ${size} rows; this history has ${count}, so rows were cut off its end.`
  const here = rangeRoot(database.raw, { start: 0, end: size })
  return toHex(here) === toHex(root) ? null : `the first ${size} rows are not those that it was signed for.`
}

/** Rows of heads per piece of an export. */
const pieceSize = 500

const headLine = (note: string, ledger: string | null): string =>
  `{${ledger === null ? '' : `"ledger":${ledger},`}"note":${JSON.stringify(note)}}\n`

/** The line of a head that may be in no table. */
function lastLine({ note, ledger }: StoredHead): Result<string> {
  const text = ledger === null ? ok(null) : canonicalJson({ ...ledger })
  return text.ok ? ok(headLine(note, text.value)) : text
}

async function* exportLines(database: Database, last: StoredHead): AsyncGenerator<Result<string>, void> {
  let done = 0
  while (true) {
    const after = done
    const piece = await database.read(async (db) =>
      ok(
        await db
          .selectFrom('heads')
          .selectAll()
          .where('size', '>', after)
          .where('size', '<', last.size)
          .orderBy('size')
          .limit(pieceSize)
          .execute(),
      ),
    )
    if (!piece.ok) return yield piece
    const newest = piece.value.at(-1)
    if (!newest) break
    yield ok(piece.value.map(({ note, ledger }) => headLine(note, ledger)).join(''))
    done = newest.size
  }
  yield lastLine(last)
}

/** The heads of an open database. */
export function headStore(database: Database): HeadStore {
  const tree = createHeadTree(database.raw)
  let isKept = true

  /** That it cannot be kept beside the database undoes nothing; it is noted when it begins. */
  const keep = async (): Promise<void> => {
    const kept = await keepNewest(database)
    if (!kept.ok && isKept) {
      const { code, message } = kept.error
      const row = { at: database.at(), kind: 'head.failed', requestId: null, body: { code, message } }
      await database.write((tx) => record(tx, row))
    }
    isKept = kept.ok
  }

  const sign = async (): Promise<Result<StoredHead>> => {
    const signed = await database.write((tx) => signIn(tx, database, tree))
    if (signed.ok) await keep()
    return signed
  }

  return {
    sign,
    addLedger: (size, ledger) => database.write((tx) => keepLedger(tx, size, ledger)),
    newest: () => database.read(newestOf),
    at: (size) => database.write((tx) => headAt(tx, database, size)),
    keys: () =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('heads')
          .select(({ fn }) => ['key', fn.max('size').as('last')])
          .groupBy('key')
          .orderBy('last', 'desc')
          .execute()
        return ok(rows.map(({ key }) => key))
      }),
    export: (last) => exportLines(database, last),
    inclusion: async (seq) => {
      const head = await sign()
      if (!head.ok) return head
      const { size, note } = head.value
      if (seq < 1 || seq > size) return fail('history.noRow', { row: seq, count: size })
      return database.read(async () => {
        const hashes = inclusionRanges(seq - 1, size).map((range) => rangeRoot(database.raw, range))
        return ok(inclusionText(seq - 1, hashes, note))
      })
    },
    consistency: async (older) => {
      const head = await sign()
      if (!head.ok) return head
      const { size, note } = head.value
      return database.read(async () => {
        const detail = ownFlaw(database, older, size)
        if (detail !== null) return fail('history.badHead', { detail })
        const hashes = consistencyRanges(older.size, size).map((range) => rangeRoot(database.raw, range))
        return ok(consistencyText(older.size, hashes, note))
      })
    },
  }
}
