import { describe, expect, it } from 'vitest'
import { fromLine } from '../../shared/history/jsonl.ts'
import { verifyHistory } from '../../shared/history/verify.ts'
import { failureOf, newDatabase, newStore, tempDir, valueOf } from './support.ts'
import { historyStore } from '../../electron/store/history.ts'

describe('the history', () => {
  it('opens with a row that names it and says practice or real', async () => {
    for (const mode of ['practice', 'real'] as const) {
      const store = await newStore(tempDir(), mode)
      const [row] = valueOf(await store.history.list())
      expect(row).toMatchObject({ seq: 1, kind: 'history.opened' })
      expect(JSON.parse(row?.body ?? '')).toEqual({
        chainId: store.chainId,
        format: 'countersign-history-1',
        mode,
      })
    }
  })

  it('lists the newest rows first, by request, in pages', async () => {
    const store = await newStore()
    for (const requestId of ['A', 'B', 'A', 'A']) {
      valueOf(await store.history.append({ kind: 'device.rejected', requestId, body: {} }))
    }
    const seqs = async (filter: object) => valueOf(await store.history.list(filter)).map(({ seq }) => seq)
    expect(await seqs({})).toEqual([5, 4, 3, 2, 1])
    expect(await seqs({ requestId: 'A' })).toEqual([5, 4, 2])
    expect(await seqs({ requestId: 'A', limit: 1, before: 5 })).toEqual([4])
  })

  it('takes no event that pretends to be a step of a request, nor one that is not exact JSON', async () => {
    const store = await newStore()
    for (const kind of [
      'request.applied',
      'submission.answered',
      'account.added',
      'history.opened',
      'desk.restored',
      'plain',
      'A.b',
      '',
    ]) {
      expect(() => store.history.append({ kind, body: {} })).toThrow('is not a kind')
    }
    const bad = await store.history.append({ kind: 'test.read', body: { n: Number.POSITIVE_INFINITY } })
    expect(failureOf(bad)).toMatchObject({ code: 'input.badField', field: 'n' })
  })

  it('appended to by many at once is one chain', async () => {
    const dir = tempDir()
    const [one, two] = [await newStore(dir), await newStore(dir)]
    const events = Array.from({ length: 60 }, (_, n) =>
      (n % 2 ? one : two).history.append({ kind: 'test.noted', body: { n } }),
    )
    for (const event of await Promise.all(events)) valueOf(event)
    const rows = valueOf(await one.history.list({ limit: 100 })).toReversed()
    expect(verifyHistory(rows)).toMatchObject({ ok: true, count: 61 })
  })
})

describe('an export', () => {
  it(
    'is every row up to the newest when it began, once, while others go on writing',
    { timeout: 60_000 },
    async () => {
      const database = await newDatabase()
      database.raw.pragma('synchronous = OFF') // only to write many rows soon
      const history = historyStore(database)
      for (let n = 0; n < 2100; n++) {
        valueOf(await history.append({ kind: 'test.noted', body: { n } }))
      }
      const lines: string[] = []
      for await (const piece of history.export()) {
        lines.push(...valueOf(piece).split('\n').slice(0, -1))
        valueOf(await history.append({ kind: 'test.noted', body: {} }))
      }
      const rows = lines.map(fromLine).filter((row) => typeof row !== 'string')
      expect(rows).toHaveLength(2101)
      expect(verifyHistory(rows)).toMatchObject({ ok: true, count: 2101 })
    },
  )
})
