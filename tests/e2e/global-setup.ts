/** Looks once, before all tests, for what they need. Workers find it in the environment. */
import { findChromium, findElectron, hasXvfb } from './machine.ts'

/** Folder of the Electron runtime; empty where there is none. */
export const electronVariable = 'COUNTERSIGN_TEST_ELECTRON'

export default function setup(): void {
  process.env['PLAYWRIGHT_CHROMIUM'] = findChromium()
  const electron = findElectron()
  const usable = electron !== undefined && hasXvfb()
  process.env[electronVariable] = usable ? electron : ''
  if (!usable) process.stdout.write('skipped: no Electron runtime\n')
}
