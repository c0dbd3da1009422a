import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findRuntime, installedRuntime, type RuntimePlace } from '../../electron/host/electron-runtime.ts'
import { hasDisplay } from '../../electron/host/open-browser.ts'

function place(change: Partial<RuntimePlace> = {}): RuntimePlace {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-electron-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, environment: { DISPLAY: ':0' }, platform: 'linux', isRoot: false, ...change }
}

/** Puts a program where the electron package keeps its own. */
function installInto(folder: string): string {
  mkdirSync(join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'path.txt'), 'electron')
  const program = join(folder, 'dist', 'electron')
  writeFileSync(program, '')
  chmodSync(program, 0o755)
  return program
}

const silent = (): void => undefined

describe('the window is opened', () => {
  it("with the package's own runtime when it is there", async () => {
    const here = place()
    const program = installInto(here.folder)
    expect(await findRuntime(here, silent)).toEqual({ program })
  })

  it('with the runtime that the environment names, before any other', () => {
    const here = place()
    installInto(here.folder)
    const named = place()
    writeFileSync(join(named.folder, 'electron'), '')
    const environment = { ...here.environment, ELECTRON_OVERRIDE_DIST_PATH: named.folder }
    expect(installedRuntime({ ...here, environment })).toBe(join(named.folder, 'electron'))
  })

  it("with the package's own where the environment names none, but has the name of one set to nothing", () => {
    const here = place()
    const environment = { ...here.environment, ELECTRON_OVERRIDE_DIST_PATH: '' }
    expect(installedRuntime({ ...here, environment })).toBeUndefined()
    const program = installInto(here.folder)
    expect(installedRuntime({ ...here, environment })).toBe(program)
  })

  it('with a runtime that is fetched, when its host answers', async () => {
    const { createServer } = await import('node:http')
    const server = createServer((_, response) => response.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const mirror = `http://127.0.0.1:${address.port}/`
    const here = place({ environment: { DISPLAY: ':0', ELECTRON_MIRROR: mirror } })
    const installer = `
      const { mkdirSync, writeFileSync } = require('node:fs')
      mkdirSync('dist')
      writeFileSync('dist/electron', '')
      writeFileSync('path.txt', 'electron')
    `
    writeFileSync(join(here.folder, 'install.js'), installer)
    const said: string[] = []
    const search = await findRuntime(here, (line) => said.push(line))
    expect(search).toEqual({ program: join(here.folder, 'dist', 'electron') })
    expect(said).toHaveLength(1)
  })
})

describe('the browser is used instead, with the reason told', () => {
  it('where there is no display: then nothing is fetched either', async () => {
    const here = place({ environment: {} })
    installInto(here.folder)
    expect(await findRuntime(here, silent)).toEqual({ reason: 'there is no display' })
  })

  it("for root on Linux, since Electron's sandbox is not given up", async () => {
    const here = place({ isRoot: true })
    installInto(here.folder)
    expect(await findRuntime(here, silent)).toEqual({ reason: expect.stringContaining('sandbox') })
  })

  it('where the runtime cannot be had: an unreachable host is not waited for, and its installer is not run', async () => {
    const here = place({ environment: { DISPLAY: ':0', ELECTRON_MIRROR: 'http://127.0.0.1:9/' } })
    writeFileSync(join(here.folder, 'install.js'), "throw new Error('was run')")
    const said: string[] = []
    expect(await findRuntime(here, (line) => said.push(line))).toEqual({
      reason: expect.stringContaining('no Electron runtime'),
    })
    expect(said).toEqual([])
  })
})

describe('a display', () => {
  it('is one of X11 or Wayland on Linux, and always there on macOS and Windows', () => {
    expect(hasDisplay('linux', {})).toBe(false)
    expect(hasDisplay('linux', { DISPLAY: '' })).toBe(false)
    expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true)
    expect(hasDisplay('linux', { DISPLAY: '', WAYLAND_DISPLAY: 'wayland-0' })).toBe(true)
    expect(hasDisplay('darwin', {})).toBe(true)
    expect(hasDisplay('win32', {})).toBe(true)
  })
})
