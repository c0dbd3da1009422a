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

/** Names of the headers, in lower case. */
export const bybitHeaders = {
  key: 'x-bapi-api-key',
  timestamp: 'x-bapi-timestamp',
  recvWindow: 'x-bapi-recv-window',
  signature: 'x-bapi-sign',
} as const
