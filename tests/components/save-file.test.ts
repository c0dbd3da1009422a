// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { saveHistory } from '../../renderer/components/history/save-file.ts'

afterEach(() => vi.restoreAllMocks())

it('an exported history is saved with its head beside it', async () => {
  const saved: (readonly [name: string, content: Promise<string>])[] = []
  let blob = new Blob()
  vi.spyOn(URL, 'createObjectURL').mockImplementation((made) => {
    if (made instanceof Blob) blob = made
    return 'blob:one'
  })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push([this.download, blob.text()])
  })
  saveHistory({
    fileName: 'countersign-history-2026-11-20.jsonl',
    rows: new Blob(['rows\n']),
    head: 'note\n',
  })
  expect(await Promise.all(saved.map(async ([name, content]) => [name, await content]))).toEqual([
    ['countersign-history-2026-11-20.jsonl', 'rows\n'],
    ['countersign-history-2026-11-20.checkpoint.txt', 'note\n'],
  ])
})
