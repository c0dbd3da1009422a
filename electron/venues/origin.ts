/**
 * Which hosts may be talked to: an origin is accepted only in its one exact spelling, so that no two readers of the
 * same text can mean different hosts.
 */
import { fail, ok, type Result } from '../../shared/errors.ts'

const loopbackHosts = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Whether an origin is this machine itself: `127.0.0.1`, `[::1]` or `localhost`, with any port. */
export const isLoopback = (origin: URL): boolean => loopbackHosts.has(origin.hostname)

const parsed = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null)

const isExact = (text: string, url: URL): boolean =>
  url.origin === text && !url.hostname.endsWith('.') && !url.hostname.includes('xn--')

/**
 * Reads a configured origin, `scheme://host[:port]` and nothing more. Only https, and plain http to this machine.
 * User names, paths, trailing dots, capitals, default ports, other spellings of an IP address and international names
 * are refused. Fails with `venue.hostNotAllowed`.
 */
export function readOrigin(text: string, venue: string): Result<URL> {
  const url = parsed(text)
  const safe = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)))
  return safe && isExact(text, url)
    ? ok(url)
    : fail('venue.hostNotAllowed', { host: text.slice(0, 200), venue })
}

/**
 * The URL of a path at an origin. The two put together must be exactly the URL that is sent, at the same origin, so
 * that a path can never lead to another host. Fails with `venue.hostNotAllowed`.
 */
export function urlAt(origin: URL, path: string, venue: string): Result<URL> {
  const text = `${origin.origin}${path}`
  const url = parsed(text)
  return url !== null && url.href === text && url.origin === origin.origin
    ? ok(url)
    : fail('venue.hostNotAllowed', { host: text.slice(0, 200), venue })
}
