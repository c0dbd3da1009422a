import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { outsideLinks } from '../../../shared/shell.ts'
import { electronProgram, expect, launchOf, test } from './fixtures.ts'
import {
  askSession,
  connectViolation,
  openBarePage,
  permissionState,
  sendOverLine,
  stringError,
  violationOf,
} from './in-page.ts'

const pageAddress = 'countersign://app/'

interface Navigation {
  readonly url: string
  readonly stopped: boolean
}

/** Notes, from now on, every navigation that a page tries; gives what reads the notes. */
async function noteNavigations(app: ElectronApplication): Promise<() => Promise<readonly Navigation[]>> {
  const notes = await app.evaluateHandle(({ BrowserWindow }) => {
    const tried: Navigation[] = []
    BrowserWindow.getAllWindows()[0]?.webContents.on('will-frame-navigate', (event) => {
      tried.push({ url: event.url, stopped: event.defaultPrevented })
    })
    return tried
  })
  return () => notes.jsonValue()
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

test('the page has a line to the desk', async ({ app, page }) => {
  await openBarePage(app, page)
  const answer: unknown = JSON.parse(await askSession(page))
  expect(answer).toMatchObject({ p: { b: { json: { shell: 'electron', mode: 'practice' } } } })
})

test('what is no call cuts the line, and the app goes on', async ({ app, page }) => {
  await openBarePage(app, page)
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
  const navigations = await noteNavigations(app)
  for (const address of addresses) {
    await page.evaluate((url) => location.assign(url), address)
    await expect.poll(async () => (await navigations()).at(-1)).toEqual({ url: address, stopped: true })
  }
  expect(page.url().startsWith(pageAddress)).toBe(true)
  expect(await page.evaluate(() => document.title)).toContain('Countersign')
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
    ['video', 'src', 'https://example.com/x.mp4', 'media-src'],
    ['link', 'href', 'https://example.com/x.css', 'style-src-elem'],
    ['img', 'src', 'https://example.com/x.png', 'img-src'],
    ['p', 'style', 'color: red', 'style-src-attr'],
    ['base', 'href', 'https://example.com/', 'base-uri'],
    ['form', 'action', 'https://example.com/', 'form-action'],
  ] as const
  for (const [element, attribute, value, directive] of elements) {
    expect(await violationOf(page, element, attribute, value), element).toBe(directive)
  }
  expect(await stringError(page, 'code')).toBe('EvalError')
  for (const kind of ['markup', 'handler', 'script'] as const) {
    expect(await stringError(page, kind), kind).toBe('TypeError')
  }
})

test('permissions are refused, but copying', async ({ page }) => {
  for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi']) {
    expect(await permissionState(page, name), name).toBe('denied')
  }
  await expect(page.evaluate(() => navigator.clipboard.readText())).rejects.toThrow('NotAllowedError')
  await expect(page.evaluate(() => navigator.mediaDevices.getUserMedia({ audio: true }))).rejects.toThrow()
  await expect(page.evaluate(() => navigator.mediaDevices.getDisplayMedia())).rejects.toThrow()
  expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied')
  expect(await permissionState(page, 'clipboard-write')).toBe('granted')
})

test('a foreign sender gets no line', async ({ app }) => {
  const { stderr } = app.process()
  if (!stderr) throw new Error('no standard error')
  let told = ''
  stderr.on('data', (text: Buffer) => {
    told += text.toString()
  })
  await app.evaluate(async ({ BrowserWindow, app: main }) => {
    const preload = `${main.getAppPath()}/out/preload.cjs`
    const foreign = new BrowserWindow({ show: false, webPreferences: { preload } })
    await foreign.loadURL('about:blank')
    await foreign.webContents.executeJavaScript('countersign.connect()')
  })
  await expect.poll(() => told).toContain('Refused a call from about:blank.')
})

test('what the page made itself can be saved by the person: a history and its head', async ({
  app,
  page,
  dataDir,
}) => {
  const saved = await app.evaluateHandle(({ BrowserWindow }, folder) => {
    const outcomes: Record<string, string> = {}
    BrowserWindow.getAllWindows()[0]?.webContents.session.on('will-download', (_, item) => {
      const name = item.getFilename()
      item.setSavePath(`${folder}/${name}`)
      item.once('done', (_event, state) => {
        outcomes[name] = state
      })
    })
    return outcomes
  }, dataDir)
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('button', { name: 'Export' }).click()
  await expect.poll(async () => Object.values(await saved.jsonValue())).toEqual(['completed', 'completed'])
  const names = Object.keys(await saved.jsonValue()).toSorted()
  expect(names).toEqual([expect.stringMatching(/\.checkpoint\.txt$/), expect.stringMatching(/\.jsonl$/)])
  expect(readFileSync(join(dataDir, names[0] ?? ''), 'utf8')).toMatch(/^countersign/)
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
    ({ app: main, BrowserWindow }) =>
      new Promise((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        const event = { preventDefault: () => null }
        main.emit('certificate-error', event, contents, 'https://example.com/', 'ERR', null, resolve)
      }),
  )
  expect(trusted).toBe(false)
})

test('a second start shows the first window and ends by itself', async ({ app, display, dataDir }) => {
  await app.evaluate(({ app: main }) => {
    main.once('second-instance', () => Object.assign(globalThis, { told: true }))
  })
  const { args, env } = launchOf(display, dataDir, ['--practice'])
  const second = spawn(electronProgram, args, { env, stdio: 'ignore' })
  expect(await once(second, 'exit')).toEqual([0, null])
  await expect.poll(() => app.evaluate(() => Reflect.get(globalThis, 'told') as unknown)).toBe(true)
})

test('closing the window ends the app', async ({ app, page }) => {
  const exited = once(app.process(), 'exit')
  await page.close()
  expect(await exited).toEqual([0, null])
})
