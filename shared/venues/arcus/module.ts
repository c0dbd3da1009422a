/** Arcus' rules, for the registry. A sealed Ed25519 key signs in the moment of sending, after an approval on the Ledger. */
import type { VenueModule } from '../module.ts'
import { readSetLeverageAnswer } from './answer.ts'
import { arcusSettingsSchema } from './settings.ts'
import { canonicalBody } from './signing.ts'
import {
  arcusWireSchema,
  bodyFields,
  buildArcusWire,
  disagreement,
  settledAfterMs,
  type ArcusWire,
} from './wire.ts'

/** The pure part of Arcus. */
export const arcus: VenueModule<ArcusWire> = {
  name: 'Arcus',
  signedBy: 'apiKey',
  networks: ['mainnet', 'testnet'],
  carriesMode: true,
  carriesExpiry: false,
  carriesVault: false,
  cautions: [
    'The Ledger approves this change; a sealed API key signs it for Arcus, only after that approval and only once.',
    'The signature of the API key names no network: use one key for mainnet and another one for testnet.',
  ],
  settingsSchema: arcusSettingsSchema,
  wireSchema: arcusWireSchema,
  buildWire: buildArcusWire,
  disagreement,
  nonceOf: () => null,
  expiresAfterOf: ({ until }) => until,
  deadlineOf: ({ until }) => until,
  overAt: (_, sentAtMs) => sentAtMs + settledAfterMs,
  digestsOf: () => ({ connectionId: null, domainHash: null, messageHash: null }),
  typedDataOf: () => null,
  bodyOf: (wire) => canonicalBody(bodyFields(wire)),
  readAnswer: readSetLeverageAnswer,
  subjectOf: ({ wire }) => `${wire.address} account ${wire.accountIndex}`,
}
