import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { ElectronApplication } from '@playwright/test'
import { outsideLinks } from '../../../shared/shell.ts'
import { electronProgram, expect, launchOf, test } from './fixtures.ts'
import { askSession, connectViolation, sendOverLine, stringError, violationOf } from './in-page.ts'

const pageAddress = 'countersign://app/'

/** Does something in the page; gives the address of the navigation that it tried, and whether it was stopped. */
async function navigationBy(app: ElectronApplication, act: () => Promise<unknown>) {
  const tried = app.evaluate(
    ({ BrowserWindow }) =>
      new Promise<{ url: string; stopped: boolean }>((resolve) => {
        BrowserWindow.getAllWindows()[0]?.webContents.once('will-navigate', (event) =>
          resolve({ url: event.url, stopped: event.defaultPrevented }),
        )
      }),
  )
  await act()
  return tried
}

test.beforeEach(async ({ page }) => {
  await expect(page).toHaveTitle(/Countersign/)
})

test('opens one window of the right size, with the page on its own protocol', async ({ app, page }) => {
  expect(page.url()).toMatch(/^countersign:\/\/app\//)
  const shapes = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => [window.getSize(), window.getMinimumSize()].join(' ')),
  )
  expect(shapes).toEqual(['1280,800 1120,640'])
})

test('the page has a line to the desk', async ({ page }) => {
  const answer: unknown = JSON.parse(await askSession(page))
  expect(answer).toMatchObject({ p: { b: { json: { shell: 'electron', mode: 'practice' } } } })
})

test('what is no call cuts the line, and the app goes on', async ({ page }) => {
  const messages = [{ not: 'a call' }, 'x', '', '{"i":"1"}', 'x'.repeat(70_000), null]
  for (const message of messages) expect(await sendOverLine(page, message)).toBe('cut')
  expect(await askSession(page)).toContain('electron')
})

test('there is no node in the page, and of Electron one function only', async ({ page }) => {
  const names = ['require', 'process', 'module', 'exports', 'global', 'Buffer', '__dirname', 'ipcRenderer']
  expect(await page.evaluate((all) => all.filter((name) => name in globalThis), names)).toEqual([])
  expect(await page.evaluate(() => Object.keys(window.countersign ?? {}))).toEqual(['connect'])
})

test('the page runs in a sandbox', async ({ app }) => {
  const [pid, switches] = await app.evaluate(({ app: main, BrowserWindow }) => [
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    ['no-sandbox', 'disable-web-security'].filter((name) => main.commandLine.hasSwitch(name)),
  ])
  expect(switches).toEqual([])
  // 2 is a filter on system calls (seccomp-bpf): what the sandbox is made of on Linux.
  expect(readFileSync(`/proc/${String(pid)}/status`, 'utf8')).toMatch(/^Seccomp:\s*2$/m)
})

test('the page cannot go anywhere', async ({ app, page }) => {
  const addresses = [
    'https://example.com/',
    'http://127.0.0.1:9/',
    `${pageAddress}elsewhere`,
    'countersign://x/',
  ]
  for (const address of addresses) {
    const navigation = await navigationBy(app, () => page.evaluate((url) => location.assign(url), address))
    expect(navigation).toEqual({ url: address, stopped: true })
  }
  expect(page.url().startsWith(pageAddress)).toBe(true)
  expect(await askSession(page)).toContain('electron')
})

test('only links of the list go out, letter by letter, by the one door; no window opens', async ({
  app,
  page,
}) => {
  await app.evaluate(({ shell }) => {
    const opened: string[] = []
    Object.assign(globalThis, { opened })
    shell.openExternal = (url) => {
      opened.push(url)
      return Promise.resolve()
    }
  })
  const links = Object.values(outsideLinks)
  const near = links.flatMap((link) => [
    link.replace('https:', 'http:'),
    `${link}?to=elsewhere`,
    link.replace(/\/$/, '.evil.example/'),
    link.replace('https://', 'https://user@'),
  ])
  const others = ['about:blank', 'file:///etc/passwd', 'smb://host/share', 'javascript:alert(1)', pageAddress]
  for (const url of [...near, ...others, ...links]) {
    expect(await page.evaluate((address) => window.open(address) === null, url), url).toBe(true)
  }
  expect(await app.evaluate(() => Reflect.get(globalThis, 'opened') as unknown)).toEqual(links)
  expect(app.windows()).toHaveLength(1)
})

test('its protocol serves the page alone, with the policy in every answer', async ({ app }) => {
  const answers = await app.evaluate(async ({ BrowserWindow }) => {
    const session = BrowserWindow.getAllWindows()[0]?.webContents.session
    if (!session) throw new Error('no window')
    const asked = []
    for (const path of ['/', '/nothing', '/../package.json', '/%2e%2e/package.json', '//etc/passwd']) {
      const { status, headers } = await session.fetch(`countersign://app${path}`)
      asked.push({ status, policy: headers.get('content-security-policy') })
    }
    return asked
  })
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 404, 404])
  for (const { policy } of answers) {
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("connect-src 'none'")
  }
})

test('the policy holds: no connections, frames, foreign images, inline code or forms', async ({ page }) => {
  for (const address of ['https://example.com/', pageAddress, 'ws://127.0.0.1:9/']) {
    expect(await connectViolation(page, address), address).toBe('connect-src')
  }
  const elements = [
    ['iframe', 'src', pageAddress, 'frame-src'],
    ['object', 'data', pageAddress, 'object-src'],
    ['img', 'src', 'https://example.com/x.png', 'img-src'],
    ['p', 'style', 'color: red', 'style-src-attr'],
    ['p', 'onclick', 'alert(1)', 'script-src-attr'],
    ['base', 'href', 'https://example.com/', 'base-uri'],
    ['form', 'action', 'https://example.com/', 'form-action'],
  ] as const
  for (const [element, attribute, value, directive] of elements) {
    expect(await violationOf(page, element, attribute, value), element).toBe(directive)
  }
  expect(await stringError(page, 'code')).toBe('EvalError')
  expect(await stringError(page, 'markup')).toBe('TypeError')
})

test('permissions are refused, but copying', async ({ page }) => {
  for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi']) {
    const state = await page.evaluate(async (asked) => {
      const permission = await navigator.permissions.query({ name: asked as PermissionName })
      return permission.state
    }, name)
    expect(state, name).toBe('denied')
  }
  await expect(page.evaluate(() => navigator.clipboard.readText())).rejects.toThrow('NotAllowedError')
  await expect(page.evaluate(() => navigator.mediaDevices.getUserMedia({ audio: true }))).rejects.toThrow()
  await expect(page.evaluate(() => navigator.mediaDevices.getDisplayMedia())).rejects.toThrow()
  expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied')
  await page.bringToFront()
  await page.evaluate(() => navigator.clipboard.writeText('0x1234'))
})

test('a foreign sender gets no line', async ({ app, page }) => {
  const { stderr } = app.process()
  if (!stderr) throw new Error('no standard error')
  const told = new Promise<string>((resolve) => {
    stderr.on('data', (text: Buffer) => {
      if (text.includes('Refused a call')) resolve(text.toString())
    })
  })
  await app.evaluate(async ({ BrowserWindow, app: main }) => {
    const preload = `${main.getAppPath()}/out/preload.cjs`
    const foreign = new BrowserWindow({ show: false, webPreferences: { preload } })
    await foreign.loadURL('about:blank')
    await foreign.webContents.executeJavaScript('countersign.connect()')
  })
  expect(await told).toContain('Refused a call from about:blank.')
  expect(await askSession(page)).toContain('electron')
})

test('a frame in the page has no bridge', async ({ page }) => {
  const bridge = await page.evaluate(() => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    return typeof frame.contentWindow?.countersign
  })
  expect(bridge).toBe('undefined')
})

test('a certificate that is not right is refused', async ({ app }) => {
  const trusted = await app.evaluate(
    ({ app: main }) =>
      new Promise((resolve) => {
        const event = { preventDefault: () => null }
        main.emit('certificate-error', event, null, 'https://example.com/', 'ERR_CERT_INVALID', null, resolve)
      }),
  )
  expect(trusted).toBe(false)
})

test('a second start shows the first window and ends by itself', async ({ app, display, dataDir }) => {
  const told = app.evaluate(
    ({ app: main }) => new Promise<boolean>((resolve) => main.once('second-instance', () => resolve(true))),
  )
  const { args, env } = launchOf(display, dataDir, ['--practice'])
  const second = spawn(electronProgram, args, { env, stdio: 'ignore' })
  expect(await once(second, 'exit')).toEqual([0, null])
  expect(await told).toBe(true)
})

test('closing the window ends the app', async ({ app, page }) => {
  const exited = once(app.process(), 'exit')
  await page.close()
  expect(await exited).toEqual([0, null])
})
