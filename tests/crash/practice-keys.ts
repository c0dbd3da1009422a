/** The API keys of the practice venues, which the whole world knows, as the desk opens them. */
import { noKeys } from '../support/no-keys.ts'
import type { DeskKeys } from '../../electron/desk/ports.ts'
import { signatureOf } from '../../electron/secrets/clear-key.ts'
import { practiceOnlyArcusKey } from '../../electron/venues/practice/arcus-state.ts'
import { practiceOnlyBybitKey, practiceOnlyCoinSwitchKey } from '../../electron/venues/practice/v5-state.ts'
import type { KeySigner } from '../../electron/venues/port.ts'
import { ok } from '../../shared/errors.ts'
import { keyKindOf } from '../../shared/keys.ts'
import type { VenueId } from '../../shared/venues/registry.ts'

const secrets: { readonly [venue in VenueId]?: { readonly keyId: string; readonly secret: Buffer } } = {
  arcus: { keyId: practiceOnlyArcusKey.keyId, secret: Buffer.from(practiceOnlyArcusKey.seed, 'hex') },
  coinswitch: {
    keyId: practiceOnlyCoinSwitchKey.keyId,
    secret: Buffer.from(practiceOnlyCoinSwitchKey.seed, 'hex'),
  },
  bybit: { keyId: practiceOnlyBybitKey.keyId, secret: Buffer.from(practiceOnlyBybitKey.secret) },
}

/** Signs with the practice key of a venue; null where its Ledger signs. */
export function practiceSignerOf(venue: VenueId): KeySigner | null {
  const [known, kind] = [secrets[venue], keyKindOf(venue)]
  if (!known || !kind) return null
  const { keyId, secret } = known
  return { keyId, sign: (message) => Promise.resolve(ok(signatureOf(kind, secret, message))) }
}

/** The keys of a desk whose one account is at `venue`. */
export function practiceKeysOf(venue: VenueId): DeskKeys {
  const signer = practiceSignerOf(venue)
  if (!signer) return noKeys
  return {
    of: () => Promise.resolve(ok({ keyId: signer.keyId })),
    open: () => Promise.resolve(ok(signer)),
  }
}
