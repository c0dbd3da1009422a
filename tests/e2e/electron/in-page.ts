/** What the tests do inside the page: ask for a line, break its policy, try what is refused. */
import type { ElectronApplication, Page } from '@playwright/test'
import { portMessage } from '../../../shared/shell.ts'

/**
 * Loads a script of the page as a document: our origin and our bridge, but nobody else who asks for a line. A page asks
 * again when its line is cut, and with that cuts any other.
 */
export async function openBarePage(app: ElectronApplication, page: Page): Promise<void> {
  const address = await page.evaluate(() => document.querySelector('script')?.src ?? '')
  await app.evaluate(({ BrowserWindow }, url) => BrowserWindow.getAllWindows()[0]?.loadURL(url), address)
}

/** Sends one message over a new line; gives what came first: the answer's text, or `cut`. */
export const sendOverLine = (page: Page, message: unknown): Promise<string> =>
  page.evaluate(
    ([name, sent]) =>
      new Promise<string>((resolve) => {
        const take = ({ data, ports: [port] }: MessageEvent): void => {
          if (data !== name || !port) return
          window.removeEventListener('message', take)
          port.addEventListener('message', (answer) => resolve(String(answer.data)))
          port.addEventListener('close', () => resolve('cut'))
          port.start()
          port.postMessage(sent)
        }
        window.addEventListener('message', take)
        window.countersign?.connect()
      }),
    [portMessage, message] as const,
  )

/** Asks the desk where the person is; gives the answer's text. */
export const askSession = (page: Page): Promise<string> =>
  sendOverLine(page, JSON.stringify({ i: '1', p: { u: '/session/get' } }))

/** The directive that the page's policy names when an element is added with an attribute. */
export const violationOf = (page: Page, element: string, attribute: string, value: string): Promise<string> =>
  page.evaluate(
    ([name, key, content]) =>
      new Promise<string>((resolve) => {
        const named = ({ effectiveDirective }: SecurityPolicyViolationEvent): void =>
          resolve(effectiveDirective)
        document.addEventListener('securitypolicyviolation', named, { once: true })
        const added = document.createElement(name)
        if (added instanceof HTMLLinkElement) added.rel = 'stylesheet'
        added.setAttribute(key, content)
        document.body.append(added)
        if (added instanceof HTMLFormElement) added.submit()
      }),
    [element, attribute, value] as const,
  )

/** The directive that the page's policy names when the page connects. */
export const connectViolation = (page: Page, address: string): Promise<string> =>
  page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const named = ({ effectiveDirective }: SecurityPolicyViolationEvent): void =>
          resolve(effectiveDirective)
        document.addEventListener('securitypolicyviolation', named, { once: true })
        if (url.startsWith('ws:')) void new WebSocket(url)
        else fetch(url).catch(() => null)
      }),
    address,
  )

/** The error's name when a string becomes code or markup, done by a timer: tools may do it, the page may not. */
export const stringError = (page: Page, kind: 'code' | 'markup' | 'handler' | 'script'): Promise<string> =>
  page.evaluate(
    (made) =>
      new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            if (made === 'code') void new Function('return 1')
            else if (made === 'markup') document.body.innerHTML = '<b>x</b>'
            else if (made === 'handler') document.body.setAttribute('onclick', 'alert(1)')
            else document.createElement('script').setAttribute('src', '/x.js')
            resolve('none')
          } catch (error) {
            resolve(error instanceof Error ? error.name : String(error))
          }
        })
      }),
    kind,
  )

/** What the page is told about a permission. */
export const permissionState = (page: Page, name: string): Promise<PermissionState> =>
  page.evaluate(async (asked) => {
    const permission = await navigator.permissions.query({ name: asked as PermissionName })
    return permission.state
  }, name)
