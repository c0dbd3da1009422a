/**
 * What CoinSwitch's signature is over: method, path and time. The body is not covered, so one signature would do for any
 * body on the same path; it is therefore made in the moment of sending and kept nowhere. Source: CoinSwitch PRO API docs,
 * Authentication and reference client.
 */
import { fail, ok, type Result } from '../../errors.ts'

/** What a request is signed with. */
export interface CoinSwitchSigning {
  readonly method: 'GET' | 'POST'
  /** The path as it goes over the wire, with its query. */
  readonly path: string
  /** Unix time in decimal digits; milliseconds in all newer sources. */
  readonly epoch: string
}

/** The path as it is signed: percent-decoded, a plus sign read as a space. Fails with `input.badField`. */
export function decodedPath(path: string): Result<string> {
  try {
    return ok(decodeURIComponent(path.replaceAll('+', ' ')))
  } catch {
    return fail('input.badField', { field: 'path', detail: 'it is not percent-encoded UTF-8.' })
  }
}

/** The text that is signed: method, decoded path and epoch, without anything between. Fails with `input.badField`. */
export function coinSwitchText({ method, path, epoch }: CoinSwitchSigning): Result<string> {
  const decoded = decodedPath(path)
  return decoded.ok ? ok(`${method}${decoded.value}${epoch}`) : decoded
}

/** Names of the headers, in lower case. */
export const coinSwitchHeaders = {
  key: 'x-auth-apikey',
  epoch: 'x-auth-epoch',
  signature: 'x-auth-signature',
} as const
