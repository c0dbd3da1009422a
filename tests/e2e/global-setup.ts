/** Looks once, before all tests, for what they need. Workers find it in the environment. */
import { join } from 'node:path'
import { findChromium, findElectron } from './machine.ts'

/** Folder of the Electron runtime; empty where there is none. */
export const electronVariable = 'COUNTERSIGN_TEST_ELECTRON'

/** Why there is none. */
export const noElectronVariable = 'COUNTERSIGN_TEST_NO_ELECTRON'

/** Folder of the program by which Playwright starts Electron. */
export const launcher = join(import.meta.dirname, 'electron', 'launcher')

export default function setup(): void {
  process.env['PLAYWRIGHT_CHROMIUM'] = findChromium()
  const electron = findElectron()
  // Whoever names a runtime wants it tested: a skip would hide that it was not.
  if ('reason' in electron && process.env['ELECTRON_OVERRIDE_DIST_PATH'])
    throw new Error(`The runtime in ELECTRON_OVERRIDE_DIST_PATH is not tested, because ${electron.reason}.`)
  process.env[electronVariable] = 'folder' in electron ? electron.folder : ''
  process.env[noElectronVariable] = 'reason' in electron ? electron.reason : ''
  // Where Playwright looks when it is told no program. Told one, it does not hold the app back until it is attached.
  if ('folder' in electron) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = launcher
}
