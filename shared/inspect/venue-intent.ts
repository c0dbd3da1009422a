/** What a look at one venue's payload gives, before it becomes an inspection. */
import type { TypedDataHashes } from '../eip712/typed-data.ts'
import type { Failure } from '../errors.ts'
import type { Hex } from '../hex.ts'

/** What a payload does at a venue that names its markets. Leverage and nonce are decimal strings; times are Unix ms. */
export interface VenueIntent {
  readonly action: 'setLeverage'
  /** The venue's symbol, or its number in decimal digits where the payload names the market by number. */
  readonly asset: string
  /** Null where the venue's change does not carry the margin mode. */
  readonly isCross: boolean | null
  /** Of the buy side, where the sides differ. */
  readonly leverage: string
  /** Only where it differs from `leverage`. */
  readonly sellLeverage?: string
  /** Null where the venue has none. */
  readonly nonce: string | null
  /** Synthetix: null for never. */
  readonly expiresAfter?: number | null
  /** Synthetix: whose leverage changes; left out where the payload does not say it. */
  readonly subAccountId?: string
  /** Arcus: whose leverage changes, lower case, and which of the accounts of that address. */
  readonly account?: Hex
  readonly accountIndex?: number
}

/** A well-formed payload, held against what came along and what was asked for. */
export interface Finding {
  readonly problems: readonly Failure[]
  readonly notes: readonly string[]
  /** Whether a hash, or a signature and who should have made it, was there to compare with. */
  readonly compared: boolean
  /** Whether all that is signed is in the payload. */
  readonly complete: boolean
  readonly intent: VenueIntent
  readonly digests: (TypedDataHashes & { readonly connectionId: Hex | null }) | null
  readonly signer: Hex | null
}
