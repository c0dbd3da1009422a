/**
 * The line between the desk and its window: one MessagePort, given to the window's own top frame at the page's own
 * address and to nobody else, and cut when the page goes.
 */
import {
  ipcMain,
  MessageChannelMain,
  type BrowserWindow,
  type MessagePortMain,
  type WebFrameMain,
} from 'electron'
import { portMessage } from '../../shared/shell.ts'
import { createCarrier, type Line, type ServedRouter } from '../host/carry-calls.ts'
import { pageOrigin } from './page-scheme.ts'

const isPage = (frame: WebFrameMain | null, window: BrowserWindow): boolean =>
  frame !== null &&
  !window.isDestroyed() &&
  frame === window.webContents.mainFrame &&
  frame.parent === null &&
  frame.origin === pageOrigin

const lineOf = (port: MessagePortMain): Line => ({
  send: (message) => port.postMessage(message),
  onMessage: (take) => port.on('message', ({ data }) => take(data)),
  onEnd: (ended) => port.on('close', ended),
  cut: () => port.close(),
})

/** Serves `router` to the window's page. A sender that is not that page is refused, and told on standard error. */
export function serveDeskPort(window: BrowserWindow, router: ServedRouter): void {
  const carry = createCarrier(router)
  let current: MessagePortMain | undefined
  const cut = (): void => {
    current?.close()
    current = undefined
  }
  ipcMain.on(portMessage, ({ senderFrame }) => {
    if (!isPage(senderFrame, window)) {
      process.stderr.write(`Refused a call from ${senderFrame?.url ?? 'a frame that is gone'}.\n`)
      return
    }
    cut()
    const { port1, port2 } = new MessageChannelMain()
    current = port1
    carry(lineOf(port1))
    port1.start()
    senderFrame?.postMessage(portMessage, null, [port2])
  })
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) cut()
  })
  window.webContents.on('render-process-gone', cut)
  window.on('closed', cut)
}
