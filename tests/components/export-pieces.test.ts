// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { DeskClient } from '../../renderer/state/client.ts'
import { History } from '../../renderer/state/history.svelte.ts'
import { ok } from '../../shared/errors.ts'

const line = (row: number): string => `row ${row}\n`

/** A desk whose export has so many rows, and which gives two of them at once. */
function deskOf(count: number, asked: number[], before: () => void = () => undefined): DeskClient {
  const history = {
    export: () => Promise.resolve(ok({ fileName: 'a.jsonl', head: 'note', count, waiting: 0 })),
    exportRows: ({ after, upTo }: { after: number; upTo: number }) => {
      asked.push(after)
      before()
      const last = Math.min(after + 2, upTo)
      const text = Array.from({ length: last - after }, (_, place) => line(after + place + 1)).join('')
      return Promise.resolve(ok({ text, last }))
    },
  }
  return { history } as unknown as DeskClient
}

describe('an export of the window', () => {
  it('comes piece by piece, each asked for when the one before is there, and is whole', async () => {
    const asked: number[] = []
    const answer = await new History(() => deskOf(5, asked)).export(false)
    if (!answer.ok || answer.value === null) throw new Error('it was not stopped')
    expect(await answer.value.rows.text()).toBe([1, 2, 3, 4, 5].map(line).join(''))
    expect(answer.value).toMatchObject({ fileName: 'a.jsonl', head: 'note' })
    expect(asked).toEqual([0, 2, 4])
  })

  it('asks for no more once it is stopped, and gives nothing to save', async () => {
    const asked: number[] = []
    const history = new History(() => deskOf(100, asked, () => asked.length === 2 && history.stopExport()))
    expect(await history.export(false)).toEqual({ ok: true, value: null })
    expect(asked).toEqual([0, 2])
    expect(history.exporting).toBeNull()
  })
})
