/** What the tests do inside the page: ask for a line, break its policy, try what is refused. */
import type { Page } from '@playwright/test'
import { portMessage } from '../../../shared/shell.ts'

/** Sends one message over a new line; gives what came first: the answer's text, or `cut`. */
export const sendOverLine = (page: Page, message: unknown): Promise<string> =>
  page.evaluate(
    ([name, sent]) =>
      new Promise<string>((resolve) => {
        window.addEventListener('message', ({ data, ports: [port] }) => {
          if (data !== name || !port) return
          port.addEventListener('message', (answer) => resolve(String(answer.data)))
          port.addEventListener('close', () => resolve('cut'))
          port.start()
          port.postMessage(sent)
        })
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

/** The name of the error when a string becomes code or markup, done by a timer: tools may do it, the page may not. */
export const stringError = (page: Page, kind: 'code' | 'markup'): Promise<string> =>
  page.evaluate(
    (made) =>
      new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            if (made === 'code') void new Function('return 1')
            else document.body.innerHTML = '<b>x</b>'
            resolve('none')
          } catch (error) {
            resolve(error instanceof Error ? error.name : String(error))
          }
        })
      }),
    kind,
  )
