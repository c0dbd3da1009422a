/** Compass' rules, for the registry. It forwards to Hyperliquid's mainnet, so what is signed is Hyperliquid's. */
import * as v from 'valibot'
import { fail } from '../../errors.ts'
import { hyperliquidOrigins } from '../hyperliquid/origins.ts'
import { hyperliquidRevocation } from '../hyperliquid/revocation.ts'
import { wireRules, type HyperliquidWire } from '../hyperliquid/wire.ts'
import type { VenueModule } from '../module.ts'
import { readExecuteAnswer } from './answer.ts'
import { compassNetwork } from './prepared.ts'
import { executeBody, pathPrefixes } from './request.ts'

/** The pure part of Compass. */
export const compass: VenueModule<HyperliquidWire> = {
  name: 'Compass',
  signedBy: 'device',
  networks: [compassNetwork],
  carriesMode: true,
  carriesExpiry: false,
  carriesVault: false,
  cautions: [],
  settingsSchema: v.strictObject({ pathPrefix: v.exactOptional(v.picklist(pathPrefixes)) }),
  ...wireRules,
  // Compass chooses the nonce: the desk asks it and checks what came (shared/venues/compass/prepared.ts).
  buildWire: () => fail('request.venueCannot', { venue: 'Compass', what: 'a payload made elsewhere' }),
  bodyOf({ action, nonce }, signature) {
    if (!signature) throw new Error('a change through Compass is signed by the device')
    return JSON.stringify(executeBody(action, nonce, signature))
  },
  readAnswer: readExecuteAnswer,
  // Compass has no operation for it, but what it forwards is an ordinary action of Hyperliquid on an ordinary nonce.
  revocation: {
    ...hyperliquidRevocation,
    takenBy: { name: 'Hyperliquid', origin: hyperliquidOrigins[compassNetwork] },
  },
}
