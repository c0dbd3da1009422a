/**
 * A venue to practise on: every venue at once on 127.0.0.1. It accepts nothing that the real ones would refuse, and
 * can be told to fail in every way in which a network can.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from '../../../shared/strict-json.ts'
import { faultAfter, faultBefore, write } from './faults.ts'
import type {
  PracticeFault,
  PracticeState,
  PracticeTarget,
  PracticeVenue,
  PracticeVenueOptions,
  SeenRequest,
} from './port.ts'
import type { RoutedAnswer } from './routed.ts'
import { acceptedAt, prepares, route, targetOf } from './routes.ts'
import { freshState } from './state.ts'

const maxBodyBytes = 65_536

/** The body's text; null where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const headerText = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : ''

const listen = (server: ReturnType<typeof createServer>, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

/** Starts a practice venue. Rejects where the port is taken. */
export async function startPracticeVenue(options: PracticeVenueOptions = {}): Promise<PracticeVenue> {
  const { network = 'mainnet', apiKey = 'practice', slowMs = 1500, onChange = () => {} } = options
  let state: PracticeState = options.state ?? freshState(options.funded)
  const machineClock = options.now ?? Date.now
  let now = machineClock
  const requests: SeenRequest[] = []
  const faults: Record<PracticeTarget, PracticeFault[]> = { submission: [], read: [] }
  const tamperings: ((answer: Json) => Json)[] = []

  function keep(next: PracticeState): void {
    if (next === state) return
    onChange(next)
    state = next
  }

  function tampered(path: string, answer: RoutedAnswer): RoutedAnswer {
    const change = prepares(path) && answer.status === 200 ? tamperings.shift() : undefined
    return change ? { ...answer, body: JSON.stringify(change(JSON.parse(answer.body) as Json)) } : answer
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '/' } = request
    const body = await bodyOf(request)
    response.setHeader('date', new Date(now()).toUTCString())
    if (body === null) return write(response, { status: 413, contentType: 'text/plain', body: '' })
    const url = new URL(target, 'http://127.0.0.1')
    const kind = targetOf(url.pathname, body)
    requests.push({ method, path: target, body, target: kind })
    const fault = faults[kind].shift()
    const accepted = acceptedAt(url.pathname, body, now())
    if (fault && faultBefore(response, fault, url.pathname, accepted)) return
    const honest = await route(
      { method, url, target, body, header: (name) => headerText(request.headers[name]) },
      { state: () => state, keep, nowMs: now(), network, apiKey },
    )
    const answer = tampered(url.pathname, honest)
    if (fault) return faultAfter(response, fault, answer, slowMs)
    write(response, answer)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}`,
    get state() {
      return state
    },
    get applied() {
      return state.applied
    },
    requests,
    failNext(fault, target = 'submission') {
      faults[target].push(fault)
    },
    tamperNext(change) {
      tamperings.push(change)
    },
    setClock(nowMs) {
      now = nowMs === null ? machineClock : () => nowMs
    },
    setState: keep,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
