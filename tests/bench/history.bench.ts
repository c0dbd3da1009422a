/**
 * Prints what the history costs over plain SQLite: `npx node tests/bench/history.bench.ts [ROWS]`. Ratios only;
 * nothing is asserted, because absolute figures say more about the machine than about the code.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { fromLine, toLine } from '../../shared/history/jsonl.ts'
import { nextRow, type HistoryHead } from '../../shared/history/chain.ts'
import { createVerifier, verifyHistory } from '../../shared/history/verify.ts'
import { nativeSha256 } from '../../electron/store/hashing.ts'
import { historyStore, rowFrom } from '../../electron/store/history.ts'
import { openDatabase, type Database } from '../../electron/store/database.ts'
import type { HistoryTable } from '../../electron/store/schema.ts'

const rows = Number(process.argv[2] ?? 100_000)
const appends = 1000
const dir = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
const body = { digest: `0x${'d1'.repeat(32)}`, filler: 'x'.repeat(380), from: 'approved' }

/** Rows per second, the best of three. */
const rate = async (count: number, work: () => unknown): Promise<number> => {
  const seconds: number[] = []
  for (let run = 0; run < 3; run++) {
    const start = performance.now()
    await work()
    seconds.push((performance.now() - start) / 1000)
  }
  return count / Math.min(...seconds)
}

const print = (what: string, perSecond: number, baseline: number): void => {
  const ratio = (baseline / perSecond).toFixed(2)
  process.stdout.write(
    `${what.padEnd(58)} ${Math.round(perSecond).toString().padStart(9)} rows/s  ${ratio} x\n`,
  )
}

const open = async (name: string): Promise<Database> => {
  const opened = await openDatabase(join(dir, name, 'countersign.db'), 'practice', Date.now)
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

const insertSql =
  'INSERT INTO history (seq, at, kind, request_id, body, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)'

const fill = (database: Database): void => {
  const insert = database.raw.prepare(insertSql)
  const text = JSON.stringify(body)
  database.raw.transaction(() => {
    let head = database.raw.prepare<[], HistoryHead>('SELECT seq, hash FROM history').get() ?? null
    while ((head?.seq ?? 0) < rows) {
      const content = {
        at: database.at(),
        kind: 'test.noted',
        requestId: '01M7WC0H1YX2AJGSPS5ASKAS7V',
        body: text,
      }
      const row = nextRow(head, content, nativeSha256)
      insert.run(row.seq, row.at, row.kind, row.requestId, row.body, row.prevHash, row.hash)
      head = row
    }
  })()
}

const mustVerify = (verdict: { readonly ok: boolean }): void => {
  if (!verdict.ok) throw new Error('the history of the benchmark does not verify')
}

const verify = async (database: Database): Promise<void> => {
  const select = database.raw.prepare<[], HistoryTable>('SELECT * FROM history ORDER BY seq')
  const stored = select.all().map(rowFrom)
  const lines = stored.map((row) => toLine(row).slice(0, -1))
  const plain = await rate(rows, () => {
    let bytes = 0
    for (const row of select.iterate()) bytes += row.body.length
    return bytes
  })
  const fromTable = function* () {
    for (const row of select.iterate()) yield rowFrom(row)
  }
  print('read rows with a plain SELECT', plain, plain)
  print(
    'read and verify them, SHA-256 of Node',
    await rate(rows, () => mustVerify(verifyHistory(fromTable(), { sha256: nativeSha256 }))),
    plain,
  )
  print(
    'read and verify them, portable SHA-256',
    await rate(rows, () => mustVerify(verifyHistory(fromTable()))),
    plain,
  )
  print(
    'parse and verify an export',
    await rate(rows, () => {
      const verifier = createVerifier({ sha256: nativeSha256 })
      for (const line of lines) {
        const row = fromLine(line)
        if (typeof row === 'string') throw new Error(row)
        verifier.push(row)
      }
      mustVerify(verifier.end())
    }),
    plain,
  )
}

const append = async (): Promise<void> => {
  const raw = new BetterSqlite(join(dir, 'raw.db'))
  raw.pragma('journal_mode = WAL')
  raw.pragma('synchronous = FULL')
  raw.exec('CREATE TABLE history (seq INTEGER PRIMARY KEY, at, kind, request_id, body, prev_hash, hash) ')
  const insert = raw.prepare(insertSql)
  const text = JSON.stringify(body)
  const plain = await rate(appends, () => {
    for (let n = 0; n < appends; n++)
      insert.run(null, 'now', 'test.noted', null, text, body.digest, body.digest)
  })
  raw.close()
  const database = await open('append')
  const history = historyStore(database)
  const chained = await rate(appends, async () => {
    for (let n = 0; n < appends; n++) await history.append({ kind: 'test.noted', body })
  })
  await database.close()
  print('append a durable row with plain better-sqlite3', plain, plain)
  print('append a durable row to the history', chained, plain)
}

try {
  const database = await open('verify')
  fill(database)
  await verify(database)
  await database.close()
  await append()
} finally {
  rmSync(dir, { recursive: true, force: true })
}
