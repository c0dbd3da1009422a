/**
 * The port to a venue, as the desk sees it; the same for every venue. Reading never changes anything and fails with
 * `venue.*`; a submission is sent once or not at all, and its answer is only read, never acted upon here.
 */
import type { Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { LeverageSetting, Market, MarketRef } from '../../shared/market.ts'
import type { Json } from '../../shared/strict-json.ts'
import type { Network } from '../../shared/venues/hyperliquid/digest.ts'
import type { Position } from '../../shared/venues/hyperliquid/state.ts'
import type { HttpAnswer, SubmissionOutcome } from '../../shared/venues/outcome.ts'

/** A venue that Countersign can talk to. */
export type VenueId = 'hyperliquid' | 'compass'

/** All markets of a venue and when they were read. */
export interface MarketList {
  readonly markets: readonly Market[]
  /** Unix milliseconds of this machine's clock. */
  readonly readAtMs: number
}

/** The leverage that is set now, read from the venue for this call. */
export interface CurrentSetting extends LeverageSetting {
  /** USD, the venue's decimal string. */
  readonly markPrice: string
  /** Unix milliseconds of this machine's clock. */
  readonly readAtMs: number
  /** The venue's clock minus this machine's in ms, good to about a second; null where the venue gave no time. */
  readonly skewMs: number | null
}

/** What an address is to the venue. */
export type AccountRole =
  | { readonly kind: 'missing' }
  | { readonly kind: 'user' }
  | { readonly kind: 'agent'; readonly of: Hex }
  | { readonly kind: 'subAccount'; readonly of: Hex }
  | { readonly kind: 'vault' }

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

/** A venue on one network. */
export interface Venue {
  readonly id: VenueId
  readonly network: Network
  /** The venue's name in sentences. */
  readonly name: string
  /** Which host takes submissions, as it is configured. */
  readonly origin: string
  /** The markets, at most `maxAgeMs` old (a minute unless told; 0 reads them now). */
  markets(maxAgeMs?: number): Promise<Result<MarketList>>
  /** The leverage of `account` (never an agent) in a market, read now, with or without an open position. */
  current(account: Hex, market: MarketRef): Promise<Result<CurrentSetting>>
  /** The open position of `account` in a market, read now; null when there is none. */
  position(account: Hex, market: MarketRef): Promise<Result<Position | null>>
  /** What an address is to the venue: tells an agent, a subaccount or a stranger before anything is signed. */
  role(address: Hex): Promise<Result<AccountRole>>
  /** Sends exactly this text, once. Never throws. */
  submit(body: string): Promise<HttpAnswer>
  /** What the answer to a submission says about its outcome. */
  readAnswer(answer: HttpAnswer): SubmissionOutcome
  /** Only where the venue prepares the payload. */
  readonly remote?: RemotePreparation
}
