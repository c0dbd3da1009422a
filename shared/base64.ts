/** Standard base64 (RFC 4648, section 4), padded; each byte string has exactly one spelling that is read. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const valueOf = new Map([...alphabet].map((letter, value) => [letter, value]))

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3)
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
    const letters = [18, 12, 6, 0].map((shift) => alphabet[(bits >> shift) & 63] ?? '')
    text += letters.slice(0, b === undefined ? 2 : c === undefined ? 3 : 4).join('')
  }
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

/** The bytes of a base64 text; null for anything that `toBase64` does not write. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  const letters = text.replace(/=+$/, '')
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4))
  let bits = 0
  let kept = 0
  let at = 0
  for (const letter of letters) {
    bits = ((bits << 6) | (valueOf.get(letter) ?? 0)) & 0xffff
    kept += 6
    if (kept < 8) continue
    kept -= 8
    bytes[at++] = (bits >> kept) & 0xff
  }
  return toBase64(bytes) === text ? bytes : null
}
