/** Keys, venues and practice states for the tests of CoinSwitch and Bybit. */
import { createHmac, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { KeyedSending, KeySigner, Venue } from '../../electron/venues/port.ts'
import type { PracticeState, PracticeVenue } from '../../electron/venues/practice/port.ts'
import { freshState } from '../../electron/venues/practice/state.ts'
import {
  freshV5,
  practiceOnlyBybitKey,
  practiceOnlyCoinSwitchKey,
  type PracticeV5Account,
} from '../../electron/venues/practice/v5-state.ts'
import type { VenueEnvironment } from '../../electron/venues/environment.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import { ok, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'

export type V5Name = 'coinswitch' | 'bybit'
export const v5Names: readonly V5Name[] = ['coinswitch', 'bybit']

/** The value of a result that a test relies on. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** An Ed25519 key of a seed of 32 bytes in hex. */
export const ed25519Key = (seed: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'hex')]),
    format: 'der',
    type: 'pkcs8',
  })

export const ed25519Name = (seed: string): string =>
  createPublicKey(ed25519Key(seed)).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')

export const ed25519Sign = (seed: string, text: string): string =>
  sign(null, Buffer.from(text), ed25519Key(seed)).toString('hex')

export const hmacSign = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex')

export const coinSwitchKeyOf = (seed: string): KeySigner => ({
  keyId: ed25519Name(seed),
  sign: async (text) => ok(ed25519Sign(seed, text)),
})

export const bybitKeyOf = (keyId: string, secret: string): KeySigner => ({
  keyId,
  sign: async (text) => ok(hmacSign(secret, text)),
})

/** The well-known practice key of a venue. */
export const practiceKeyOf = (name: V5Name): KeySigner =>
  name === 'coinswitch'
    ? coinSwitchKeyOf(practiceOnlyCoinSwitchKey.seed)
    : bybitKeyOf(practiceOnlyBybitKey.keyId, practiceOnlyBybitKey.secret)

export const user = `0x${'51'.repeat(20)}` as const

/** A venue of the registry that talks to a server on this machine. */
export const venueAt = (
  origin: string,
  venue: V5Name,
  environment: Partial<VenueEnvironment> = {},
  settings: JsonObject = {},
): Venue =>
  valueOf(
    createVenue(
      { venue, network: 'mainnet', address: user, settings },
      { practiceOrigin: origin, readSigner: async () => ok(practiceKeyOf(venue)), ...environment },
    ),
  )

export const sendingAt = (name: V5Name, stampMs: number): KeyedSending => ({
  signer: practiceKeyOf(name),
  stampMs,
})

/** The body of a change, as the desk writes it. */
export const bodyText = (symbol: string, buy: string, sell = buy): string =>
  JSON.stringify({ category: 'linear', symbol, buyLeverage: buy, sellLeverage: sell })

/** A practice state in which the account of a venue differs. */
export function stateWith(name: V5Name, parts: Partial<PracticeV5Account>): PracticeState {
  const v5 = freshV5()
  return { ...freshState([user]), v5: { ...v5, [name]: { ...v5[name], ...parts } } }
}

export function accountOf({ state }: PracticeVenue, name: V5Name): PracticeV5Account {
  if (!state.v5) throw new Error('a practice state has its V5 accounts')
  return state.v5[name]
}

interface CoinSwitchVector {
  readonly seed: string
  readonly apiKey: string
  readonly method: 'GET' | 'POST'
  readonly pathOnTheWire: string
  readonly signedPath: string
  readonly epoch: string
  readonly message: string
  readonly signature: string
  readonly body: Readonly<Record<string, string>> | null
  readonly headers: Readonly<Record<string, string>>
}

interface BybitVector {
  readonly timestamp: string
  readonly apiKey: string
  readonly recvWindow: string
  readonly payload: string
  readonly secret: string
  readonly message: string
  readonly signature: string
  readonly headers: Readonly<Record<string, string>>
}

export const vectors = JSON.parse(
  readFileSync(new URL('../data/vectors/v5-setLeverage.json', import.meta.url), 'utf8'),
) as {
  readonly coinswitch: { readonly count: number; readonly vectors: readonly CoinSwitchVector[] }
  readonly bybit: { readonly count: number; readonly vectors: readonly BybitVector[] }
}
