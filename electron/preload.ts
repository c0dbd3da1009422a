/**
 * The bridge between the page and the main process. It runs sandboxed, exposes one function, and passes on one thing: a
 * port to the desk, which only windows of our own origin get.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { bridgeName, portMessage, type ShellBridge } from '../shared/shell.ts'

/** The page's window, as far as it is used here. */
declare const window: {
  readonly location: { readonly origin: string }
  postMessage(message: string, targetOrigin: string, transfer: readonly object[]): void
}

const bridge: ShellBridge = { connect: () => ipcRenderer.send(portMessage) }

ipcRenderer.on(portMessage, ({ ports }) => window.postMessage(portMessage, window.location.origin, ports))
contextBridge.exposeInMainWorld(bridgeName, bridge)
