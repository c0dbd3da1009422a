import { inflateSync } from 'node:zlib'
import { decodeQR } from 'qr/decode.js'
import { describe, expect, it } from 'vitest'
import { printable } from '../../electron/export/fonts.ts'
import { readHistory } from '../../electron/export/read-history.ts'
import { requestSheet } from '../../electron/export/request-sheet.ts'
import { sheetContent, type SheetContent } from '../../electron/export/sheet-content.ts'
import { toldRequest } from '../../electron/export/told-request.ts'
import { failureOf, valueOf } from '../store/support.ts'
import { usedDesk, type UsedDesk } from './used-desk.ts'

/** The drawing commands of all pages. */
function commandsOf(pdf: Uint8Array): string {
  const text = Buffer.from(pdf).toString('latin1')
  return [...text.matchAll(/stream\n([\s\S]*?)\nendstream/g)]
    .map(([, stream = '']) => {
      try {
        return inflateSync(Buffer.from(stream, 'latin1')).toString('latin1')
      } catch {
        return ''
      }
    })
    .filter((commands) => commands.includes(' re\n'))
    .join('\n')
}

/** What a reader makes of the squares in a PDF. */
function codeIn(pdf: Uint8Array): string {
  const squares = [...commandsOf(pdf).matchAll(/([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re\n/g)].map((found) =>
    found.slice(1, 5).map(Number),
  )
  const step = squares[0]?.[2] ?? 1
  const [left, top] = [0, 1].map((axis) => Math.min(...squares.map((square) => square[axis] ?? 0)))
  const cells = squares.map(([x = 0, y = 0]) => [
    Math.round((x - (left ?? 0)) / step),
    Math.round((y - (top ?? 0)) / step),
  ])
  const [quiet, scale] = [4, 4]
  const side = (Math.max(...cells.flat()) + 1 + 2 * quiet) * scale
  const data = new Uint8Array(side * side * 4).fill(255)
  for (const [column = 0, row = 0] of cells)
    for (let pixel = 0; pixel < scale * scale; pixel += 1) {
      const x = (column + quiet) * scale + (pixel % scale)
      const y = (row + quiet) * scale + Math.floor(pixel / scale)
      data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3)
    }
  return decodeQR({ width: side, height: side, data })
}

async function contentOf({ store, requests }: UsedDesk, place: number): Promise<SheetContent> {
  const id = requests[place] ?? ''
  const head = valueOf(await store.heads.sign())
  const [found] = valueOf(await readHistory(store.history, head.size, (one) => one === id)).requests
  if (!found) throw new Error('no such request')
  return sheetContent(valueOf(toldRequest(...found)), { mode: store.mode, chainId: store.chainId, head })
}

const joined = (groups: readonly string[]): string => `0x${groups.join('').toLowerCase()}`

describe('the sheet of a request', () => {
  it('has its digests in groups of four, as they are in the prepared request', async () => {
    const used = await usedDesk()
    const { store, requests } = used
    const [id = ''] = requests
    const { prepared } = valueOf(await store.requests.get(id))
    const digests = prepared['digests'] as Record<string, string>
    const { digests: shown, qr } = await contentOf(used, 0)
    for (const { groups } of shown)
      expect(groups).toSatisfy((all: string[]) => all.every((one) => one.length === 4))
    expect(shown.map(({ groups }) => joined(groups))).toEqual([
      digests['connectionId'],
      digests['domainHash'],
      digests['messageHash'],
      digests['digest'],
      digests['request'],
    ])
    expect(qr).toBe(digests['digest'])
  })

  it('has the rows that the device shows: the words, then what the venue takes', async () => {
    const { devices, from, to, practice } = await contentOf(await usedDesk(), 0)
    expect([from, to, practice]).toEqual(['5x cross', '10x cross', true])
    expect(devices).toHaveLength(2)
    expect(devices[0]?.rows[0]?.value).toContain('BTC leverage 5x -> 10x')
    expect(devices[1]?.rows.map(({ label }) => label)).toContain('connectionId')
  })

  it('tells what happened, as far as it has', async () => {
    const used = await usedDesk()
    const labels = async (place: number) => (await contentOf(used, place)).outcome.map(({ label }) => label)
    expect(await labels(0)).toEqual(['Prepared', 'Approval', 'Signature', 'Sent', 'Answered', 'State'])
    // Withdrawn after it was signed: until when the signature could be used.
    expect(await labels(1)).toEqual(['Prepared', 'Approval', 'Signature', 'State', 'What is left'])
    expect(await labels(2)).toEqual(['Prepared', 'Signature', 'Sent', 'Answered', 'State'])
    expect(await labels(3)).toEqual(['Prepared', 'State'])
  })

  it('names the rows that it was taken from by the head that is signed for them', async () => {
    const used = await usedDesk()
    const { note } = valueOf(await used.store.heads.sign())
    const [origin = '', rows, base64 = ''] = note.split('\n')
    const { foot, root } = await contentOf(used, 0)
    expect(foot).toContain(`from rows 1 to ${rows} of ${origin}`)
    expect(root).toBe(`root 0x${Buffer.from(base64, 'base64').toString('hex')}`)
    valueOf(await used.store.history.append({ kind: 'test.noted', body: {} }))
    valueOf(await requestSheet(used.store, used.requests[0] ?? ''))
    expect(valueOf(await used.store.heads.newest())?.size).toBe(Number(rows) + 1)
  })

  it('is a PDF whose code a reader reads as the digest', async () => {
    const used = await usedDesk()
    const { qr } = await contentOf(used, 2)
    const { fileName, pdf } = valueOf(await requestSheet(used.store, used.requests[2] ?? ''))
    expect(fileName).toBe(`countersign-sheet-${used.requests[2]}.pdf`)
    expect(Buffer.from(pdf).toString('latin1', 0, 5)).toBe('%PDF-')
    expect(codeIn(pdf)).toBe(qr)
  })

  it('is of a request that there is', async () => {
    const { store } = await usedDesk()
    const none = await requestSheet(store, '01ARZ3NDEKTSV4RRFFQ69G5FAV')
    expect(failureOf(none).code).toBe('request.unknown')
  })

  it('writes out what its fonts cannot draw, so that no character disappears', () => {
    expect(printable('Café "2" – ok')).toBe('Café "2" – ok')
    expect(printable('a\u202eb 名\u0000\n')).toBe(String.raw`a\u202eb \u540d\u0000\u000a`)
    expect(printable('x\ud800')).toBe(String.raw`x\ud800`)
  })
})
