/**
 * One HTTP exchange and nothing else: no redirects, no proxies, no retries, no kept connections. Not one byte is handed
 * to a connection before it stands and its certificate was verified, so that "not sent" is certain when it is said.
 */
import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { startLimit } from '../time-limit.ts'

/** Limits of one exchange, of the time in which this process could look (time-limit.ts). */
export interface HttpLimits {
  /** Until the connection stands, TLS included; ms. */
  readonly connectMs: number
  /** Until the whole answer is there; ms. */
  readonly totalMs: number
  /** Largest body of an answer, in bytes. */
  readonly maxBytes: number
}

/** What is sent. */
export interface HttpMessage {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  /** Exact text; goes out in UTF-8. */
  readonly body: string
}

/** An answer that came whole. */
export interface HttpReply {
  readonly kind: 'reply'
  readonly status: number
  /** Lower case; empty when there was none. */
  readonly contentType: string
  /** The `Date` header in Unix ms; null without a readable one. */
  readonly dateMs: number | null
  readonly body: string
}

/** No answer. `sent` is false only where not one byte was handed to the connection. */
export interface HttpLoss {
  readonly kind: 'loss'
  readonly sent: boolean
  /** Why, as a sentence. */
  readonly reason: string
}

const maxHeaderBytes = 16_384

const beforeSending: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is unknown.',
  EAI_AGAIN: 'the host name could not be looked up.',
  ECONNREFUSED: 'the connection was refused.',
  ENETUNREACH: 'the network cannot be reached.',
  EHOSTUNREACH: 'the host cannot be reached.',
  ETIMEDOUT: 'the connection could not be made in time.',
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name

const reasonOf = (error: Error, sent: boolean): string => {
  const code = codeOf(error)
  if (sent) return `the connection broke off before the answer was complete (${code}).`
  return beforeSending[code] ?? `no secure connection could be made (${code}).`
}

/** Text of a body; null where it is not UTF-8. */
function decode(chunks: readonly Buffer[]): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
  } catch {
    return null
  }
}

function replyOf(response: http.IncomingMessage, chunks: readonly Buffer[]): HttpReply | string {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity', date } = response.headers
  if (encoding !== 'identity') return 'the answer is compressed, which was not asked for.'
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1]
  const body = decode(chunks)
  if (body === null || (charset !== undefined && !/^utf-?8$/i.test(charset)))
    return 'the answer is not UTF-8.'
  const dateMs = Date.parse(date ?? '')
  return {
    kind: 'reply',
    status: response.statusCode ?? 0,
    contentType: type.toLowerCase(),
    dateMs: Number.isNaN(dateMs) ? null : dateMs,
    body,
  }
}

const requestTo = (url: URL, { method, headers, body }: HttpMessage): http.ClientRequest => {
  const secure = url.protocol === 'https:'
  const literal = url.hostname === 'localhost' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '')
  const options = {
    host: literal,
    port: url.port || (secure ? 443 : 80),
    path: url.pathname + url.search,
    method,
    maxHeaderSize: maxHeaderBytes,
    headers: {
      ...headers,
      host: url.host,
      'accept-encoding': 'identity',
      ...(method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    },
  }
  return secure
    ? https.request({
        ...options,
        agent: new https.Agent({ keepAlive: false, maxCachedSessions: 0 }),
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
      })
    : http.request({ ...options, agent: new http.Agent({ keepAlive: false }) })
}

/**
 * Sends one message to exactly this URL and waits for the whole answer. Never throws. A redirect is an answer like any
 * other. `url` must have been checked (origin.ts).
 */
export function exchange(url: URL, message: HttpMessage, limits: HttpLimits): Promise<HttpReply | HttpLoss> {
  return new Promise((resolve) => {
    let sent = false
    const request = requestTo(url, message)
    const settle = (outcome: HttpReply | HttpLoss): void => {
      stopConnecting()
      stopWhole()
      request.destroy()
      resolve(outcome)
    }
    const lose = (reason: string): void => settle({ kind: 'loss', sent, reason })
    const stopConnecting = startLimit(limits.connectMs, () => {
      lose(`the connection could not be made within ${limits.connectMs / 1000} s.`)
    })
    const stopWhole = startLimit(limits.totalMs, () => {
      lose(`no complete answer came within ${limits.totalMs / 1000} s.`)
    })
    request.on('error', (error) => lose(reasonOf(error, sent)))
    request.on('socket', (socket: Socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        stopConnecting()
        sent = true
        request.end(message.method === 'POST' ? message.body : undefined)
      })
    })
    const closed = (): void => lose('the connection was closed without a complete answer.')
    request.on('response', (response) => {
      request.off('close', closed)
      response.on('close', closed)
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size > limits.maxBytes) lose(`the answer is larger than ${limits.maxBytes} bytes.`)
      })
      response.on('error', (error) => lose(reasonOf(error, sent)))
      response.on('end', () => {
        const reply = replyOf(response, chunks)
        if (typeof reply === 'string') lose(reply)
        else settle(reply)
      })
    })
    request.on('close', closed)
  })
}
