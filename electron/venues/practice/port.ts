/** The practice venue as tests and the command line see it: its options, its state and what it can be told to do. */
import type { Hex } from '../../../shared/hex.ts'
import type { Json } from '../../../shared/strict-json.ts'
import type { Network } from '../../../shared/venues/module.ts'
import type { PracticeArcus } from './arcus-state.ts'
import type { SynthetixState } from './synthetix-state.ts'
import type { PracticeV5 } from './v5-state.ts'

/** A key that may act for a user. */
export interface PracticeAgent {
  readonly address: Hex
  readonly name: string
  /** Unix milliseconds; null for ever. */
  readonly validUntil: number | null
}

/** Leverage of one market of an account. */
export interface PracticeLeverage {
  readonly type: 'cross' | 'isolated'
  readonly value: number
}

/** An open position. */
export interface PracticePosition {
  /** Signed size in units of the market, decimal string; negative for short. */
  readonly szi: string
  /** USD, decimal string. */
  readonly entryPx: string
  /** USD set aside for it, decimal string; null when it is margined from the whole account. */
  readonly isolatedMargin: string | null
}

/** An account of the practice venue; its map keys are coins such as `BTC` or `xyz:AAPL`. */
export interface PracticeAccount {
  readonly role: 'user' | 'subAccount' | 'vault'
  /** Whose keys act for a subaccount or vault; null for a user. */
  readonly master: Hex | null
  /** Free USD, decimal string. */
  readonly balance: string
  readonly agents: readonly PracticeAgent[]
  /** What was set; the rest is at the venue's default (20x or the market's maximum, cross where allowed). */
  readonly leverage: Readonly<Record<string, PracticeLeverage>>
  readonly positions: Readonly<Record<string, PracticePosition>>
}

/** An action that was accepted. Two of the same nonce and signer can never be here. */
export interface AppliedAction {
  readonly type: 'updateLeverage' | 'noop' | 'approveAgent'
  readonly nonce: number
  readonly signer: Hex
  /** Whose account it changed. */
  readonly account: Hex
  readonly asset: number | null
  readonly isCross: boolean | null
  readonly leverage: number | null
  /** The agent that was approved; only there for that. */
  readonly agent?: PracticeAgent
  /** By which door it came. */
  readonly via: 'hyperliquid' | 'compass'
  /** Unix milliseconds of the practice venue's clock. */
  readonly atMs: number
}

/** All that the practice venue remembers; plain JSON, so that it can be kept in a file. Addresses in lower case. */
export interface PracticeState {
  readonly version: 1
  readonly accounts: Readonly<Record<Hex, PracticeAccount>>
  /** Used nonces per signer, rising, the 100 highest. */
  readonly nonces: Readonly<Record<Hex, readonly number[]>>
  readonly applied: readonly AppliedAction[]
  /** The accounts at CoinSwitch and Bybit; fresh ones where they are left out. */
  readonly v5?: PracticeV5
  /** Absent in a state that is older than the practice Arcus. */
  readonly arcus?: PracticeArcus
  /** Synthetix' side; made afresh for the users above where it is not there yet. */
  readonly synthetix?: SynthetixState
}

/** How an answer can go wrong. What is not named "before" or "not applied" has done its work when it goes wrong. */
export const practiceFaults = [
  'timeoutBeforeApply',
  'timeoutAfterApply',
  'resetBeforeApply',
  'resetAfterApply',
  '500BeforeApply',
  '500AfterApply',
  /** JSON of another shape, after applying. */
  'wrongJson',
  /** An HTML page with status 200, after applying. */
  'notJson',
  /** The right answer after `slowMs`. */
  'slow',
  /** 307 to another path of the same venue; not applied. */
  'redirect',
  /** An answer without end, after applying. */
  'hugeBody',
  /** Half of the answer, then the connection breaks; after applying. */
  'truncatedBody',
  /** Too many requests; not applied. */
  '429',
  /** Says ok and does nothing. */
  'okButNotApplied',
  /** Says ok with status 202 and does nothing. */
  '202BeforeApply',
  /** The right answer with status 202, after applying. */
  '202AfterApply',
  /** A byte of the answer now and then, and never the last one; after applying. */
  'drip',
  /** The right answer twice on one connection, after applying. */
  'duplicate',
] as const

/** One way in which an answer can go wrong. */
export type PracticeFault = (typeof practiceFaults)[number]

/** What a fault hits: what may change something (`/exchange`, `execute`, `set-leverage`, ...), or everything else. */
export type PracticeTarget = 'submission' | 'read'

/** A request that came in. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly target: PracticeTarget
}

/** How the practice venue is set up. */
export interface PracticeVenueOptions {
  /** Port on 127.0.0.1; any free one unless told. */
  readonly port?: number
  /** Which network's signatures it takes; mainnet unless told. */
  readonly network?: Network
  /** Funded users of a fresh state; the practice Ledger's first two addresses unless told. */
  readonly funded?: readonly Hex[]
  /** State to go on from; a fresh one unless told. */
  readonly state?: PracticeState
  /** Called with every new state before the answer leaves; what it writes is written before the client knows. */
  readonly onChange?: (state: PracticeState) => void
  /** Unix milliseconds; the machine's clock unless told. */
  readonly now?: () => number
  /** The only API key that Compass' endpoints take; `practice` unless told. */
  readonly apiKey?: string
  /** How long `slow` takes in ms; 1500 unless told. */
  readonly slowMs?: number
}

/** A running practice venue: all venues on one origin. */
export interface PracticeVenue {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly state: PracticeState
  /** Every accepted action, oldest first; those of the state it started from included. */
  readonly applied: readonly AppliedAction[]
  /** Every request since it started, oldest first. */
  readonly requests: readonly SeenRequest[]
  /** The next request of this kind (a submission unless told) goes wrong; several queue up. */
  failNext(fault: PracticeFault, target?: PracticeTarget): void
  /** The next answer of Compass' `set_leverage` or `ensure_leverage` passes through `change`. */
  tamperNext(change: (answer: Json) => Json): void
  /** Stands the clock at `nowMs`; null lets it run again. */
  setClock(nowMs: number | null): void
  /** Changes the state from outside, such as closing a position or approving an agent. */
  setState(state: PracticeState): void
  /** Stops at once, open connections included. Safe to call twice. */
  close(): Promise<void>
}
