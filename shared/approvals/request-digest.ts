/** The digest of a prepared request, which an approval names. */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { toHex, type Hex } from '../hex.ts'
import { canonicalJson, type JsonObject } from '../history/canonical-json.ts'

/**
 * keccak256 of the canonical JSON (RFC 8785) of a prepared request without its digests. Throws on what is not exact
 * JSON: a request is checked against its schema before.
 */
export function requestDigestOf(request: JsonObject): Hex {
  const text = canonicalJson(request)
  if (!text.ok) throw new Error(`a prepared request is exact JSON: ${text.error.message}`)
  return toHex(keccak_256(utf8ToBytes(text.value)))
}
