/**
 * What Bybit's signature is over: time, key, window, and the exact bytes of the body or query. Source: Bybit V5 docs,
 * guide. Only keys made by Bybit (HMAC-SHA256, lower-case hex) are signed with; RSA keys are not.
 */

/** What a request is signed with. */
export interface BybitSigning {
  /** Unix ms in decimal digits. */
  readonly timestamp: string
  readonly keyId: string
  /** Milliseconds in decimal digits. */
  readonly recvWindow: string
  /** The query without its question mark for GET, the body for POST: byte for byte as it is sent. */
  readonly payload: string
}

/** The text that is signed: all four, without anything between. */
export const bybitText = ({ timestamp, keyId, recvWindow, payload }: BybitSigning): string =>
  `${timestamp}${keyId}${recvWindow}${payload}`

/** Time, key and window, then a query or nothing. A body is JSON and begins with a brace. */
const question =
  /^(\d{13})([A-Za-z0-9]+?)(\d{4,5})((?:[A-Za-z]+=[A-Za-z0-9._~%-]*)(?:&[A-Za-z]+=[A-Za-z0-9._~%-]*)*)?$/

/**
 * Whether a text to be signed with this key can only ask: the method is not in it, so it is told by what follows the
 * window, a query or nothing and never a JSON body. For a signer that is to sign questions without an approval.
 */
export const isBybitQuestion = (text: string, keyId: string): boolean =>
  question.test(text) && text.slice(13, 13 + keyId.length) === keyId

/** Names of the headers, in lower case. */
export const bybitHeaders = {
  key: 'x-bapi-api-key',
  timestamp: 'x-bapi-timestamp',
  recvWindow: 'x-bapi-recv-window',
  signature: 'x-bapi-sign',
} as const
