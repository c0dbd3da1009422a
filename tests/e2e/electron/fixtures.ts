/**
 * Fixtures of the tests in a real Electron window: the built app with a folder of its own, on a display that nobody sees.
 *
 *   import { expect, test } from './fixtures.ts'
 *   test('...', async ({ page }) => { ... })  // the page in the window, in practice
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { _electron, test as base, expect, type ElectronApplication } from '@playwright/test'
import { launcher } from '../global-setup.ts'
import { project } from '../machine.ts'
import { skipWithout, variableOf } from '../needs.ts'

interface Fixtures {
  /** Arguments of the app beside its folder; `['--practice']` unless told. */
  readonly appArguments: readonly string[]
  /** Folder of its databases, removed after the test. */
  readonly dataDir: string
  readonly app: ElectronApplication
  /** Skips each test where there is no Electron runtime, and says why. */
  readonly runtime: undefined
}

interface WorkerFixtures {
  /** Name of a display, such as `:1`. */
  readonly display: string
}

/** The program that starts Electron with its sandbox on. */
export const electronProgram = join(launcher, 'electron')

/** Arguments and environment of the app; `display` and `dataDir` as the fixtures give them. */
export const launchOf = (display: string, dataDir: string, appArguments: readonly string[]) => ({
  // Xvfb has no graphics processor; looking for one takes Chromium seconds at times.
  args: [project, '--disable-gpu', `--data=${dataDir}`, ...appArguments],
  env: {
    PATH: process.env['PATH'] ?? '',
    ...variableOf('electron'),
    DISPLAY: display,
    HOME: dataDir,
  },
})

/** Playwright's test with the app. Skipped where there is no Electron runtime. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  // A fixture, since a `test.skip` here would hold for the first file alone that imports this one.
  runtime: [
    async ({}, use, testInfo) => {
      skipWithout('electron', testInfo)
      await use(undefined)
    },
    { auto: true },
  ],
  display: [
    async ({}, use) => {
      const screen = ['-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-displayfd', '3']
      const server = spawn('Xvfb', screen, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
      const [number] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer]
      await use(`:${number.toString().trim()}`)
      server.kill()
      await once(server, 'exit')
    },
    { scope: 'worker' },
  ],
  appArguments: [['--practice'], { option: true }],
  dataDir: async ({}, use) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'countersign-window-'))
    await use(dataDir)
    rmSync(dataDir, { recursive: true, force: true })
  },
  app: async ({ display, dataDir, appArguments }, use) => {
    const app = await _electron.launch({
      ...launchOf(display, dataDir, appArguments),
      chromiumSandbox: true,
    })
    await use(app)
    await app.close()
  },
  page: async ({ app }, use) => {
    await use(await app.firstWindow())
  },
})

export { expect }
