/** What a look at a payload gives, and the inspection that it amounts to; the same for every venue. */
import type { ApprovalQuestion } from '../approvals/approval.ts'
import type { ApprovalFacts } from '../approvals/facts.ts'
import type { ErrorCode, Failure, Result } from '../errors.ts'
import type { TypedDataHashes } from '../eip712/typed-data.ts'
import type { Hex } from '../hex.ts'
import type { Network } from '../venues/module.ts'
import type { InspectInput, InspectVenue, PayloadKind } from './input.ts'

/**
 * - `verified`: a hash came along, or a signature and an expected signer or API key, and all of it, recomputed, agrees
 * - `computed`: well formed, digests computed, nothing came along to compare with
 * - `incomplete`: not all that is signed is in the payload, such as the action behind opaque typed data
 * - `mismatch`: a hash, the signer, the API key's signature or a field contradicts
 * - `refused`: malformed, unknown fields, or not a leverage change
 */
export type Verdict = 'verified' | 'computed' | 'incomplete' | 'mismatch' | 'refused'

/** A problem as it is printed: the catalogue's code and sentence, and the field that is to blame. */
export interface Problem {
  readonly code: ErrorCode
  readonly message: string
  readonly field?: string
}

/** What a Hyperliquid action does. Leverage and nonce are decimal strings; times are Unix ms. */
export interface Intent {
  readonly action: 'updateLeverage'
  readonly asset: number
  readonly isCross: boolean
  readonly leverage: string
  readonly nonce: string
  readonly vaultAddress: Hex | null
  readonly expiresAfter: number | null
}

/** What a payload does at any other venue. Leverage and nonce are decimal strings; times are Unix ms. */
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

/** The hashes of a payload; `connectionId` is Hyperliquid's alone. */
export interface InspectedDigests extends TypedDataHashes {
  readonly connectionId: Hex | null
}

/** An approval as `inspect` tells it. */
export interface InspectedApproval {
  readonly form: ApprovalQuestion['form']
  readonly facts: ApprovalFacts
  /** What the Ledger signed: the EIP-191 or the EIP-712 digest. */
  readonly signedDigest: Hex
}

/** What `inspect` found. Hex is in lower case with 0x. */
export interface Inspection {
  readonly venue: InspectVenue | null
  readonly network: Network | null
  readonly kind: PayloadKind | null
  readonly verdict: Verdict
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  readonly intent: Intent | VenueIntent | null
  readonly digests: InspectedDigests | null
  /** Recovered from the signature; null when there is none. */
  readonly signer: Hex | null
  /** The exact text that an API key signs; null where the Ledger signs, or where a part of it did not come along. */
  readonly signingText: string | null
  /** Whether the API key's signature is right; null where none came, or where nobody can tell without the secret. */
  readonly signatureValid: boolean | null
  /** What signing it does, beginning with a verb; only there for what Countersign signs beside changes of leverage. */
  readonly does?: string
  /** What the Ledger signs of a personal message: its EIP-191 digest; only there for one that is no approval. */
  readonly signedDigest?: Hex
  /** What an approval in words says; only there for one. */
  readonly approval?: InspectedApproval
}

/** What `inspect` is told beside the input. */
export interface InspectOptions {
  /** The network that is meant, if the caller says so. */
  readonly network: Network | null
  /** Unix time in ms, for notes only. */
  readonly nowMs: number
}

/** Looks at one kind of payload. */
export type Look = (input: InspectInput, options: InspectOptions) => Inspection

/** A well-formed payload, held against what came along and what was asked for; what is left out is null. */
export interface Finding extends Partial<Omit<Inspection, 'verdict' | 'problems' | 'notes'>> {
  readonly problems: readonly Failure[]
  readonly notes: readonly string[]
  /** Whether a hash, or a signature and who should have made it, was there to compare with. */
  readonly compared: boolean
  /** Whether all that is signed is in the payload; it is unless told. */
  readonly complete?: boolean
}

const nothing: Inspection = {
  venue: null,
  network: null,
  kind: null,
  verdict: 'refused',
  problems: [],
  notes: [],
  intent: null,
  digests: null,
  signer: null,
  signingText: null,
  signatureValid: null,
}

/** A failure as a problem. */
export const problem = ({ code, message, field }: Failure): Problem => ({
  code,
  message,
  ...(field === undefined ? {} : { field }),
})

/** The inspection of what is refused; `known` is what could be told of it all the same. */
export const refused = (error: Failure, known: Partial<Inspection> = {}): Inspection => ({
  ...nothing,
  ...known,
  problems: [problem(error)],
})

function verdictOf({ problems, compared, complete = true }: Finding): Verdict {
  if (problems.length > 0) return 'mismatch'
  if (!complete) return 'incomplete'
  return compared ? 'verified' : 'computed'
}

/** The inspection that a look amounts to; what it found goes before what was known already. */
export function concluded(known: Partial<Inspection>, found: Result<Finding>): Inspection {
  if (!found.ok) return refused(found.error, known)
  const { problems, compared: _, complete: __, ...rest } = found.value
  return {
    ...nothing,
    ...known,
    ...rest,
    verdict: verdictOf(found.value),
    problems: problems.map(problem),
  }
}
