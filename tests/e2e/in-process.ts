/**
 * A desk in the test's own process, so that a test can reach behind the screens: its practice venue, and its clock.
 * The page is the built one, served by the same loopback host.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeskHost } from '../../electron/host/desk-host.ts'
import { startLoopbackHost } from '../../electron/host/loopback-host.ts'
import { readPageFiles } from '../../electron/host/page-files.ts'
import { createRouter } from '../../electron/host/router.ts'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { project } from './machine.ts'

/** A desk that a test can reach into. */
export interface OpenedDesk {
  /** The one-time link to it. */
  readonly link: string
  readonly venue: PracticeVenue
  /** Moves the clock of desk and venue. */
  readonly moveClock: (ms: number) => void
  readonly close: () => Promise<void>
}

/** Opens a practice desk. Its clock is this process' own, moved: the desk takes it when it is opened. */
export async function openDeskHere(): Promise<OpenedDesk> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-e2e-'))
  const machineNow = Date.now
  let offsetMs = 0
  Date.now = () => machineNow() + offsetMs
  const desk = new DeskHost({ shell: 'browser', version: 'test', dataDir })
  const opened = await desk.open('practice')
  const world = desk.world()
  if (!opened.ok || !world.ok || !world.value.venue) throw new Error('the practice desk did not open')
  const files = readPageFiles(join(project, 'out/renderer'))
  const host = await startLoopbackHost({ router: createRouter(desk), files })
  return {
    link: host.newLink(10 * 60_000),
    venue: world.value.venue,
    moveClock: (ms) => {
      offsetMs += ms
    },
    async close() {
      Date.now = machineNow
      await host.close()
      await desk.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
