import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { forgetBuilt, isBuilt, noteBuilt } from '../../tools/build-stamp.ts'

const write = (root: string, path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** A small project that was built. */
function builtProject(): string {
  const root = mkdtempSync(join(tmpdir(), 'countersign-build-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const path of ['electron/main.ts', 'renderer/App.svelte', 'shared/deep/a.ts', 'package-lock.json'])
    write(root, path, path)
  write(root, 'docs/guide.md', 'words')
  write(root, 'out/main.js', 'built')
  write(root, 'out/chunks/a.js', 'built')
  noteBuilt(root)
  return root
}

it('a build that ended well is not made again while nothing changed, dates and documents apart', () => {
  const root = builtProject()
  expect(isBuilt(root)).toBe(true)
  utimesSync(join(root, 'electron/main.ts'), 1, 1)
  write(root, 'docs/guide.md', 'other words')
  expect(isBuilt(root)).toBe(true)
})

it.each([
  ['a source that changed', (root: string) => write(root, 'shared/deep/a.ts', 'other')],
  ['a source that is new', (root: string) => write(root, 'shared/deep/b.ts', '')],
  ['a source that is gone', (root: string) => rmSync(join(root, 'renderer/App.svelte'))],
  ['a source that has another name', (root: string) => renameSync(join(root, 'shared'), join(root, 'shred'))],
  ['other packages', (root: string) => write(root, 'package-lock.json', '{}')],
  ['a built file that is gone', (root: string) => rmSync(join(root, 'out/chunks/a.js'))],
  ['a built file that changed', (root: string) => write(root, 'out/main.js', 'other')],
  ['no build at all', (root: string) => rmSync(join(root, 'out'), { recursive: true })],
  ['a build that was broken off', (root: string) => forgetBuilt(root)],
])('with %s it is made again', (_, change) => {
  const root = builtProject()
  change(root)
  expect(isBuilt(root)).toBe(false)
})
