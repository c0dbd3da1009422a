/** Hyperliquid's rules, for the registry. */
import * as v from 'valibot'
import type { VenueModule } from '../module.ts'
import { readExchangeAnswer } from './answer.ts'
import { assetPlace, dexOf } from './markets.ts'
import { exchangeBody } from './request.ts'
import { hyperliquidRevocation } from './revocation.ts'
import { contextOf, wireRules, type HyperliquidWire } from './wire.ts'

/** The pure part of Hyperliquid. */
export const hyperliquid: VenueModule<HyperliquidWire> = {
  name: 'Hyperliquid',
  signedBy: 'device',
  networks: ['mainnet', 'testnet'],
  carriesMode: true,
  carriesExpiry: true,
  carriesVault: true,
  blockOf: ({ symbol, number }) => ({ name: `dex ${dexOf(symbol)}`, index: assetPlace(number).dexIndex }),
  cautions: [],
  settingsSchema: v.strictObject({}),
  ...wireRules,
  bodyOf(wire, signature) {
    if (!signature) throw new Error('a change on Hyperliquid is signed by the device')
    return JSON.stringify(exchangeBody(wire.action, contextOf(wire), signature))
  },
  readAnswer: readExchangeAnswer,
  revocation: hyperliquidRevocation,
}
