/**
 * What the API key signs: the time, the word `setLeverage` and the canonical body, one after the other without anything
 * between (Arcus docs, "Authentication", legacy scheme). Neither network nor host stands in it.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import * as v from 'valibot'
import { canonicalJson, type JsonObject } from '../../history/canonical-json.ts'

/** Last segment of the path, as it stands in the text that is signed. */
const action = 'setLeverage'

/** An API key's public part, which is also what the venue knows it by: 32 bytes of hex without 0x, lower case. */
export const keyIdSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'it must be 64 lower-case hex digits without 0x.'),
)

/** Unix ms as the nanoseconds of `X-Timestamp`; exact, for nanoseconds are beyond the exact numbers of JavaScript. */
export const nanosecondsOf = (ms: number): string => String(BigInt(ms) * 1_000_000n)

/** The body in canonical form: names sorted at every level, no white space. Throws on what is not exact JSON. */
export function canonicalBody(body: JsonObject): string {
  const text = canonicalJson(body)
  if (!text.ok) throw new Error(`a body is exact JSON: ${text.error.message}`)
  return text.value
}

/** The text that is signed. `timestamp` is the header's; `body` is in canonical form. */
export const signingText = (timestamp: string, body: string): string => `${timestamp}${action}${body}`

/** The headers of a signed request, lower case as the client sends them. */
export const signedHeaders = (keyId: string, timestamp: string, signature: string) => ({
  'x-api-key': keyId,
  'x-timestamp': timestamp,
  'x-signature': signature,
})

/** Whether a key made a signature over a text: pure Ed25519, no pre-hash (RFC 8032). Hex without 0x; never throws. */
export function isSignedBy(keyId: string, signature: string, text: string): boolean {
  try {
    return ed25519.verify(hexToBytes(signature), utf8ToBytes(text), hexToBytes(keyId), { zip215: false })
  } catch {
    return false
  }
}
