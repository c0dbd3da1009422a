import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { nativeHasher, nativeSha256 } from '../../electron/store/hashing.ts'
import { nativeRecoverAddress } from '../../electron/store/native-signatures.ts'
import { nextRow, type HistoryRow } from '../../shared/history/chain.ts'
import { fromLine } from '../../shared/history/jsonl.ts'
import { createReplay } from '../../shared/history/replay.ts'
import { verifyLog, type LogOptions, type VerifiedLog } from '../../shared/history/verify-log.ts'
import { wholeHistory } from '../support/whole-desk.ts'
import { altered } from '../support/altered.ts'

const root = mkdtempSync(join(tmpdir(), 'countersign-before-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const native: LogOptions = { sha256: nativeSha256, hasher: nativeHasher, recover: nativeRecoverAddress }

function rowOf(line: string): HistoryRow {
  const row = fromLine(line)
  if (typeof row === 'string') throw new Error(row)
  return row
}

function logOf(rows: readonly HistoryRow[]): VerifiedLog {
  let log: VerifiedLog | null = null
  const proof = verifyLog(rows, [], { ...native, verified: (now) => (log = now) })
  if (!proof.ok || log === null) throw new Error('it verifies')
  return log
}

/** Verifies the rows after the first `count`, which are known. */
function added(rows: readonly HistoryRow[], count: number, log = logOf(rows.slice(0, count))) {
  const [old, fresh] = [rows.slice(0, count), rows.slice(count)]
  const about = new Set(fresh.map(({ requestId }) => requestId))
  const context = old.filter(({ requestId }) => requestId === null || about.has(requestId))
  const replay = createReplay({ sha256: nativeSha256, isPartial: true })
  let now: VerifiedLog | null = null
  const proof = verifyLog(fresh, [], {
    ...native,
    replay,
    since: { log, context },
    verified: (verified) => (now = verified),
  })
  return { proof, log: now as VerifiedLog | null }
}

describe('a history of every kind of which a part was verified before', () => {
  let rows: readonly HistoryRow[] = []

  it('comes to the same after each of its rows', { timeout: 120_000 }, async () => {
    rows = (await wholeHistory(root)).lines.map(rowOf)
    const whole = logOf(rows)
    let tried = 0
    for (let count = 1; count <= rows.length; count += 3) {
      const { proof, log } = added(rows, count)
      expect(proof, `after ${count} rows`).toMatchObject({ ok: true, count: rows.length })
      expect(log).toEqual(whole)
      tried += 1
    }
    expect(tried).toBeGreaterThan(10)
  })

  it('does not verify where a new row, or one that it needs, was edited', () => {
    const place = rows.findLastIndex(({ kind }) => kind === 'request.applied')
    const step = rows[place]
    if (!step) throw new Error('something was applied')
    const log = logOf(rows.slice(0, place))
    const later = rows.with(place, { ...step, body: altered(step.body, /"from":"\w+"/, '"from":"signed"') })
    expect(added(later, place, log).proof).toMatchObject({ ok: false, row: place + 1 })
    const first = rows.findIndex(({ requestId }) => requestId === step.requestId)
    const prepared = rows[first]
    if (!prepared) throw new Error('it was prepared')
    const before = rows.with(first, { ...prepared, body: `${prepared.body} ` })
    expect(added(before, place, log).proof).toMatchObject({ ok: false, row: first + 1 })
  })

  it('does not verify where a new row, rightly chained, cannot follow', () => {
    const applied = rows.findLast(({ kind }) => kind === 'request.applied')
    const newest = rows.at(-1)
    if (!applied || !newest) throw new Error('something was applied')
    const again = nextRow(newest, { ...applied }, nativeSha256)
    expect(added([...rows, again], rows.length).proof).toMatchObject({ ok: false, row: rows.length + 1 })
  })
})
