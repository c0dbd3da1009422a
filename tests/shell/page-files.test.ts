import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readPageFiles } from '../../electron/host/page-files.ts'
import { ask, enter, startHost } from './support.ts'

function builtPage(): string {
  const out = mkdtempSync(join(tmpdir(), 'countersign-page-'))
  onTestFinished(() => rmSync(out, { recursive: true, force: true }))
  const dir = join(out, 'renderer')
  mkdirSync(join(dir, 'assets'), { recursive: true })
  writeFileSync(join(out, 'secret.js'), 'secret')
  writeFileSync(join(dir, 'index.html'), 'page')
  writeFileSync(join(dir, 'assets', 'index-a1.js'), 'script')
  writeFileSync(join(dir, 'assets', 'font.woff2'), 'font')
  writeFileSync(join(dir, '.env'), 'secret')
  writeFileSync(join(dir, 'index-a1.js.map'), 'secret')
  symlinkSync(join(out, 'secret.js'), join(dir, 'assets', 'link.js'))
  symlinkSync(out, join(dir, 'up'))
  return dir
}

describe('the files of the page', () => {
  it('are those that were built, each by its one path; no links, no other kinds', () => {
    expect([...readPageFiles(builtPage()).keys()].sort()).toEqual([
      '/',
      '/assets/font.woff2',
      '/assets/index-a1.js',
    ])
  })

  it('are served as what they are, and nothing beside them is', async () => {
    const host = await startHost(readPageFiles(builtPage()))
    const cookie = await enter(host)
    expect((await ask(host, '/assets/font.woff2', { cookie })).headers['content-type']).toBe('font/woff2')
    for (const path of ['/assets/link.js', '/up/secret.js', '/.env', '/../secret.js', '/index-a1.js.map']) {
      expect((await ask(host, path, { cookie })).status, path).toBe(404)
    }
  })

  it('must be there: a desk without its page does not start', () => {
    const empty = mkdtempSync(join(tmpdir(), 'countersign-page-'))
    onTestFinished(() => rmSync(empty, { recursive: true, force: true }))
    expect(() => readPageFiles(empty)).toThrow('npm run build')
  })
})
