/** The headers that came with a V5 body: whose they are, and what of them is signed. */
import { fail, ok, type Result } from '../errors.ts'
import { bybitHeaders } from '../venues/bybit/signing.ts'
import { coinSwitchHeaders } from '../venues/coinswitch/signing.ts'

/** What the headers say; a field is null where its header is not there. */
export interface V5Headers {
  /** Whose headers they are; null where none of either is there. */
  readonly venue: 'coinswitch' | 'bybit' | null
  readonly keyId: string | null
  /** CoinSwitch's epoch, Bybit's time stamp; decimal digits. */
  readonly time: string | null
  /** Bybit's alone. */
  readonly recvWindow: string | null
  /** Lower-case hex. */
  readonly signature: string | null
}

/** No headers at all. */
export const noV5Headers: V5Headers = {
  venue: null,
  keyId: null,
  time: null,
  recvWindow: null,
  signature: null,
}

const bad = (name: string, detail: string) => fail('input.badField', { field: `headers.${name}`, detail })

type Shapes = Readonly<Record<string, readonly [pattern: RegExp, words: string]>>

const digits = [/^(0|[1-9]\d{0,15})$/, 'it must be a time in decimal digits.'] as const

const shapes: Shapes = {
  [coinSwitchHeaders.key]: [/^[0-9a-f]{64}$/i, 'it must be an Ed25519 public key, 64 hex digits.'],
  [coinSwitchHeaders.epoch]: digits,
  [coinSwitchHeaders.signature]: [/^[0-9a-f]{128}$/i, 'it must be an Ed25519 signature, 128 hex digits.'],
  [bybitHeaders.key]: [/^[A-Za-z0-9]{1,100}$/, 'it must be letters and digits.'],
  [bybitHeaders.timestamp]: digits,
  [bybitHeaders.recvWindow]: digits,
  [bybitHeaders.signature]: [/^[0-9a-f]{64}$/i, 'it must be an HMAC-SHA256, 64 hex digits.'],
}

/** The headers under their lower-case names. */
function named(headers: Readonly<Record<string, unknown>>): Result<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase()
    if (typeof value !== 'string') return bad(given, 'it must be a text.')
    if (found.has(name)) return bad(given, 'it stands twice.')
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined
    if (shape && !shape[0].test(value)) return bad(given, shape[1])
    found.set(name, value)
  }
  return ok(found)
}

/** Reads the headers; those that have nothing to do with the signature are left alone. Fails with `input.badField`. */
export function readV5Headers(headers: Readonly<Record<string, unknown>>): Result<V5Headers> {
  const read = named(headers)
  if (!read.ok) return read
  const has = (names: Readonly<Record<string, string>>): boolean =>
    Object.values(names).some((name) => read.value.has(name))
  const value = (name: string): string | null => read.value.get(name) ?? null
  const [coinswitch, bybit] = [has(coinSwitchHeaders), has(bybitHeaders)]
  if (coinswitch && bybit)
    return fail('input.badField', {
      field: 'headers',
      detail: 'they are of CoinSwitch and of Bybit at once.',
    })
  if (coinswitch) {
    return ok({
      venue: 'coinswitch',
      keyId: value(coinSwitchHeaders.key)?.toLowerCase() ?? null,
      time: value(coinSwitchHeaders.epoch),
      recvWindow: null,
      signature: value(coinSwitchHeaders.signature)?.toLowerCase() ?? null,
    })
  }
  if (!bybit) return ok(noV5Headers)
  return ok({
    venue: 'bybit',
    keyId: value(bybitHeaders.key),
    time: value(bybitHeaders.timestamp),
    recvWindow: value(bybitHeaders.recvWindow),
    signature: value(bybitHeaders.signature)?.toLowerCase() ?? null,
  })
}
