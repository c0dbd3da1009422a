/** What this machine has for the end-to-end tests, and how it gets what it lacks. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { chromium } from '@playwright/test'
import { installedRuntime, thisPlace } from '../../electron/host/electron-runtime.ts'
import type { Found } from './needs.ts'

/** Folder of package.json. */
export const project = resolve(import.meta.dirname, '../..')

const isRoot = process.getuid?.() === 0
const there = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** Installs Debian packages where that may be done; says nothing, the caller looks for what it wanted. */
function install(...packages: readonly string[]): void {
  if (!isRoot || !there('apt-get')) return
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { env: environment, stdio: 'ignore' } as const
  spawnSync('apt-get', ['update', '-qq'], options)
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options)
}

/** The first system library that a program needs and this machine lacks. */
const missingLibrary = (program: string): string | undefined =>
  process.platform === 'linux'
    ? /^\s*(\S+) => not found$/m.exec(spawnSync('ldd', [program], { encoding: 'utf8' }).stdout ?? '')?.[1]
    : undefined

const installedChromium = (): string | undefined =>
  [process.env['PLAYWRIGHT_CHROMIUM'], '/usr/bin/chromium', chromium.executablePath()].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  )

/** Has Playwright fetch the browser that it is made for; says nothing, the caller looks for it. */
function fetchChromium(): void {
  process.stdout.write('Fetching Chromium for the screens, once.\n')
  const cli = join(project, 'node_modules/@playwright/test/cli.js')
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'ignore', timeout: 10 * 60_000 })
}

/** Looks for Chromium, and fetches it once where it is missing. */
export function findChromium(): Found {
  if (installedChromium() === undefined) install('chromium')
  if (installedChromium() === undefined) fetchChromium()
  const path = installedChromium()
  if (path === undefined) {
    const ways =
      '"apt-get install chromium" as root, "npx playwright install chromium", or PLAYWRIGHT_CHROMIUM'
    return { reason: `no Chromium is here and none could be fetched (${ways} names another)` }
  }
  const missing = missingLibrary(path)
  return missing === undefined
    ? { path }
    : { reason: `Chromium lacks ${missing} ("npx playwright install-deps chromium" as root brings it)` }
}

const libraries = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1']

/** Looks for Electron's runtime and for what it needs to open a window; installs the latter where that may be done. */
export function findElectron(): Found {
  if (process.platform !== 'linux') return { reason: 'they run on Linux alone' }
  const program = installedRuntime(thisPlace(project))
  if (program === undefined)
    return { reason: 'no Electron runtime is here ("npx install-electron" brings it)' }
  if (!there('Xvfb')) install('xvfb', 'xauth')
  if (!there('Xvfb')) return { reason: 'Xvfb is missing ("apt-get install xvfb" as root brings it)' }
  if (missingLibrary(program) !== undefined) install(...libraries)
  const missing = missingLibrary(program)
  return missing === undefined
    ? { path: dirname(program) }
    : { reason: `Electron lacks ${missing} ("apt-get install ${libraries.join(' ')}" as root brings it)` }
}
