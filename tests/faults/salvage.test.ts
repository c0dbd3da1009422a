import {
  copyFileSync,
  existsSync,
  openSync,
  closeSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runSalvage } from '../../electron/cli/commands/salvage.ts'
import { importHistory } from '../../electron/store/import.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { newStore, tempDir, valueOf } from '../store/support.ts'

/** A closed database of 31 rows, most of them as large as a page. */
async function database(): Promise<string> {
  const store = await newStore(tempDir())
  for (let row = 0; row < 30; row += 1)
    valueOf(await store.history.append({ kind: 'test.noted', body: { row, text: 'x'.repeat(3_000) } }))
  await store.close()
  return store.path
}

/** The same with a page in its second half overwritten. */
async function damaged(): Promise<string> {
  const path = await database()
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, Math.floor((statSync(path).size * 0.9) / 4096) * 4096)
  closeSync(file)
  return path
}

let printed = ''
beforeEach(() => {
  printed = ''
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text)
      return true
    })
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = 0
})

describe('countersign salvage', () => {
  it('saves the rows that can be read of a damaged database, and leaves it as it was', async () => {
    const path = await damaged()
    const before = readFileSync(path)
    const out = join(tempDir(), 'rows.jsonl')
    await runSalvage(path, out, false)
    expect(printed).toMatch(/^Saved \d+ rows to /)
    expect(printed).toContain('could not be read')
    expect(readFileSync(path).equals(before)).toBe(true)
    const proof = valueOf(await verifyHistoryFile(out))
    expect(proof.count).toBeGreaterThan(3)
    expect(proof.count).toBeLessThan(31)
    expect(statSync(out).mode & 0o077).toBe(0)
  })

  it('saves rows that make a new desk', async () => {
    const path = await damaged()
    await runSalvage(path, undefined, true)
    const told = JSON.parse(printed) as { path: string; count: number; stopped: string | null }
    expect(told).toMatchObject({ path: `${path}.salvaged.jsonl`, stopped: expect.any(String) })
    const imported = valueOf(await importHistory(told.path, tempDir(), 'practice', Date.now()))
    expect(imported.count).toBe(told.count)
  })

  it('saves every row of a database that is whole, and says so', async () => {
    const path = await database()
    await runSalvage(path, undefined, true)
    expect(JSON.parse(printed)).toMatchObject({ count: 31, stopped: null })
  })

  it('overwrites nothing', async () => {
    const path = await damaged()
    const out = join(tempDir(), 'rows.jsonl')
    writeFileSync(out, 'mine')
    await runSalvage(path, out, true)
    expect(JSON.parse(printed)).toMatchObject({ error: { code: 'store.exists' } })
    expect(readFileSync(out, 'utf8')).toBe('mine')
    expect(process.exitCode).not.toBe(0)
  })

  it.each([
    ['is no database', 'not a database at all'],
    ['is empty', ''],
  ])('of a file that %s writes nothing and says why', async (_, text) => {
    const path = join(tempDir(), 'countersign.db')
    writeFileSync(path, text)
    await runSalvage(path, undefined, true)
    expect(JSON.parse(printed)).toMatchObject({ error: { code: 'store.unusable', outcome: 'not-sent' } })
    expect(existsSync(`${path}.salvaged.jsonl`)).toBe(false)
  })

  it('reads a copy that has no log beside it as it is', async () => {
    const path = await database()
    const copy = join(tempDir(), 'copy.db')
    copyFileSync(path, copy)
    await runSalvage(copy, undefined, true)
    expect(existsSync(`${copy}-wal`)).toBe(false)
    expect(JSON.parse(printed)).toMatchObject({ count: 31 })
  })
})
