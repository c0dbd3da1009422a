/** Looks once, before all tests, for what they need. */
import { join } from 'node:path'
import { findChromium, findElectron } from './machine.ts'
import { tellWorkers } from './needs.ts'

/** Folder of the program by which Playwright starts Electron. */
export const launcher = join(import.meta.dirname, 'electron', 'launcher')

export default function setup(): void {
  const [chromium, electron] = [findChromium(), findElectron()]
  // Where changes are checked, and where somebody names a runtime, a skip would hide that nothing was tested.
  if ('reason' in chromium && process.env['CI'])
    throw new Error(`No screen is tested, because ${chromium.reason}.`)
  if ('reason' in electron && process.env['ELECTRON_OVERRIDE_DIST_PATH'])
    throw new Error(`The runtime in ELECTRON_OVERRIDE_DIST_PATH is not tested, because ${electron.reason}.`)
  tellWorkers('chromium', chromium)
  tellWorkers('electron', electron)
  // Where Playwright looks when it is told no program. Told one, it does not hold the app back until it is attached.
  if ('path' in electron) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = launcher
}
