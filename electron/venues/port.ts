/**
 * The port to a venue, as the desk sees it; the same for every venue. Reading never changes anything and fails with
 * `venue.*`; a submission is sent once or not at all, and its answer is only read, never acted upon here.
 */
import type { Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { KeyFacts } from '../../shared/keys.ts'
import type { LeftOut, Listed } from '../../shared/listed.ts'
import type { LeverageSetting, Market, MarketRef, Position } from '../../shared/market.ts'
import type { Json } from '../../shared/strict-json.ts'
import type { KeyStanding } from '../../shared/venues/arcus/api-keys.ts'
import type { Agent } from '../../shared/venues/hyperliquid/approve-agent.ts'
import type { Network } from '../../shared/venues/module.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import type { VenueId } from '../../shared/venues/registry.ts'

export type { KeyStanding } from '../../shared/venues/arcus/api-keys.ts'

/** All markets of a venue and when they were read. */
export interface MarketList {
  readonly markets: readonly Market[]
  /** What else it lists and why that is not a market that can be used. */
  readonly leftOut: readonly LeftOut[]
  /** Unix milliseconds of this machine's clock. */
  readonly readAtMs: number
}

/** The leverage that is set now, read from the venue for this call. */
export interface CurrentSetting extends LeverageSetting {
  /** USD, the venue's decimal string; null where it is not told with the leverage. */
  readonly markPrice: string | null
  /** Unix milliseconds of this machine's clock. */
  readonly readAtMs: number
  /** The venue's clock minus this machine's in ms, good to about a second; null where the venue gave no time. */
  readonly skewMs: number | null
}

/** Who is to sign for which account. */
export interface Signing {
  readonly address: Hex
  readonly signer: Hex
  readonly vaultAddress: Hex | null
  /** Public part of the API key that will sign; left out where the Ledger signs. */
  readonly keyId?: string
}

/**
 * Signs with the account's sealed API key in the moment of sending. The key never leaves it, and what it signs is kept
 * nowhere.
 */
export interface KeySigner {
  /** Public part of the key: what the venue knows it by. */
  readonly keyId: string
  /** The signature as the venue's header carries it, lower-case hex without 0x. Fails with `secret.*`. */
  sign(message: string): Promise<Result<string>>
}

/** One sending of what an API key signs. */
export interface KeyedSending {
  readonly signer: KeySigner
  /** Unix ms of the venue's clock, never used before with this key. */
  readonly stampMs: number
}

/** What only a venue has that builds the payload itself (Compass). Nothing of it may be signed unchecked. */
export interface RemotePreparation {
  /**
   * Asks for a prepared change and gives the answer as it came, for shared/venues/compass/prepared.ts to judge.
   * `leverage` is a whole decimal string. Fails with `venue.refusedToPrepare` where the venue names a fault in it.
   */
  prepare(owner: Hex, market: MarketRef, leverage: string): Promise<Result<Json>>
  /**
   * Whether the venue says that the leverage is exactly this already. Weaker than `current`, for it says nothing about
   * the margin mode: only for when `current` cannot be read.
   */
  isAlready(owner: Hex, market: MarketRef, leverage: string): Promise<Result<boolean>>
}

/** What only a venue has where the owner's Ledger registers API keys (Arcus). */
export interface ApiKeyRegistry {
  /** What the venue says of a key of the account. Fails with `secret.notAccepted` where it does not take it. */
  standing(keyId: string): Promise<Result<KeyStanding>>
  /** Sends a registration that the Ledger signed, once. Never throws. */
  register(body: string): Promise<HttpAnswer>
}

/** The keys that a user lets act for it, where the venue has such (Hyperliquid). */
export interface VenueAgents {
  /** The agents of a user that have a name, read now. Fails with `venue.*`. */
  list(user: Hex): Promise<Result<Listed<Agent>>>
}

/** A venue on one network, for one account. */
export interface Venue {
  readonly id: VenueId
  readonly network: Network
  /** The venue's name in sentences. */
  readonly name: string
  /** Which host takes submissions, as it is configured. */
  readonly origin: string
  /** The markets, at most `maxAgeMs` old (a minute unless told; 0 reads them now). */
  markets(maxAgeMs?: number): Promise<Result<MarketList>>
  /** The leverage of the account (never an agent's) in a market, read now, with or without an open position. */
  current(account: Hex, market: MarketRef): Promise<Result<CurrentSetting>>
  /** The open position of the account in a market, read now; null when there is none. */
  position(account: Hex, market: MarketRef): Promise<Result<Position | null>>
  /**
   * Whether what is to sign may act for the account, asked of the venue before anything is signed.
   * Fails with `request.signerNotAllowed`, for an API key with `secret.none` or `secret.notAccepted`, or with `venue.*`.
   */
  checkSigner(signing: Signing): Promise<Result<null>>
  /**
   * What the venue says of an API key of the account, read now; the signer signs reads only. Only where the venue says
   * more than that it takes it. Fails as `checkSigner` does.
   */
  checkKey?(signer: KeySigner): Promise<Result<KeyFacts>>
  /** The venue's clock minus this machine's in ms, where an API key's signature is over a time. */
  clock?(): Promise<Result<number>>
  /** Sends exactly this text, once; `keyed` where an API key signs. Never throws. */
  submit(body: string, keyed?: KeyedSending): Promise<HttpAnswer>
  /** The venue that carries out what this one forwards, where that is another one: it takes revocations (Compass: Hyperliquid). */
  readonly settlement?: Pick<Venue, 'submit'>
  /** Only where a user can let other keys act for it. */
  readonly agents?: VenueAgents
  /** Only where the venue prepares the payload. */
  readonly remote?: RemotePreparation
  /** Only where the Ledger registers API keys. */
  readonly apiKeys?: ApiKeyRegistry
}
