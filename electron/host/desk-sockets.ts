/** The loopback host's WebSockets: opened for its own pages only, bounded in number and size, and carried by oRPC. */
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { socketPath } from '../../shared/shell.ts'
import { createCarrier, maxMessageLength, type Line, type ServedRouter } from './carry-calls.ts'
import { checkUpgrade, sessionCookie, type Refusal } from './request-check.ts'
import type { Sessions } from './tokens.ts'

/** Pages at the same time. */
export const maxSockets = 16

/** WebSockets of one host. */
export interface DeskSockets {
  /** Answers a request to open one. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, port: number) => void
  readonly close: () => void
}

function refuse(socket: Duplex, { status, sentence }: Refusal): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(sentence)}`,
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${sentence}`, () => socket.destroy())
}

/** WebSocket close code of a message that makes no sense (RFC 6455, 7.4.1). */
const invalidMessage = 1007

const lineOf = (webSocket: WebSocket): Line => ({
  send: (message) => webSocket.send(String(message)),
  onMessage: (take) =>
    webSocket.on('message', (data, isBinary) =>
      take(isBinary || !Buffer.isBuffer(data) ? null : data.toString()),
    ),
  onEnd: (ended) => webSocket.on('close', ended),
  cut: () => webSocket.close(invalidMessage),
})

/** Makes the WebSockets that carry `router` to the browsers of `sessions`. */
export function createDeskSockets(router: ServedRouter, sessions: Sessions): DeskSockets {
  const carry = createCarrier(router)
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageLength,
    perMessageDeflate: false,
  })

  const refusal = (request: IncomingMessage, port: number): Refusal | null => {
    const refused = checkUpgrade(request, port)
    if (refused) return refused
    if (request.url !== socketPath) return { status: 404, sentence: 'There is nothing here.' }
    const cookie = sessionCookie(request, port)
    if (cookie === undefined || !sessions.has(cookie))
      return { status: 401, sentence: 'Open the desk by its link.' }
    if (server.clients.size >= maxSockets) return { status: 503, sentence: 'Too many pages are open.' }
    return null
  }

  return {
    upgrade: (request, socket, head, port) => {
      socket.on('error', () => socket.destroy())
      const refused = refusal(request, port)
      if (refused) {
        refuse(socket, refused)
        return
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('error', () => webSocket.terminate())
        carry(lineOf(webSocket))
      })
    },
    close: () => {
      for (const webSocket of server.clients) webSocket.terminate()
      server.close()
    },
  }
}
