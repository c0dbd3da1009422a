import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from '@playwright/test'
import { socketPath } from '../../shared/shell.ts'
import { expect, test } from './fixtures.ts'

/** A page of another origin on this machine, as any program here can serve one: to a browser it is the same site. */
async function foreignPage(html: string) {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() }
}

const statusOf = async (browser: Browser, url: string): Promise<number | undefined> => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const answer = await page.goto(url)
  await context.close()
  return answer?.status()
}

test('the link opens the desk without an error in the console', async ({ consoleErrors, page, desk }) => {
  await expect(page).toHaveTitle(/Countersign/)
  await expect(page.locator('#app')).not.toBeEmpty()
  await page.waitForFunction(() => document.fonts.status === 'loaded')
  expect(new URL(page.url()).search).toBe('')
  expect(consoleErrors).toEqual([])
  expect(desk.notes()).not.toMatch(/Error/)
})

test('the link works once, and no page opens without it', async ({ browser, desk, page }) => {
  await expect(page).toHaveTitle(/Countersign/)
  expect(await statusOf(browser, desk.link)).toBe(410)
  expect(await statusOf(browser, `${desk.origin}/`)).toBe(401)
  expect(await statusOf(browser, `${desk.origin}/open?token=${'A'.repeat(43)}`)).toBe(403)
  expect(await statusOf(browser, desk.origin.replace('127.0.0.1', 'localhost'))).toBe(421)
})

test('the page reloads, and opens a second time beside itself', async ({ context, desk, page }) => {
  await page.reload()
  await expect(page).toHaveTitle(/Countersign/)
  const second = await context.newPage()
  await second.goto(desk.origin)
  await expect(second).toHaveTitle(/Countersign/)
})

test('the cookie is for this host alone, and no script can read it', async ({ context, desk, page }) => {
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect(await context.cookies()).toEqual([
    expect.objectContaining({
      name: `countersign-${new URL(desk.origin).port}`,
      domain: '127.0.0.1',
      path: '/',
      httpOnly: true,
      sameSite: 'Strict',
    }),
  ])
})

test('a page of another port opens no line, fetches nothing and frames nothing, with the cookie in its browser', async ({
  context,
  desk,
  page,
}) => {
  await expect(page).toHaveTitle(/Countersign/)
  const foreign = await foreignPage('<!doctype html><title>foreign</title>')
  const attacker = await context.newPage()
  await attacker.goto(foreign.origin)
  const line = await attacker.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(address)
        socket.addEventListener('open', () => resolve('open'))
        socket.addEventListener('error', () => resolve('refused'))
      }),
    `${desk.origin.replace('http', 'ws')}${socketPath}`,
  )
  expect(line).toBe('refused')
  for (const mode of ['cors', 'no-cors'] as const) {
    const outcome = attacker.evaluate(
      async ([address, asked]) => {
        const answer = await fetch(address, { mode: asked, credentials: 'include' })
        return answer.text()
      },
      [desk.origin, mode] as const,
    )
    await expect(outcome, mode).rejects.toThrow('Failed to fetch')
  }
  await attacker.evaluate(
    (address) =>
      new Promise<void>((resolve) => {
        const frame = document.createElement('iframe')
        frame.addEventListener('load', () => resolve())
        frame.src = address
        document.body.append(frame)
      }),
    desk.origin,
  )
  await expect
    .poll(() => attacker.frames().map((frame) => frame.url()))
    .toEqual([`${foreign.origin}/`, 'chrome-error://chromewebdata/'])
  foreign.close()
})

test('a page elsewhere that opens the desk in a window gets no hold of it', async ({
  context,
  desk,
  page,
}) => {
  await expect(page).toHaveTitle(/Countersign/)
  const foreign = await foreignPage('<!doctype html><title>foreign</title>')
  const attacker = await context.newPage()
  await attacker.goto(foreign.origin)
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    attacker.evaluate((address) => {
      Object.assign(globalThis, { opened: window.open(address) })
    }, desk.origin),
  ])
  await opened.waitForLoadState()
  expect(await opened.evaluate(() => window.opener === null)).toBe(true)
  await expect
    .poll(() => attacker.evaluate(() => Boolean(Reflect.get(Reflect.get(globalThis, 'opened'), 'closed'))))
    .toBe(true)
  foreign.close()
})

test('Ctrl+C ends the desk cleanly, with a page open', async ({ desk, page }) => {
  await expect(page).toHaveTitle(/Countersign/)
  expect(await desk.stop()).toBe(0)
})

test.describe('without practice', () => {
  test.use({ deskArguments: [] })

  test('the desk opens before anything was chosen', async ({ consoleErrors, page }) => {
    await expect(page).toHaveTitle(/Countersign/)
    await expect(page.locator('#app')).not.toBeEmpty()
    expect(consoleErrors).toEqual([])
  })
})
