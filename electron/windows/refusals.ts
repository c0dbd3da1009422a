/**
 * What no page in this app may do, whatever it is and however it came here: go elsewhere, open windows, embed others, use
 * the machine, or trust a broken certificate.
 */
import type { App, Session, WebContents } from 'electron'
import { openOutside } from './links.ts'
import { pageAddress, pageOrigin } from './page-scheme.ts'

/** The only right of the page: "Copy" writes to the clipboard. It cannot read from it. */
const grantedPermission = 'clipboard-sanitized-write'

const isGranted = (permission: string, origin: string): boolean =>
  permission === grantedPermission && origin.replace(/\/$/, '') === pageOrigin

const refuse = (event: { preventDefault(): void }): void => event.preventDefault()

function refuseInContents(contents: WebContents): void {
  contents.on('will-navigate', refuse)
  contents.on('will-frame-navigate', refuse)
  contents.on('will-redirect', refuse)
  contents.on('will-attach-webview', refuse)
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
}

/** Refuses for every page that is ever made, those that nobody thought of included. */
export function refuseInApp(app: App): void {
  app.on('web-contents-created', (_, contents) => refuseInContents(contents))
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault()
    callback(false)
  })
  app.on('select-client-certificate', refuse)
  app.on('login', refuse)
}

/** What a page makes itself and the person saves: an exported history. */
const isOwnDownload = (url: string): boolean => url.startsWith(`blob:${pageAddress}`)

/** Refuses in a session: the network, permissions, devices, and downloads that are not the page's own. */
export function refuseInSession(session: Session): void {
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    callback({ cancel: !url.startsWith(pageAddress) && !isOwnDownload(url) })
  })
  session.setPermissionRequestHandler((contents, permission, callback) => {
    callback(isGranted(permission, contents.mainFrame.origin))
  })
  session.setPermissionCheckHandler((_contents, permission, origin) => isGranted(permission, origin))
  session.setDevicePermissionHandler(() => false)
  session.on('select-hid-device', (event, _details, callback) => {
    event.preventDefault()
    callback(null)
  })
  session.on('will-download', (event, item) => {
    if (!isOwnDownload(item.getURL())) event.preventDefault()
  })
}
