/**
 * The desk for a browser on this machine: an HTTP server on 127.0.0.1 that serves the page and a WebSocket to whoever
 * came by a one-time link, and nothing to anybody else.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServedRouter } from './carry-calls.ts'
import { createDeskSockets } from './desk-sockets.ts'
import type { PageFiles } from './page-files.ts'
import { pageHeaders } from './page-headers.ts'
import { entrancePage, sentencePage } from './plain-pages.ts'
import { checkRequest, cookieName, hostOf, originOf, sessionCookie } from './request-check.ts'
import { OneTimeLinks, Sessions, type Redemption } from './tokens.ts'

/** What is served, and where. */
export interface LoopbackOptions {
  readonly router: ServedRouter
  readonly files: PageFiles
  /** Port on 127.0.0.1; any free one unless told. */
  readonly port?: number
  /** Clock in Unix ms. */
  readonly now?: () => number
}

/** A running host. */
export interface LoopbackHost {
  readonly port: number
  /** A link that opens the desk once, within `lifeMs`. */
  readonly newLink: (lifeMs: number) => string
  /** Ends all pages and the server. */
  readonly close: () => Promise<void>
}

const linkPath = '/open'

const refusedLinks: Readonly<Record<Exclude<Redemption, 'accepted'>, { status: number; sentence: string }>> =
  {
    unknown: {
      status: 403,
      sentence: 'This link is not one of this desk. Use the one that the terminal printed.',
    },
    used: {
      status: 410,
      sentence:
        'This link was used already; it works once. If that was not you, end the desk with Ctrl+C. Start it again for a new link.',
    },
    expired: { status: 410, sentence: 'This link is too old. Start the desk again for a new one.' },
  }

const noSession =
  "This browser did not come by the desk's link. Use the one that the terminal printed; it works once."

class Pages {
  readonly #options: LoopbackOptions
  readonly #links: OneTimeLinks
  readonly #sessions: Sessions

  constructor(options: LoopbackOptions, links: OneTimeLinks, sessions: Sessions) {
    this.#options = options
    this.#links = links
    this.#sessions = sessions
  }

  answer(request: IncomingMessage, response: ServerResponse, port: number): void {
    const refused = checkRequest(request, port)
    for (const [name, value] of Object.entries(pageHeaders(`ws://${hostOf(port)}`)))
      response.setHeader(name, value)
    if (refused) {
      response.setHeader('connection', 'close')
      if (refused.status === 405) response.setHeader('allow', 'GET')
      this.#say(response, refused.status, refused.sentence)
      return
    }
    const [path, query] = (request.url ?? '').split('?', 2)
    if (path === linkPath) this.#enter(response, new URLSearchParams(query).get('token') ?? '', port)
    else this.#serve(request, response, port)
  }

  #enter(response: ServerResponse, token: string, port: number): void {
    const redemption = this.#links.redeem(token)
    if (redemption !== 'accepted') {
      const { status, sentence } = refusedLinks[redemption]
      this.#say(response, status, sentence)
      return
    }
    const cookie = `${cookieName(port)}=${this.#sessions.open()}; Path=/; HttpOnly; SameSite=Strict`
    response.setHeader('set-cookie', cookie)
    this.#write(response, 200, 'text/html; charset=utf-8', entrancePage)
  }

  #serve(request: IncomingMessage, response: ServerResponse, port: number): void {
    const cookie = sessionCookie(request, port)
    if (cookie === undefined || !this.#sessions.has(cookie)) {
      this.#say(response, 401, noSession)
      return
    }
    const file = this.#options.files.get(request.url ?? '')
    if (file) this.#write(response, 200, file.type, file.body)
    else this.#say(response, 404, 'There is nothing here.')
  }

  #say(response: ServerResponse, status: number, sentence: string): void {
    this.#write(response, status, 'text/html; charset=utf-8', sentencePage(sentence))
  }

  #write(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
  }
}

/** Starts the host. Rejects with the system's error, its `port` included, when the port cannot be had. */
export async function startLoopbackHost(options: LoopbackOptions): Promise<LoopbackHost> {
  const links = new OneTimeLinks(options.now ?? Date.now)
  const sessions = new Sessions()
  const pages = new Pages(options, links, sessions)
  const sockets = createDeskSockets(options.router, sessions)
  const server = createServer({ maxHeaderSize: 8192, headersTimeout: 10_000, requestTimeout: 10_000 })
  server.maxConnections = 128
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.on('request', (request, response) => pages.answer(request, response, port))
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head, port))
  return {
    port,
    newLink: (lifeMs) => `${originOf(port)}${linkPath}?token=${links.issue(lifeMs)}`,
    close: async () => {
      const closed = once(server, 'close')
      sockets.close()
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
