/**
 * What the desk must know of a venue without talking to it. Every venue fills in the same form; `W` is what stands in
 * `wire` of its prepared requests: the fields that are sent, exactly as they are sent, and nothing that another field
 * already says.
 */
import type * as v from 'valibot'
import type { TypedData } from '../eip712/typed-data.ts'
import type { Failure, Result } from '../errors.ts'
import type { Hex } from '../hex.ts'
import type { JsonObject } from '../history/canonical-json.ts'
import type { LeverageSetting, Market } from '../market.ts'
import type { Signature } from '../signature.ts'
import type { HttpAnswer, SubmissionOutcome } from './outcome.ts'

/** The networks of a venue. */
export type Network = 'mainnet' | 'testnet'

/** How the practice venue is called where a real one has its host: its port differs from run to run. */
export const practiceOriginName = 'practice'

/** Whether a text is the name of a network. */
export const isNetwork = (text: string): text is Network => text === 'mainnet' || text === 'testnet'

/** Hashes that stand for what is sent; each 32 bytes. */
export interface WireDigests {
  /** Hyperliquid's action hash; null at other venues. */
  readonly connectionId: Hex | null
  /** EIP-712 hashes of what the Ledger signs for the venue; null where an API key signs. */
  readonly domainHash: Hex | null
  readonly messageHash: Hex | null
}

/** What of an account a venue's own code reads; the store's accounts fit. */
export interface VenueAccount {
  readonly name: string
  readonly network: string
  readonly address: Hex
  readonly signer: Hex
  readonly vaultAddress: Hex | null
  readonly settings: JsonObject
}

/** All that a payload is made from. */
export interface WireInput {
  readonly account: VenueAccount
  readonly network: Network
  readonly market: Market
  readonly from: LeverageSetting
  readonly to: LeverageSetting
  /** Unix ms, never used before by this signer; only for venues that have nonces. */
  readonly nonce: number
  /** Unix ms until when it can be used; null for never. */
  readonly expiresAfter: number | null
  /** Public part of the API key that will sign; empty at venues where the Ledger signs. */
  readonly keyId: string
}

/** The parts of a prepared request that a venue's rules look at. */
export interface RequestFacts<W> {
  readonly network: Network
  readonly account: { readonly name: string; readonly address: Hex }
  readonly signer: { readonly address: Hex; readonly path: string }
  readonly market: Pick<Market, 'symbol' | 'id' | 'maxLeverage'>
  readonly from: LeverageSetting
  readonly to: LeverageSetting
  readonly wire: W
}

/** What a venue says about a try to revoke; `reason` is empty when it was taken. */
export interface RevocationAnswer {
  /** Taken; the nonce was used before; refused or certainly never sent; or nothing is known. */
  readonly outcome: 'taken' | 'nonceUsed' | 'refused' | 'unknown'
  readonly reason: string
  /** The leverage that was in force when it was taken, where the venue tells it: decimal string. */
  readonly previous?: string
}

/** What revokes one request: what the Ledger signs, what is sent for it, and how the answer is read. */
export interface RevocationParts {
  /** The nonce that it uses up, decimal digits. */
  readonly nonce: string
  readonly typedData: TypedData
  /** The exact text that is sent. */
  bodyOf(signature: Signature): string
  readAnswer(answer: HttpAnswer): RevocationAnswer
}

/** What a revocation by a higher nonce is made from beside the request. */
export interface RevocationTerms {
  /** The leverage in force in the market of the request, which it leaves as it is: decimal string. */
  readonly leverage: string
  /** Unix ms, above the nonce of the request. */
  readonly nonce: number
}

/**
 * How a signed request is made unusable at a venue: by an action that does nothing on its own nonce, or by a change to
 * the leverage in force on a higher nonce, which ends all lower ones of the signer.
 */
export type RevocationRules<W> =
  | {
      readonly by: 'sameNonce'
      /** The venue that takes it, where the request is sent to another one that has no operation for it. */
      readonly takenBy?: { readonly name: string; readonly origin: string }
      partsOf(wire: W, network: Network): RevocationParts
    }
  | {
      readonly by: 'higherNonce'
      /** Fails with `input.*` for terms that are not those of a revocation of this request. */
      partsOf(wire: W, network: Network, terms: RevocationTerms): Result<RevocationParts>
      /** The terms that stand in a body that was kept. Fails with `input.*`. */
      termsIn(body: string): Result<RevocationTerms>
    }

/** The pure part of a venue. */
export interface VenueModule<W> {
  /** The venue's name in sentences. */
  readonly name: string
  /** What signs that which is sent: the Ledger itself, or a sealed API key after an approval on the Ledger. */
  readonly signedBy: 'device' | 'apiKey'
  readonly networks: readonly Network[]
  /** Whether a change carries the margin mode; where it does not, the mode stays as it is. */
  readonly carriesMode: boolean
  /** Whether the venue itself refuses a change after its expiry. */
  readonly carriesExpiry: boolean
  /** Whether a signer can act for another account or for a vault. */
  readonly carriesVault: boolean
  /**
   * The block of numbers that a market stands in, by name and index, where the venue gives its numbers in blocks: markets of
   * one name are in one block (Hyperliquid: a dex).
   */
  readonly blockOf?: (market: { readonly symbol: string; readonly number: number }) => {
    readonly name: string
    readonly index: number
  }
  /** What a person must know of every change on this venue, each one sentence. */
  readonly cautions: readonly string[]
  /** What an account has at this venue beside its addresses; strict. */
  readonly settingsSchema: v.GenericSchema<unknown, JsonObject>
  /** Strict schema of `wire`. */
  readonly wireSchema: v.GenericSchema<unknown, W>
  /** Fixes the payload of a change. Fails with `request.venueCannot` or `input.*`. */
  buildWire(input: WireInput): Result<W>
  /** The first field that is shown but is not what is in the payload; null when all of them agree. */
  disagreement(request: RequestFacts<W>): string | null
  /** Nonce of the payload in decimal digits; null at venues without one. */
  nonceOf(wire: W): string | null
  /** Unix ms after which it must not be used any more; null for never. */
  expiresAfterOf(wire: W): number | null
  /** Unix ms from which an unsent request is of no use any more. */
  deadlineOf(wire: W): number
  /**
   * Unix ms from which nobody can apply a request that was sent at `sentAtMs`, with a margin for clocks; it is what
   * turns an unknown outcome into one that is known not to have been applied.
   */
  overAt(wire: W, sentAtMs: number): number
  digestsOf(wire: W, network: Network): WireDigests
  /** What the Ledger signs for the venue; null where an API key signs. */
  typedDataOf(wire: W, network: Network): TypedData | null
  /** The exact text that is sent. `signature` is null where an API key signs, and is then in headers, never in a body. */
  bodyOf(wire: W, signature: Signature | null): string
  /** What the answer to a submission says about its outcome. */
  readAnswer(answer: HttpAnswer, wire: W): SubmissionOutcome
  /** Only where a signed request can be made unusable. */
  readonly revocation?: RevocationRules<W>
  /** Whose leverage changes, as people and approvals say it: ASCII, printable, no two spaces in a row. */
  subjectOf(request: RequestFacts<W>): string
}

/** A failure as a refusal by the venue. */
export const refusedBy = (failure: Failure): SubmissionOutcome => ({ kind: 'refused', failure })
