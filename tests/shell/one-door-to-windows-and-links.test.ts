import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { outsideLinks } from '../../shared/shell.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = globSync('{electron,renderer,shared}/**/*.{ts,svelte}', { cwd: root })
const whoHas = (pattern: RegExp): string[] =>
  sources.filter((file) => pattern.test(readFileSync(`${root}/${file}`, 'utf8'))).sort()

describe('one door', () => {
  it('leads to windows', () => {
    expect(whoHas(/new (BrowserWindow|BaseWindow|WebContentsView|BrowserView)\b|window\.open\(/)).toEqual([
      'electron/windows/desk-window.ts',
    ])
  })

  it('leads to pages outside of the desk, from a fixed list', () => {
    expect(whoHas(/shell\.(openExternal|openPath|showItemInFolder)/)).toEqual(['electron/windows/links.ts'])
    for (const link of Object.values(outsideLinks)) {
      const { protocol, username, search, href } = new URL(link)
      expect({ protocol, username, search, href }).toEqual({
        protocol: 'https:',
        username: '',
        search: '',
        href: link,
      })
    }
  })

  it("leads to Electron's own API: the window's folder, its entry and its bridge", () => {
    const users = whoHas(/from 'electron'/)
    expect(users.filter((file) => !file.startsWith('electron/windows/'))).toEqual([
      'electron/main.ts',
      'electron/preload.ts',
    ])
  })

  it('leads from the page to the main process: one message each way', () => {
    expect(whoHas(/ipcMain\./)).toEqual(['electron/windows/desk-port.ts'])
    expect(whoHas(/ipcRenderer/)).toEqual(['electron/preload.ts'])
    const preload = readFileSync(`${root}/electron/preload.ts`, 'utf8')
    expect(preload.match(/ipcRenderer\.(\w+)/g)).toEqual(['ipcRenderer.send', 'ipcRenderer.on'])
  })

  it('leads to a socket that listens, and it listens on 127.0.0.1', () => {
    const listening = sources.flatMap((file) =>
      [...readFileSync(`${root}/${file}`, 'utf8').matchAll(/server\.listen\((.*)/gi)].map(([, told]) => [
        file,
        told,
      ]),
    )
    for (const [file, told] of listening) expect(told, file).toContain("'127.0.0.1'")
    expect(listening.map(([file]) => file)).toContain('electron/host/loopback-host.ts')
  })

  it('gives no sandbox up, anywhere', () => {
    const files = globSync('{electron,bin,tests/e2e}/**/*.{ts,sh}', { cwd: root })
    const guilty = files.filter((file) =>
      /appendSwitch|'--no-sandbox'|sandbox: false|nodeIntegration: true|contextIsolation: false/.test(
        readFileSync(`${root}/${file}`, 'utf8'),
      ),
    )
    expect(guilty).toEqual([])
  })
})
