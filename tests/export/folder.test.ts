import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Stopped, watchOf } from '../../electron/work/watch.ts'
import { exportFolder } from '../../electron/export/folder.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { failureOf, tamper, tempDir, valueOf } from '../store/support.ts'
import { formulaName, jsonlOf, usedDesk } from './used-desk.ts'

/** The cells of a CSV text (RFC 4180), read without our code. */
function readCsv(text: string): string[][] {
  const cells = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n)/g
  const lines: string[][] = [[]]
  for (const [, cell = '', end] of text.matchAll(cells)) {
    lines.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    if (end === '\r\n') lines.push([])
  }
  return lines.slice(0, -1)
}

describe('an exported folder', () => {
  it('holds every row, every request with its state and outcome, and where asked a sheet of each', async () => {
    const { store, requests } = await usedDesk()
    const path = join(tempDir(), 'audit')
    const facts = valueOf(await exportFolder(store, path, { withSheets: true }))
    const head = valueOf(await store.history.head())
    expect(facts).toEqual({
      path,
      rows: head.seq,
      head: head.hash,
      requests: requests.length,
      sheets: requests.length,
      waiting: 0,
      usable: [],
    })
    expect(readFileSync(join(path, 'history.jsonl'), 'utf8')).toBe(await jsonlOf(store))
    expect(valueOf(await verifyHistoryFile(join(path, 'history.jsonl'))).count).toBe(head.seq)
    expect(readdirSync(join(path, 'sheets')).toSorted()).toEqual(requests.map((id) => `${id}.pdf`).toSorted())

    const [header = [], ...lines] = readCsv(readFileSync(join(path, 'requests.csv'), 'utf8'))
    const column = (name: string) => lines.map((line) => line[header.indexOf(name)])
    expect(lines).toHaveLength(requests.length)
    expect(column('request')).toEqual(requests)
    expect(column('state')).toEqual(['applied', 'withdrawn', 'unknown', 'prepared'])
    expect(column('outcome')).toEqual(['accepted', '', 'unknown', ''])
    expect(column('approval')).toEqual(['text', 'typedData', '', ''])
    expect(column('venue')).toEqual(['hyperliquid', 'hyperliquid', 'compass', 'hyperliquid'])
    expect(column('to_leverage')).toEqual(['10', '7', '3', '20'])
    for (const line of lines) expect(line).toHaveLength(header.length)
    const [, size, root = ''] = readFileSync(join(path, 'checkpoint.txt'), 'utf8').split('\n')
    expect(new Set(column('head_rows'))).toEqual(new Set([size]))
    expect(new Set(column('head_root'))).toEqual(
      new Set([`0x${Buffer.from(root, 'base64').toString('hex')}`]),
    )
    const stored = valueOf(await store.requests.list())
    expect(column('digest').toSorted()).toEqual(stored.map(({ digest }) => digest).toSorted())
  })

  it('has no sheets unless they are asked for', async () => {
    const { store } = await usedDesk()
    const path = join(tempDir(), 'audit')
    expect(valueOf(await exportFolder(store, path)).sheets).toBe(0)
    expect(existsSync(join(path, 'sheets'))).toBe(false)
  })

  it('is not there where it is stopped on its way', async () => {
    const { store } = await usedDesk()
    const dir = tempDir()
    const watch = watchOf({ signal: AbortSignal.abort() })
    const stopped = exportFolder(store, join(dir, 'audit'), { withSheets: true, watch })
    await expect(stopped).rejects.toBeInstanceOf(Stopped)
    expect(readdirSync(dir)).toEqual([])
  })

  it('gives a spreadsheet nothing to run', async () => {
    const { store } = await usedDesk()
    const path = join(tempDir(), 'audit')
    valueOf(await exportFolder(store, path))
    const csv = readFileSync(join(path, 'requests.csv'), 'utf8')
    expect(csv).toContain(`"'${formulaName.replaceAll('"', '""')}"`)
    for (const cell of readCsv(csv).flat()) expect(cell).not.toMatch(/^\s*[=+\-@|%]/)
  })

  it('is for its owner only, and whole or not there', async () => {
    const { store } = await usedDesk()
    const dir = tempDir()
    const path = join(dir, 'audit')
    valueOf(await exportFolder(store, path))
    expect((statSync(path).mode & 0o777).toString(8)).toBe('700')
    expect((statSync(join(path, 'history.jsonl')).mode & 0o777).toString(8)).toBe('600')
    expect(failureOf(await exportFolder(store, path)).code).toBe('store.exists')
    mkdirSync(join(dir, 'other'))
    writeFileSync(join(dir, 'file'), 'precious')
    expect(failureOf(await exportFolder(store, join(dir, 'file', 'audit'))).code).toBe('store.unusable')
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('precious')
  })

  it('is not made of a history that does not verify', async () => {
    const { store } = await usedDesk()
    const dir = tempDir()
    tamper(store.path, `UPDATE history SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 3`)
    const failure = failureOf(await exportFolder(store, join(dir, 'audit')))
    expect([failure.code, failure.message]).toEqual(['history.broken', expect.stringContaining('row 3')])
    expect(readdirSync(dir)).toEqual([])
    expect(existsSync(join(dir, 'audit'))).toBe(false)
  })
})
