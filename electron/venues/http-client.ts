/**
 * The only door from Countersign to a venue's sockets. One client talks to one exact origin, is bounded in time and
 * size, follows nothing, repeats nothing, and lets a key out only to its own origin.
 */
import { fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { parseAnswerJson, type Json } from '../../shared/strict-json.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import { exchange, type HttpLimits, type HttpReply } from './http-exchange.ts'
import { readOrigin, urlAt } from './origin.ts'

export type { HttpLimits } from './http-exchange.ts'

/** The limits unless told otherwise. */
export const defaultLimits: HttpLimits = { connectMs: 10_000, totalMs: 30_000, maxBytes: 2_000_000 }

/** A key that goes with each request, fetched at the moment of sending and kept nowhere. */
export interface HttpKey {
  /** Name of the header that carries it. */
  readonly header: string
  /** Where the person puts it: an environment variable's name. */
  readonly variable: string
  /** The key; undefined where there is none. */
  readonly read: () => string | undefined
}

/** How a client is set up. */
export interface HttpClientOptions {
  /** Name of the venue in sentences. */
  readonly venue: string
  /** The one origin, `https://host[:port]`, or plain http to this machine. */
  readonly origin: string
  readonly key?: HttpKey
  readonly limits?: Partial<HttpLimits>
  /** Unix milliseconds; the machine's clock unless told. */
  readonly now?: () => number
}

/** What only a request that an API key signs has. */
interface SignedParts {
  /** Headers beside the client's own, in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** Signatures among the headers: an answer that repeats one is read without it, so that it is kept nowhere. */
  readonly secrets?: readonly string[]
}

/** One request: a path at the client's origin and, for POST, the exact text to send. */
export type HttpRequest = SignedParts &
  (
    | { readonly method: 'GET'; readonly path: string }
    | { readonly method: 'POST'; readonly path: string; readonly body: string }
  )

/** An answer of any status to a request that changes nothing. */
export interface HttpReading {
  readonly status: number
  /** Lower case. */
  readonly contentType: string
  readonly body: string
  /** When the answer came, Unix milliseconds of this machine's clock. */
  readonly readAtMs: number
  /** The server's clock minus this machine's in ms, good to half a second plus half the way; null without `Date`. */
  readonly skewMs: number | null
}

/** The JSON of an answer with status 200. */
export interface JsonReading {
  readonly value: Json
  readonly readAtMs: number
  readonly skewMs: number | null
}

/** A client of one origin. */
export interface HttpClient {
  /** The origin it talks to. */
  readonly origin: string
  /** Asks for what changes nothing and takes any status. Fails with `venue.*`. */
  ask(request: HttpRequest): Promise<Result<HttpReading>>
  /**
   * Asks for what changes nothing and takes status 200 with JSON only. Fails with `venue.unreachable` (nothing was
   * sent), `venue.readFailed` (no answer, or another one), `venue.hostNotAllowed` or `venue.apiKeyMissing`.
   */
  read(request: HttpRequest): Promise<Result<JsonReading>>
  /** Sends what may change something, once. Never throws, and says of a lost answer whether anything was sent. */
  submit(request: HttpRequest): Promise<HttpAnswer>
}

const printableKey = /^[\x21-\x7e]{1,1000}$/

const redirected = (status: number): boolean => status >= 300 && status < 400

const isJson = (contentType: string): boolean => /^application\/json(;|$)/.test(contentType)

/**
 * Reads JSON out of a reading of any status but a redirection, at venues that say in it why they refuse.
 * Fails with `venue.readFailed`.
 */
export function jsonOfAnyStatus(reading: HttpReading, venue: string): Result<JsonReading> {
  const { status, contentType, body, readAtMs, skewMs } = reading
  if (redirected(status))
    return fail('venue.readFailed', { venue, detail: `it points elsewhere (HTTP ${status}).` })
  if (!isJson(contentType)) {
    const detail = status === 200 ? 'it is not marked as JSON.' : `HTTP ${status}.`
    return fail('venue.readFailed', { venue, detail })
  }
  const json = parseAnswerJson(body)
  return json.ok
    ? ok({ value: json.value, readAtMs, skewMs })
    : fail('venue.readFailed', { venue, detail: json.error.message })
}

/** Reads JSON out of a reading with status 200; fails with `venue.readFailed`. */
export function jsonOf(reading: HttpReading, venue: string): Result<JsonReading> {
  const { status } = reading
  return status === 200 || redirected(status)
    ? jsonOfAnyStatus(reading, venue)
    : fail('venue.readFailed', { venue, detail: `HTTP ${status}.` })
}

/** Half a second is added because `Date` has whole seconds, cut off. */
const skewOf = (dateMs: number | null, askedAtMs: number, readAtMs: number): number | null =>
  dateMs === null ? null : Math.round(dateMs + 500 - (askedAtMs + readAtMs) / 2)

/** What came of sending: an answer, or a failure with whether anything went out. */
type Sending =
  | { readonly reply: HttpReply }
  | { readonly reply: null; readonly failure: Failure; readonly sent: boolean; readonly reason: string }

const neverSent = (failure: Failure): Sending => ({
  reply: null,
  failure,
  sent: false,
  reason: failure.message,
})

const headersOf = (request: HttpRequest, key: HttpKey | undefined, secret: string | undefined) => ({
  ...request.headers,
  accept: 'application/json',
  ...(request.method === 'POST' ? { 'content-type': 'application/json' } : {}),
  ...(key && secret ? { [key.header]: secret } : {}),
})

/** The body of an answer without what must be kept nowhere. */
function withoutSecrets(body: string, request: HttpRequest, key: string | undefined): string {
  const unsigned = (request.secrets ?? []).reduce((text, one) => text.replaceAll(one, '(a signature)'), body)
  return key === undefined ? unsigned : unsigned.replaceAll(key, '(the API key)')
}

async function send(
  request: HttpRequest,
  origin: URL,
  { venue, key, limits }: HttpClientOptions,
): Promise<Sending> {
  const url = urlAt(origin, request.path, venue)
  if (!url.ok) return neverSent(url.error)
  const secret = key?.read()
  if (key && (secret === undefined || !printableKey.test(secret)))
    return neverSent(failure('venue.apiKeyMissing', { venue, variable: key.variable }))
  const headers = headersOf(request, key, secret)
  const body = request.method === 'POST' ? request.body : ''
  const message = { method: request.method, headers, body }
  const got = await exchange(url.value, message, { ...defaultLimits, ...limits })
  if (got.kind === 'loss') {
    const { sent, reason } = got
    const code = sent ? 'venue.readFailed' : 'venue.unreachable'
    return { reply: null, failure: failure(code, { venue, detail: reason }), sent, reason }
  }
  return { reply: { ...got, body: withoutSecrets(got.body, request, secret) } }
}

/** Makes the client of one origin. Fails with `venue.hostNotAllowed` where the origin is not one exact host. */
export function createHttpClient(options: HttpClientOptions): Result<HttpClient> {
  const { venue, now = Date.now } = options
  const origin = readOrigin(options.origin, venue)
  if (!origin.ok) return origin
  const sendThere = (request: HttpRequest): Promise<Sending> => send(request, origin.value, options)

  async function ask(request: HttpRequest): Promise<Result<HttpReading>> {
    const askedAtMs = now()
    const sending = await sendThere(request)
    if (sending.reply === null) return { ok: false, error: sending.failure }
    const readAtMs = now()
    const { status, contentType, body, dateMs } = sending.reply
    return ok({ status, contentType, body, readAtMs, skewMs: skewOf(dateMs, askedAtMs, readAtMs) })
  }

  return ok({
    origin: origin.value.origin,
    ask,
    async read(request) {
      const reading = await ask(request)
      return reading.ok ? jsonOf(reading.value, venue) : reading
    },
    async submit(request) {
      const sending = await sendThere(request)
      return sending.reply === null
        ? { status: null, body: '', lost: sending.reason, sent: sending.sent }
        : { status: sending.reply.status, body: sending.reply.body, lost: '', sent: true }
    },
  })
}
