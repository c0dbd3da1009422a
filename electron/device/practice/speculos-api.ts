/**
 * Speculos' HTTP interface over a practice Ledger: APDUs, buttons, fingers and texts. Only for programs on this
 * machine: a request whose Host header names another one is refused, so that no web page can reach it by DNS.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { toHex } from '../../../shared/hex.ts'
import { PracticeDisconnected, PracticeSuperseded } from './practice-ledger.ts'
import type { PracticeLedger } from './practice-ledger.ts'
import { SpeculosEvents } from './speculos-events.ts'
import { inputOfFinger } from './touch-map.ts'
import type { Finger } from './touch-map.ts'

const longestBody = 64 * 1024

type Body = Readonly<Record<string, unknown>>

/** An answer: status and JSON, or nothing when the response was taken over. */
type Reply = { readonly status: number; readonly json: unknown } | undefined

const ok = (json: unknown = {}): Reply => ({ status: 200, json })
const bad = (error: string): Reply => ({ status: 400, json: { error } })

async function readBody(request: IncomingMessage): Promise<Body | undefined> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > longestBody) return undefined
  }
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Body) : undefined
  } catch {
    return undefined
  }
}

const isLoopback = (host: string | undefined): boolean =>
  host !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)

const isButton = (name: string): name is 'left' | 'right' | 'both' => ['left', 'right', 'both'].includes(name)

/** A press counts when the button comes up. */
const released = ({ action }: Body): boolean => action === 'press-and-release' || action === 'release'

const optionalNumber = (value: unknown): boolean => value === undefined || typeof value === 'number'

const isFinger = (body: Body): body is Body & Finger =>
  typeof body['x'] === 'number' &&
  typeof body['y'] === 'number' &&
  ['x2', 'y2', 'delay'].every((name) => optionalNumber(body[name]))

/** The interface of one practice Ledger. */
export class SpeculosApi {
  readonly #ledger: PracticeLedger
  readonly #events: SpeculosEvents

  constructor(ledger: PracticeLedger) {
    this.#ledger = ledger
    this.#events = new SpeculosEvents(ledger)
  }

  /** Answers one HTTP request. */
  readonly listener: RequestListener = (request, response) => {
    void this.#serve(request, response)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const reply = await this.#answer(request, response)
      if (reply === undefined) return
      response.writeHead(reply.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(reply.json))
    } catch (error) {
      response.destroy()
      if (!(error instanceof PracticeDisconnected || error instanceof PracticeSuperseded)) throw error
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Reply> {
    if (!isLoopback(request.headers.host)) return { status: 403, json: { error: 'only for this machine' } }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const route = `${request.method ?? ''} ${pathname}`
    if (route === 'GET /events') return this.#read(searchParams, response)
    if (route === 'DELETE /events') {
      this.#events.clear()
      return ok()
    }
    const body = request.method === 'POST' ? await readBody(request) : {}
    if (body === undefined) return bad('the body is not a JSON object')
    if (route === 'POST /apdu') return this.#exchange(body)
    if (route === 'POST /finger') return this.#touch(body)
    const [, button = ''] = /^POST \/button\/(\w+)$/.exec(route) ?? []
    if (!isButton(button)) return { status: 404, json: { error: 'there is nothing here' } }
    if (released(body)) this.#ledger.press(button)
    return ok()
  }

  #read(query: URLSearchParams, response: ServerResponse): Reply {
    if (query.get('stream') === 'true') {
      this.#events.stream(response)
      return undefined
    }
    return ok({ events: query.get('currentscreenonly') === 'true' ? this.#events.current : this.#events.log })
  }

  async #exchange({ data }: Body): Promise<Reply> {
    if (typeof data !== 'string' || !/^([0-9a-f]{2})+$/i.test(data)) return bad('data is not hex')
    const answer = await this.#ledger.exchange(Buffer.from(data, 'hex'))
    return ok({ data: toHex(answer).slice(2) })
  }

  #touch(body: Body): Reply {
    if (!isFinger(body)) return bad('x and y are numbers')
    if (released(body)) this.#ledger.input(inputOfFinger(this.#ledger.model, this.#ledger.screen, body))
    return ok()
  }

  /** Ends the event streams. */
  close(): void {
    this.#events.close()
  }
}
