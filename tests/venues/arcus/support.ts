/** Signed requests and sealed keys for the tests of Arcus; the keys are published test keys. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ok } from '../../../shared/errors.ts'
import type { Hex } from '../../../shared/hex.ts'
import type { JsonObject } from '../../../shared/history/canonical-json.ts'
import {
  canonicalBody,
  nanosecondsOf,
  signedHeaders,
  signingText,
} from '../../../shared/venues/arcus/signing.ts'
import type { ArcusWire } from '../../../shared/venues/arcus/wire.ts'
import type { KeySigner, Venue } from '../../../electron/venues/port.ts'
import { practiceOnlyArcusKey, type PracticeArcus } from '../../../electron/venues/practice/arcus-state.ts'
import type { PracticeVenue } from '../../../electron/venues/practice/port.ts'
import { createVenue } from '../../../electron/venues/registry.ts'
import { user, valueOf } from '../support.ts'

/** A key pair by its seed, 64 hex digits. */
export const keyOf = (seed: string) => ({
  keyId: bytesToHex(ed25519.getPublicKey(hexToBytes(seed))),
  sign: (text: string): string => bytesToHex(ed25519.sign(utf8ToBytes(text), hexToBytes(seed))),
})

export const practiceKey = keyOf(practiceOnlyArcusKey.seed)
export const otherKey = keyOf('44'.repeat(32))

/** The key as the desk opens it for one sending. */
export const signerOf = ({ keyId, sign }: ReturnType<typeof keyOf>): KeySigner => ({
  keyId,
  sign: (text) => Promise.resolve(ok(sign(text))),
})

/** BTC of the first practice account from 5x to 10x, which the practice venue takes. */
export const wireTo = (leverage: number, change: Partial<ArcusWire> = {}): ArcusWire => ({
  address: user,
  accountIndex: 0,
  marketId: 1,
  leverage,
  isolated: null,
  keyId: practiceKey.keyId,
  until: Number.MAX_SAFE_INTEGER,
  ...change,
})

/** Headers over a body, as a correct client makes them. */
export const headersFor = (body: JsonObject, stampMs: number, key = practiceKey) => {
  const timestamp = nanosecondsOf(stampMs)
  return signedHeaders(key.keyId, timestamp, key.sign(signingText(timestamp, canonicalBody(body))))
}

/** Arcus of the registry, talking to a server on this machine. */
export const arcusAt = (
  origin: string,
  settings: JsonObject = {},
  more: {
    readonly limits?: { readonly totalMs?: number }
    readonly now?: () => number
    readonly address?: Hex
  } = {},
): Venue => {
  const { address = user, ...environment } = more
  return valueOf(
    createVenue(
      { venue: 'arcus', network: 'mainnet', address, settings },
      { practiceOrigin: origin, ...environment },
    ),
  )
}

/** The practice Arcus as it stands. */
export function stateOf(practice: PracticeVenue): PracticeArcus {
  if (!practice.state.arcus) throw new Error('the practice venue has no Arcus')
  return practice.state.arcus
}

/** Changes the practice Arcus from outside. */
export const alter = (practice: PracticeVenue, change: Partial<PracticeArcus>): void =>
  practice.setState({ ...practice.state, arcus: { ...stateOf(practice), ...change } })
