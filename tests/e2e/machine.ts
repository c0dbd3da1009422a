/** What this machine has for the end-to-end tests, and how it gets what it lacks. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium } from '@playwright/test'

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

/** Folder of an Electron runtime for checks; undefined where there is none. Only Linux is looked at without being told. */
export function findElectron(): string | undefined {
  const named = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  if (named !== undefined && existsSync(join(named, 'electron'))) return named
  const own = join(project, 'node_modules/electron/dist')
  if (existsSync(join(own, 'electron'))) return own
  const installer = resolve(project, '../shared/electron-runtime/install.sh')
  if (process.platform !== 'linux' || !existsSync(installer)) return undefined
  const { status, stdout } = spawnSync(installer, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return status === 0 ? stdout.trim() : undefined
}

/** Whether a window can be shown to nobody: Xvfb is installed where it may be. */
export function hasXvfb(): boolean {
  if (!there('Xvfb')) install('xvfb', 'xauth')
  return there('Xvfb')
}
