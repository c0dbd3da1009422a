/** A venue whose answers are what the practice venue says, but for what a test changes in them. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { readPermitOf } from '../../electron/desk/read-permit.ts'
import type { KeySigner } from '../../electron/venues/port.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import { ok } from '../../shared/errors.ts'
import type { TestDesk } from './desk.ts'

/** A question to a venue: its path, and what it asks for in the body, where that is JSON. */
export interface Asked {
  readonly path: string
  readonly body: unknown
}

/** What a test makes of an answer that is JSON; what it gives back is sent. */
export type Alter = (asked: Asked, answer: unknown) => unknown

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const jsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Starts a server before another one; gives its URL. It ends with the test. */
export async function startAltered(upstream: string, alter: Alter): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '/'
      const sent = await textOf(request)
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
      const answer = await fetch(upstream + path, {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(sent === '' ? {} : { body: sent }),
      })
      const text = await answer.text()
      const json = jsonOr(text)
      const body = json === undefined ? text : JSON.stringify(alter({ path, body: jsonOr(sent) }, json))
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/json',
        'content-length': Buffer.byteLength(body),
      })
      response.end(body)
    })()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(
    () =>
      new Promise((closed) => {
        server.closeAllConnections()
        server.close(() => closed())
      }),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The ports of a desk whose venues answer as a test wants; `key` is the API key of its accounts, where they have one. */
export async function portsThrough(
  { ports, venue, limits }: Pick<TestDesk, 'ports' | 'venue' | 'limits'>,
  alter: Alter,
  key: KeySigner | null = null,
): Promise<DeskPorts> {
  const practiceOrigin = await startAltered(venue.url, alter)
  return {
    ...ports,
    venueFor: (account) =>
      createVenue(account, {
        practiceOrigin,
        compassKey: () => 'practice',
        limits,
        now: ports.now,
        readPermit: () => readPermitOf(ports.store, account),
        ...(key ? { readSigner: () => Promise.resolve(ok(key)) } : {}),
      }),
  }
}
