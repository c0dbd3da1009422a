/**
 * Fixtures of the end-to-end tests: a built desk of its own for each test, as a user starts it, and Chromium in it.
 *
 *   import { expect, test } from './fixtures.ts'
 *   test('...', async ({ page }) => { ... })          // page: in practice, the one-time link was opened
 *   test.use({ deskArguments: [] })                   // first start: nothing chosen yet
 *   test('...', async ({ desk, openDesk }) => { ... }) // desk: started only; openDesk(): a page in it
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { test as base, expect, type Page } from '@playwright/test'
import { project } from './machine.ts'
import { pathOf, skipWithout } from './needs.ts'

/** A desk host that runs as a process of its own. */
export interface RunningDesk {
  /** Such as `http://127.0.0.1:41234`. */
  readonly origin: string
  /** The one-time link that it printed. */
  readonly link: string
  /** Folder of its databases, removed after the test. */
  readonly dataDir: string
  /** What it wrote to standard error. */
  readonly notes: () => string
  /** Ends it as Ctrl+C does; gives its exit code. */
  readonly stop: () => Promise<number | null>
}

interface Fixtures {
  /** Skips each test where there is no Chromium, and says why. */
  readonly browserHere: undefined
  /** Arguments of `countersign desk` beside its folder; `['--practice']` unless told. */
  readonly deskArguments: readonly string[]
  readonly desk: RunningDesk
  /** Opens the desk by its link in the test's page; works once. */
  readonly openDesk: () => Promise<Page>
  /** Everything that the page wrote to its console as an error, violations of its policy included. */
  readonly consoleErrors: string[]
}

async function linkOf(output: Readable): Promise<string | undefined> {
  for await (const line of createInterface({ input: output })) {
    const link = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(line)
    if (link) return link[0]
  }
  return undefined
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit')
    child.kill('SIGINT')
    await exited
  }
  return child.exitCode
}

/** Starts the built desk with a folder of its own. */
export async function startDesk(args: readonly string[]): Promise<RunningDesk> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-e2e-'))
  const options = ['desk', '--no-open', '--data', dataDir, ...args]
  const child = spawn(join(project, 'bin/countersign'), options, { stdio: ['ignore', 'pipe', 'pipe'] })
  let notes = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text
  })
  const link = await linkOf(child.stdout)
  if (link === undefined) throw new Error(`The desk ended before it printed its link. ${notes}`)
  child.stdout.resume()
  return { origin: new URL(link).origin, link, dataDir, notes: () => notes, stop: () => stop(child) }
}

/** Playwright's test with a desk. */
export const test = base.extend<Fixtures>({
  browserHere: [
    async ({}, use, testInfo) => {
      skipWithout('chromium', testInfo)
      await use(undefined)
    },
    { auto: true },
  ],
  deskArguments: [['--practice'], { option: true }],
  launchOptions: [
    async ({}, use) => {
      await use({
        executablePath: pathOf('chromium'),
        args: ['--disable-quic', '--disable-gpu', '--no-first-run'],
      })
    },
    { scope: 'worker' },
  ],
  desk: async ({ deskArguments }, use, testInfo) => {
    const desk = await startDesk(deskArguments)
    await use(desk)
    await desk.stop()
    if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('desk', { body: desk.notes() })
    rmSync(desk.dataDir, { recursive: true, force: true })
  },
  openDesk: async ({ context, desk }, use) => {
    await use(async () => {
      const page = context.pages()[0] ?? (await context.newPage())
      await page.goto(desk.link)
      await page.waitForURL(({ pathname }) => pathname === '/')
      return page
    })
  },
  consoleErrors: async ({ context }, use) => {
    const errors: string[] = []
    context.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    context.on('weberror', (error) => errors.push(String(error.error())))
    await use(errors)
  },
  page: async ({ context, desk }, use) => {
    const page = await context.newPage()
    await page.goto(desk.link)
    await page.waitForURL(({ pathname }) => pathname === '/')
    await use(page)
  },
})

export { expect }
