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
import type { MessagePortMainLike } from '@orpc/client/message-port'
import { RPCHandler } from '@orpc/server/message-port'
import { portMessage } from '../../shared/shell.ts'
import { maxMessageBytes } from '../host/desk-sockets.ts'
import { rpcOptions, type ServedRouter } from '../host/rpc-options.ts'
import { pageOrigin } from './page-scheme.ts'

const isPage = (frame: WebFrameMain | null, window: BrowserWindow): boolean =>
  frame !== null &&
  !window.isDestroyed() &&
  frame === window.webContents.mainFrame &&
  frame.parent === null &&
  new URL(frame.url).origin === pageOrigin

/** Hands on a message of the size and kind that a page sends; throws for any other. */
async function take(data: unknown, handle: (event: { data: unknown }) => unknown): Promise<void> {
  if (typeof data !== 'string' || data.length > maxMessageBytes) throw new Error('not a call')
  await handle({ data })
}

/** A port that a message which is no call closes. */
const guarded = (port: MessagePortMain): MessagePortMainLike => ({
  postMessage: (data: unknown) => port.postMessage(data),
  on: (event, callback) => {
    if (event === 'close') port.on('close', () => callback())
    else port.on('message', ({ data }) => void take(data, callback).catch(() => port.close()))
  },
})

/** Serves `router` to the window's page. A sender that is not that page is refused, and told on standard error. */
export function serveDeskPort(window: BrowserWindow, router: ServedRouter): void {
  const handler = new RPCHandler(router, rpcOptions)
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
    handler.upgrade(guarded(port1))
    port1.start()
    senderFrame?.postMessage(portMessage, null, [port2])
  })
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) cut()
  })
  window.webContents.on('render-process-gone', cut)
  window.on('closed', cut)
}
