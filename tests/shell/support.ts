/** A loopback host over a real desk with nothing opened yet, and requests that no browser would send. */
import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { startLoopbackHost, type LoopbackHost } from '../../electron/host/loopback-host.ts'
import type { PageFiles } from '../../electron/host/page-files.ts'
import { createDesk } from '../../electron/host/router.ts'

/** What the page says, so that a test can tell it from everything else. */
export const pageText = '<!doctype html><title>the desk itself</title>'

const files: PageFiles = new Map([
  ['/', { body: Buffer.from(pageText), type: 'text/html; charset=utf-8' }],
  ['/assets/index.js', { body: Buffer.from('"the desk itself"'), type: 'text/javascript; charset=utf-8' }],
])

/** A host under test. */
export interface TestHost extends LoopbackHost {
  readonly origin: string
  readonly moveClock: (ms: number) => void
}

/** Starts a host; it is closed when the test is over. */
export async function startHost(served: PageFiles = files): Promise<TestHost> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-shell-'))
  const desk = await createDesk({ shell: 'browser', version: '0.0.0', dataDir })
  if (!desk.ok) throw new Error(desk.error.message)
  let offsetMs = 0
  const host = await startLoopbackHost({
    router: desk.value.router,
    files: served,
    now: () => Date.now() + offsetMs,
  })
  onTestFinished(async () => {
    await host.close()
    await desk.value.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return {
    ...host,
    origin: `http://127.0.0.1:${host.port}`,
    moveClock: (ms) => {
      offsetMs += ms
    },
  }
}

/** An answer as it came. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Sends a request exactly as told: the path is not normalised, and Host is what `headers` say. */
export function ask(
  { port }: TestHost,
  path: string,
  headers: Readonly<Record<string, string | string[]>> = {},
  options: RequestOptions & { readonly body?: string } = {},
): Promise<Answer> {
  const { body, ...rest } = options
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        setHost: false,
        agent: false,
        headers: { host: `127.0.0.1:${port}`, ...headers },
        ...rest,
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          text += part
        })
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Path and query of a link. */
export const pathOf = (link: string): string => link.slice(new URL(link).origin.length)

/** Goes in by a new link; gives the `Cookie` header of the session. */
export async function enter(host: TestHost): Promise<string> {
  const answer = await ask(host, pathOf(host.newLink(60_000)))
  const [cookie] = answer.headers['set-cookie'] ?? []
  if (cookie === undefined) throw new Error(`no cookie: ${answer.status} ${answer.body}`)
  return cookie.split(';')[0] ?? ''
}

/** How the opening of a WebSocket ended: `open`, or the status with which it was refused. */
export type Opening = { readonly socket: WebSocket; readonly status: 101 } | { readonly status: number }

/** Opens a WebSocket with the headers told; it is ended when the test is over. */
export function openSocket(
  { port }: TestHost,
  headers: Record<string, string>,
  { path = '/desk', ...options }: ClientOptions & { readonly path?: string } = {},
): Promise<Opening> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, ...options })
  onTestFinished(() => socket.terminate())
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ socket, status: 101 }))
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0 })
    })
    socket.on('error', reject)
  })
}

/** Opens one as the host's own page does. */
export async function openOwnSocket(host: TestHost, cookie: string): Promise<WebSocket> {
  const opening = await openSocket(host, { cookie, origin: host.origin })
  if (!('socket' in opening)) throw new Error(`refused: ${opening.status}`)
  return opening.socket
}
