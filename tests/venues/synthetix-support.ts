/** Signed requests and permits of Synthetix for the tests of its adapter and of the practice venue. */
import { privateKeyToAccount } from 'viem/accounts'
import { hashTypedData, type TypedData } from '../../shared/eip712/typed-data.ts'
import { ok } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import { readSignatureHex, type Signature } from '../../shared/signature.ts'
import { walletOf } from '../../shared/venues/synthetix/fields.ts'
import { permitTerms, permitTypedData, type ReadPermit } from '../../shared/venues/synthetix/read-permit.ts'
import { settingsOf } from '../../shared/venues/synthetix/settings.ts'
import { bodyOf, typedDataOf, type SynthetixWire } from '../../shared/venues/synthetix/wire.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { Venue } from '../../electron/venues/port.ts'
import { synthetixSubAccountOf } from '../../electron/venues/practice/synthetix-state.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import { addressOf, user, userKey, valueOf } from './support.ts'

/** The subaccount of the tests' funded user. */
export const subAccountId = synthetixSubAccountOf(user)

export async function signWith(key: Hex, typedData: TypedData): Promise<Signature> {
  const { digest } = hashTypedData(typedData)
  return valueOf(readSignatureHex(await privateKeyToAccount(key).sign({ hash: digest })))
}

/** A change of SOL-USDT, where the funded user has no position, to 7x. */
export const changeWire = (change: Partial<SynthetixWire> = {}): SynthetixWire => ({
  subAccountId,
  walletAddress: walletOf(user),
  symbol: 'SOL-USDT',
  leverage: '7',
  nonce: Date.now(),
  expiresAfter: Date.now() + 60_000,
  expiresAfterUnit: 'ms',
  bodyShape: 'A',
  ...change,
})

/** The text of a signed change. */
export async function signedChange(change: Partial<SynthetixWire> = {}, key: Hex = userKey): Promise<string> {
  const wire = changeWire({ walletAddress: walletOf(addressOf(key)), ...change })
  return bodyOf(wire, await signWith(key, typedDataOf(wire)))
}

/** A permit to read that a key signed. */
export async function permitBy(
  key: Hex,
  settings: JsonObject = { subAccountId },
  nowMs = Date.now(),
): Promise<ReadPermit> {
  const terms = permitTerms(nowMs)
  const { r, s, v } = await signWith(key, permitTypedData(terms, valueOf(settingsOf(settings))))
  return { ...terms, signer: lower(addressOf(key)), signature: `${r}${s.slice(2)}${v.toString(16)}` as Hex }
}

/** Synthetix of the registry, for the funded user's account, at a server on this machine. */
export const synthetixAt = (
  origin: string,
  options: {
    readonly settings?: JsonObject
    readonly permit?: ReadPermit
    readonly limits?: { readonly totalMs?: number }
  } = {},
): Venue => {
  const { settings = { subAccountId, defaultLeverage: '10' }, permit, limits = {} } = options
  return valueOf(
    createVenue(
      { venue: 'synthetix', network: 'mainnet', address: user, settings },
      {
        practiceOrigin: origin,
        limits,
        ...(permit ? { readPermit: () => Promise.resolve(ok(permit)) } : {}),
      },
    ),
  )
}
