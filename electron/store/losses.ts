/** Compares the database of a desk with a backup that is to take its place: what it knows more. Nothing is changed. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type BetterSqlite from 'better-sqlite3'
import { readCanonicalObject } from '../../shared/history/canonical-json.ts'
import { lostRequestText, lostRowText, type Losses } from '../../shared/losses.ts'
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import { readNewestHead } from './newest-head.ts'
import { databaseName } from './open-store.ts'
import { withSnapshot } from './snapshot.ts'

/** How many requests and other things are told. */
const told = 20

const hashAt = (raw: BetterSqlite.Database) => {
  const find = raw.prepare<[number], string>('SELECT hash FROM history WHERE seq = ?').pluck()
  return (seq: number): string | undefined => find.get(seq)
}

const countIn = (raw: BetterSqlite.Database): number =>
  raw.prepare<[], number>('SELECT max(seq) FROM history').pluck().get() ?? 0

/** The last row that two histories share; each row hangs on the one before it. */
function sharedRows(a: BetterSqlite.Database, b: BetterSqlite.Database): number {
  const [inA, inB] = [hashAt(a), hashAt(b)]
  let shared = 0
  let beyond = Math.min(countIn(a), countIn(b)) + 1
  while (beyond - shared > 1) {
    const middle = Math.floor((shared + beyond) / 2)
    if (inA(middle) !== undefined && inA(middle) === inB(middle)) shared = middle
    else beyond = middle
  }
  return shared
}

interface LostRow {
  readonly kind: string
  readonly request_id: string | null
}

/** What rows after `shared` tell, the newest first, each request once and as it stands. */
function linesAfter(raw: BetterSqlite.Database, shared: number): readonly string[] {
  const rows = raw
    .prepare<[number], LostRow>('SELECT kind, request_id FROM history WHERE seq > ? ORDER BY seq DESC')
    .all(shared)
  const find = raw.prepare<[string], { prepared: string; state: string }>(
    'SELECT prepared, state FROM requests WHERE id = ?',
  )
  const seen = new Set<string>()
  return rows.flatMap(({ kind, request_id: id }) => {
    if (id === null) return lostRowText(kind) ?? []
    if (seen.has(id)) return []
    seen.add(id)
    const row = find.get(id)
    const prepared = row && readPreparedRequest(readCanonicalObject(row.prepared), id)
    return prepared?.ok ? lostRequestText(id, prepared.value, row?.state ?? '') : `a request (${id})`
  })
}

function lossesIn(copy: BetterSqlite.Database, there: BetterSqlite.Database, kept: number): Losses {
  const shared = sharedRows(copy, there)
  const lines = linesAfter(there, shared)
  // More rows than the database has were beside it once: they are lost already.
  const rows = Math.max(countIn(there), kept) - shared
  return { rows, lines: lines.slice(0, told), more: Math.max(0, lines.length - told) }
}

const nothing: Losses = { rows: 0, lines: [], more: 0 }
const unknown: Losses = { rows: null, lines: [], more: 0 }

async function compared(copy: BetterSqlite.Database, database: string, kept: number): Promise<Losses> {
  try {
    return await withSnapshot(database, (there) => lossesIn(copy, there, kept))
  } catch {
    return unknown
  }
}

/**
 * What the database in a desk's folder knows more than a backup. Where that database cannot be read, this is what it says; a
 * backup that cannot be read loses nothing, for it is not restored.
 */
export async function lossesOf(backup: string, dir: string): Promise<Losses> {
  const database = resolve(dir, databaseName)
  const kept = readNewestHead(database)?.size ?? 0
  if (!existsSync(database)) return kept === 0 ? nothing : unknown
  try {
    return await withSnapshot(backup, async (copy) => {
      copy.prepare('SELECT 1 FROM history LIMIT 1').get()
      return compared(copy, database, kept)
    })
  } catch {
    return nothing
  }
}
