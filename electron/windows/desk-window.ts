/** The desk's window, and the session that its page lives in. The only place that makes windows. */
import { join } from 'node:path'
import { BrowserWindow, nativeTheme, session, type Session } from 'electron'
import type { PageFiles } from '../host/page-files.ts'
import { pageAddress, servePage } from './page-scheme.ts'
import { refuseInSession } from './refusals.ts'

/** What a new window is filled with until its page has painted: the page's own background. */
const backgrounds = { light: '#ffffff', dark: '#0f1116' } as const

const background = (): string => backgrounds[nativeTheme.shouldUseDarkColors ? 'dark' : 'light']

/** A session of the page's own. It keeps what the page remembers of its looks, and no cache. */
function openSession(files: PageFiles): Session {
  const pageSession = session.fromPartition('persist:desk', { cache: false })
  pageSession.setSpellCheckerEnabled(false)
  refuseInSession(pageSession)
  servePage(pageSession, files)
  return pageSession
}

/** How a window is made. */
export interface DeskWindowOptions {
  readonly files: PageFiles
  /** Folder of the built program. */
  readonly built: string
  /** With developer tools; never in a packaged build. */
  readonly devTools: boolean
}

/** Makes the window. It is shown once its page has painted. */
export function createDeskWindow({ files, built, devTools }: DeskWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 1120,
    minHeight: 640,
    show: false,
    title: 'Countersign',
    backgroundColor: background(),
    webPreferences: {
      preload: join(built, 'preload.cjs'),
      session: openSession(files),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools,
    },
  })
  const followTheme = (): void => window.setBackgroundColor(background())
  nativeTheme.on('updated', followTheme)
  window.on('closed', () => nativeTheme.off('updated', followTheme))
  window.once('ready-to-show', () => window.show())
  return window
}

/** Loads the page into the window. False when the window was closed before; anything else that goes wrong is thrown. */
export async function loadPage(window: BrowserWindow): Promise<boolean> {
  try {
    await window.loadURL(pageAddress)
    return true
  } catch (error) {
    if (!window.isDestroyed()) throw error
    return false
  }
}
