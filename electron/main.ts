/** Electron's entry: what happens, in order. Each step lives where it is named. */
import { join } from 'node:path'
import { app, safeStorage, type BrowserWindow } from 'electron'
import { readPageFiles } from './host/page-files.ts'
import { tellParent } from './host/parent-process.ts'
import { createDesk } from './host/router.ts'
import { keyringOf } from './secrets/keyring.ts'
import { version } from './version.ts'
import { createDeskWindow, loadPage } from './windows/desk-window.ts'
import { serveDeskPort } from './windows/desk-port.ts'
import { showFailure } from './windows/failure-box.ts'
import { setMenu } from './windows/menu.ts'
import { declarePageScheme } from './windows/page-scheme.ts'
import { refuseInApp } from './windows/refusals.ts'
import { readStartOptions } from './windows/start-options.ts'

const built = import.meta.dirname
const { practice, data, device } = readStartOptions(process.argv.slice(1))

async function openDesk(): Promise<void> {
  const desk = await createDesk({
    shell: 'electron',
    version,
    mode: practice ? 'practice' : null,
    keyring: keyringOf(safeStorage, process.platform),
    ...(data === undefined ? {} : { dataDir: data }),
    ...(device === undefined ? {} : { device }),
  })
  if (!desk.ok) {
    showFailure(desk.error)
    app.exit(1)
    return
  }
  const window = createDeskWindow({
    files: readPageFiles(join(built, 'renderer')),
    built,
    devTools: !app.isPackaged,
  })
  setMenu(app.isPackaged)
  serveDeskPort(window, desk.value.router)
  app.on('second-instance', () => bringToFront(window))
  app.once('will-quit', (event) => {
    event.preventDefault()
    void desk.value.close().finally(() => app.exit(0))
  })
  if (await loadPage(window)) tellParent()
}

function bringToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.focus()
}

app.enableSandbox()
declarePageScheme()
refuseInApp(app)
// Chromium's own files. A desk in a folder of its own is another desk, and may be open beside this one.
if (data !== undefined) app.setPath('userData', join(data, 'window'))
if (app.requestSingleInstanceLock()) {
  app.on('window-all-closed', () => app.quit())
  // Not awaited: Electron gets ready only after this module has ended.
  void app.whenReady().then(openDesk)
} else {
  app.quit()
}
