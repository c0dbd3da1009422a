/** How the answers of the practice venue go wrong on purpose, on the wire. */
import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { PracticeFault } from './port.ts'
import type { RoutedAnswer } from './routed.ts'

const html = '<!doctype html><title>Service</title><p>One moment, please.</p>'

/** Writes an answer as it is. */
export function write(response: ServerResponse, { status, contentType, body }: RoutedAnswer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

const serverError: RoutedAnswer = { status: 500, contentType: 'text/plain', body: 'Internal Server Error' }

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}

function writeWithoutEnd(response: ServerResponse): void {
  const chunk = ' '.repeat(65_536)
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.on('drain', more)
  more()
}

function writeHalf(response: ServerResponse, { status, contentType, body }: RoutedAnswer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  response.write(body.slice(0, Math.floor(body.length / 2)), () => response.socket?.end())
}

const dripMs = 20

/** Writes all but the last byte, one at a time, for as long as somebody listens. */
async function drip(response: ServerResponse, { contentType, body }: RoutedAnswer): Promise<void> {
  response.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  for (const byte of Buffer.from(body).subarray(0, -1)) {
    if (response.destroyed) return
    response.write(Buffer.of(byte))
    await wait(dripMs, undefined, { ref: false })
  }
}

/** Writes two whole answers into the connection. */
function writeTwice(response: ServerResponse, { status, contentType, body }: RoutedAnswer): void {
  const size = Buffer.byteLength(body)
  const whole = `HTTP/1.1 ${status} OK\r\ncontent-type: ${contentType}\r\ncontent-length: ${size}\r\n\r\n${body}`
  response.socket?.end(whole + whole)
}

function redirect(response: ServerResponse, path: string): void {
  response.writeHead(307, { location: `${path}/elsewhere`, 'content-length': 0 })
  response.end()
}

/**
 * What goes wrong before anything is carried out; false where this fault lets the request through. `claim` is the answer
 * that says that it was carried out.
 */
export function faultBefore(
  response: ServerResponse,
  fault: PracticeFault,
  path: string,
  claim: RoutedAnswer,
): boolean {
  switch (fault) {
    case 'timeoutBeforeApply':
      return true
    case 'resetBeforeApply':
      reset(response)
      return true
    case '500BeforeApply':
      write(response, serverError)
      return true
    case 'redirect':
      redirect(response, path)
      return true
    case '429':
      write(response, { status: 429, contentType: 'text/plain', body: 'Too Many Requests' })
      return true
    case 'okButNotApplied':
      write(response, claim)
      return true
    case '202BeforeApply':
      write(response, { ...claim, status: 202 })
      return true
    default:
      return false
  }
}

/** Writes an answer in the way of a fault that lets the request through first. */
export async function faultAfter(
  response: ServerResponse,
  fault: PracticeFault,
  answer: RoutedAnswer,
  slowMs: number,
): Promise<void> {
  switch (fault) {
    case 'timeoutAfterApply':
      return
    case 'resetAfterApply':
      return reset(response)
    case '500AfterApply':
      return write(response, serverError)
    case 'wrongJson':
      return write(response, { ...answer, body: '{"weather":"fine"}' })
    case 'notJson':
      return write(response, { status: 200, contentType: 'text/html', body: html })
    case 'hugeBody':
      return writeWithoutEnd(response)
    case 'truncatedBody':
      return writeHalf(response, answer)
    case '202AfterApply':
      return write(response, { ...answer, status: 202 })
    case 'drip':
      return drip(response, answer)
    case 'duplicate':
      return writeTwice(response, answer)
    case 'slow':
      await wait(slowMs, undefined, { ref: false })
      return write(response, answer)
    default:
      return write(response, answer)
  }
}
