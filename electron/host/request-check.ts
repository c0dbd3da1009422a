/**
 * What a request to the loopback host must be before anything looks at it. A page of another site, another port or a
 * name that was bound to 127.0.0.1 afterwards fails here, whatever cookie its browser adds.
 */
import type { IncomingMessage } from 'node:http'

/** Why a request is refused: an HTTP status, and a sentence for the person. */
export interface Refusal {
  readonly status: number
  readonly sentence: string
}

/** The only name of the host; `localhost` is not, since it may mean another machine. */
export const hostOf = (port: number): string => `127.0.0.1:${port}`

/** The only origin that pages of the host have. */
export const originOf = (port: number): string => `http://${hostOf(port)}`

/** Cookies are not kept apart by port, so the port is in the name. */
export const cookieName = (port: number): string => `countersign-${port}`

const refuse = (status: number, sentence: string): Refusal => ({ status, sentence })

const valuesOf = ({ rawHeaders }: IncomingMessage, name: string): string[] =>
  rawHeaders.filter((_, place) => place % 2 === 1 && rawHeaders[place - 1]?.toLowerCase() === name)

const isOnly = (values: readonly string[], value: string): boolean =>
  values.length === 1 && values[0] === value

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/** A page elsewhere that embeds, frames or fetches something from here; a link from elsewhere is no such thing. */
const isEmbedding = ({ headers }: IncomingMessage): boolean => {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document'
}

function checkAddress(request: IncomingMessage, port: number): Refusal | null {
  if (!isOnly(valuesOf(request, 'host'), hostOf(port))) {
    return refuse(421, `This is not the host's name. The desk is at ${originOf(port)} only.`)
  }
  if (!request.url?.startsWith('/')) return refuse(400, 'This is not a path.')
  return null
}

/** Checks a plain request: GET, no body, the exact Host, and the exact Origin where one is told. */
export function checkRequest(request: IncomingMessage, port: number): Refusal | null {
  const address = checkAddress(request, port)
  if (address) return address
  const origins = valuesOf(request, 'origin')
  if ((origins.length > 0 && !isOnly(origins, originOf(port))) || isEmbedding(request)) {
    return refuse(403, 'Pages of other origins get nothing here.')
  }
  if (request.method !== 'GET') return refuse(405, 'There is nothing here but pages to read.')
  return hasBody(request) ? refuse(413, 'A request here has no body.') : null
}

/** Checks the opening of a WebSocket: browsers always tell its Origin, and it must be the host's own. */
export function checkUpgrade(request: IncomingMessage, port: number): Refusal | null {
  const address = checkAddress(request, port)
  if (address) return address
  if (!isOnly(valuesOf(request, 'origin'), originOf(port))) {
    return refuse(403, 'Pages of other origins get nothing here.')
  }
  return null
}

/** The value of the host's own cookie in a request; undefined without exactly one. */
export function sessionCookie({ headers }: IncomingMessage, port: number): string | undefined {
  const prefix = `${cookieName(port)}=`
  const found = (headers.cookie ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(prefix))
  return found.length === 1 ? found[0]?.slice(prefix.length) : undefined
}
