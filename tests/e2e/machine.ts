/** What this machine has for the end-to-end tests, and how it gets what it lacks. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { chromium } from '@playwright/test'
import { installedRuntime, thisPlace } from '../../electron/host/electron-runtime.ts'

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

const installedChromium = (): string | undefined =>
  [process.env['PLAYWRIGHT_CHROMIUM'], '/usr/bin/chromium', chromium.executablePath()].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  )

/** Path of a Chromium; throws with one clear line where there is none. */
export function findChromium(): string {
  if (installedChromium() === undefined) install('chromium')
  const found = installedChromium()
  if (found !== undefined) return found
  throw new Error(
    'The end-to-end tests need Chromium: "apt-get install chromium" as root, "npx playwright install chromium", or name one in PLAYWRIGHT_CHROMIUM.',
  )
}

/** The Electron runtime of the tests in a real window, or why there is none and how to have it: words that follow "because". */
export type TestRuntime = { readonly folder: string } | { readonly reason: string }

const libraries = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1']

/** The first system library that a program needs and this machine lacks. */
const missingLibrary = (program: string): string | undefined =>
  /^\s*(\S+) => not found$/m.exec(spawnSync('ldd', [program], { encoding: 'utf8' }).stdout)?.[1]

/** Looks for Electron's runtime and for what it needs to open a window; installs the latter where that may be done. */
export function findElectron(): TestRuntime {
  if (process.platform !== 'linux') return { reason: 'they run on Linux alone' }
  const program = installedRuntime(thisPlace(project))
  if (program === undefined)
    return { reason: 'no Electron runtime is here ("npx install-electron" brings it)' }
  if (!there('Xvfb')) install('xvfb', 'xauth')
  if (!there('Xvfb')) return { reason: 'Xvfb is missing ("apt-get install xvfb" as root brings it)' }
  if (missingLibrary(program) !== undefined) install(...libraries)
  const missing = missingLibrary(program)
  return missing === undefined
    ? { folder: dirname(program) }
    : {
        reason: `${missing} is missing ("apt-get install ${libraries.join(' ')}" as root brings it)`,
      }
}
