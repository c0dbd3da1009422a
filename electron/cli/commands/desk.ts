/** `countersign desk`: the desk in a browser on this machine, until it is stopped. */
import { join } from 'node:path'
import { startLoopbackHost } from '../../host/loopback-host.ts'
import { hasDisplay, openBrowser } from '../../host/open-browser.ts'
import { readPageFiles } from '../../host/page-files.ts'
import { createDesk } from '../../host/router.ts'
import { version } from '../../version.ts'
import { createOutput } from '../output.ts'
import { served, stopped } from '../serving.ts'

/** How the desk is served. */
export interface DeskArguments {
  /** Folder of the built program. */
  readonly built: string
  /** Straight to practice; otherwise the person is asked. */
  readonly practice: boolean
  /** Folder of the databases; the person's own data folder unless told. */
  readonly data?: string
  /** A `--device` value. */
  readonly device?: string
  /** Port on 127.0.0.1; 0 for any. */
  readonly port: number
  /** Open the browser where there is one. */
  readonly open: boolean
}

const printedLinkMinutes = 15
const openedLinkMs = 60_000

/** Serves the desk and prints the one-time link to it. The browser that is opened gets a link of its own. */
export async function runDesk(options: DeskArguments): Promise<void> {
  const { built, practice, data, device, port, open } = options
  const output = createOutput(false)
  const desk = await createDesk({
    shell: 'browser',
    version,
    mode: practice ? 'practice' : null,
    ...(data === undefined ? {} : { dataDir: data }),
    ...(device === undefined ? {} : { device }),
  })
  if (!desk.ok) {
    output.fail(desk.error)
    return
  }
  const { router, close } = desk.value
  const files = readPageFiles(join(built, 'renderer'))
  const host = await served(output, () => startLoopbackHost({ router, files, port }))
  if (host) {
    const end = stopped()
    output.say(`The desk, by a link that works once: ${host.newLink(printedLinkMinutes * 60_000)}`)
    output.note(`Open it within ${printedLinkMinutes} minutes. Ctrl+C ends the desk.`)
    if (open && hasDisplay()) openBrowser(host.newLink(openedLinkMs))
    await end
    await host.close()
  }
  await close()
}
