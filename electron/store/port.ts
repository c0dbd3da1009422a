/**
 * The port to what is kept on disk, as the desk sees it. Whatever a method reports as done is on the disk (WAL,
 * `synchronous=FULL`) before it answers, together with its history row, in one transaction.
 *
 * Every method may fail with `store.unusable` (disk full, read-only, damaged file, rights) or `store.busy` (another
 * process is writing for longer than five seconds); where the request may have been sent already these two are
 * `store.notRecorded`, whose outcome is unknown. Addresses are kept and compared in lower case.
 */
import type { Approval } from '../../shared/approvals/approval.ts'
import type { KeyConfirmation } from '../../shared/approvals/key-change.ts'
import type { Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { HistoryHead, HistoryMode, HistoryRow } from '../../shared/history/chain.ts'
import type { Checkpoint } from '../../shared/history/checkpoint.ts'
import type { LedgerHead } from '../../shared/history/ledger-head.ts'
import type { Hex } from '../../shared/hex.ts'
import type { KeyFacts, KeyKind, SealedBy } from '../../shared/keys.ts'
import type { KnownNumber } from '../../shared/market-numbers.ts'
import type { RequestState } from '../../shared/request-state.ts'
import type { Network } from '../../shared/venues/module.ts'
import type { UsableSignature } from '../../shared/usable.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import type { Follow } from '../work/run.ts'
import type { VerifiedBackup } from './backups.ts'

/** An account whose leverage can be changed, and the key that signs for it. */
export interface Account {
  /** ULID. */
  readonly id: string
  /** Unique without regard to upper and lower case. */
  readonly name: string
  readonly venue: VenueId
  readonly network: Network
  /** Whose leverage changes, lower case. */
  readonly address: Hex
  /** Which key signs, lower case: the account's own or an approved agent. */
  readonly signer: Hex
  /** Derivation path of the signer, `44'/60'/0'/0/0`. */
  readonly path: string
  /** Vault or subaccount that the signer acts for; null for none. */
  readonly vaultAddress: Hex | null
  /** What only the venue's own code reads. */
  readonly settings: JsonObject
  /** ISO 8601, UTC, milliseconds. */
  readonly createdAt: string
}

/** An account to be added. */
export type NewAccount = Omit<Account, 'id' | 'createdAt'>

/** States in which a request is stored; a draft is not. */
export type StoredState = Exclude<RequestState, 'draft'>

/** What is fixed when a request is prepared; never changes afterwards. */
export interface PreparedRequest {
  /** ULID, made by the desk. */
  readonly id: string
  readonly accountId: string
  readonly venue: string
  readonly network: string
  /** The venue's payload and whatever the desk needs to rebuild it; the store does not look into it. */
  readonly prepared: JsonObject
  /** What will be signed: 32 bytes. */
  readonly digest: Hex
  readonly signer: Hex
  /** Decimal digits; null at venues without one. Unique per signer and network over all requests. */
  readonly nonce: string | null
  /** Unix milliseconds in decimal digits; null for never. */
  readonly expiresAfter: string | null
}

/** A request as it is kept. */
export interface StoredRequest extends PreparedRequest {
  readonly state: StoredState
  /** The signature over `digest`, as the desk writes it; null until signed. */
  readonly signature: string | null
  /** What is known about the outcome; null until there is something to say. */
  readonly detail: JsonObject | null
  readonly createdAt: string
  /** When `state` was reached. */
  readonly updatedAt: string
  /**
   * When the copy was made, of which this desk is made and in which the request was open: it goes no further until the
   * venue was read (shared/copies.ts). Null where it was not open in one, or is over.
   */
  readonly frozenSince: string | null
}

/** Which requests to list, newest first. */
export interface RequestFilter {
  readonly states?: readonly StoredState[]
  readonly accountId?: string
  /** At most this many, 100 unless told. */
  readonly limit?: number
  /** Only requests older than the one with this id. */
  readonly before?: string
}

/** What goes with a change of state. */
export interface TransitionPatch {
  /** Needed for, and only for, the arrow to `signed`. */
  readonly signature?: string
  /** Replaces what is known about the outcome. */
  readonly detail?: JsonObject
  /** Evidence for the history row: what was shown, read or answered. */
  readonly evidence?: JsonObject
}

/** What came of a submission: the venue said ok, said no, or nothing is known. */
export type SubmissionOutcome = 'accepted' | 'refused' | 'unknown'

/** The one sending of a request. */
export interface Submission {
  readonly id: string
  readonly requestId: string
  /** Exact text of the body that is sent, in UTF-8. */
  readonly body: string
  readonly startedAt: string
  /** Null until `complete`: the process may have died while it was on its way. */
  readonly answeredAt: string | null
  /** Null when no answer came. */
  readonly httpStatus: number | null
  /** The answer's text, cut at 64 kB; null when none came. */
  readonly answer: string | null
  readonly outcome: SubmissionOutcome | null
}

/** How the sending of a request ended. */
export interface Completion {
  readonly outcome: SubmissionOutcome
  readonly httpStatus: number | null
  readonly answer: string | null
  readonly evidence?: JsonObject
  /** Also moves the request on from `sending`, in the same transaction. Left out while an ok is still to be proven. */
  readonly settle?: { readonly to: 'applied' | 'refused' | 'unknown'; readonly detail?: JsonObject }
}

/**
 * What came of sending a revocation: the venue took it; it says that the nonce was used before, by the request itself or
 * by an earlier try; it said no; or nothing is known.
 */
export type RevocationOutcome = 'taken' | 'nonceUsed' | 'refused' | 'unknown'

/** What was signed to use up a request's nonce. */
export interface Revocation {
  /** What the device signed: 32 bytes. */
  readonly digest: Hex
  readonly signature: Hex
  /** Exact text of the body that is sent, in UTF-8. */
  readonly body: string
}

/** A revocation as it is kept. */
export interface StoredRevocation extends Revocation {
  readonly requestId: string
  readonly signedAt: string
  /** Null until the newest try was answered. */
  readonly answeredAt: string | null
  readonly outcome: RevocationOutcome | null
}

/** How a try to revoke ended. */
export interface RevocationAnswer {
  readonly outcome: RevocationOutcome
  readonly httpStatus: number | null
  readonly answer: string | null
}

/** The right to act on one request, for one holder at a time over all processes. */
export interface Lease {
  /** Gives it back. Safe to call twice. */
  release(): Promise<void>
}

/** Something to be remembered that is not a change of state, such as a rejection on the device. */
export interface HistoryEvent {
  /** `word.word`; not beginning with `history.`, `account.`, `key.`, `request.`, `approval.`, `permit.`, `revocation.` or `submission.`: the store writes those. */
  readonly kind: string
  readonly requestId?: string
  readonly body: JsonObject
}

/** Which rows of the history to list, newest first. */
export interface HistoryFilter {
  readonly requestId?: string
  readonly kinds?: readonly string[]
  /** At most this many, 100 unless told. */
  readonly limit?: number
  /** Only rows with a lower number. */
  readonly before?: number
}

/** Whole lines of an export, and the number of the last of their rows. */
export interface HistoryPiece {
  readonly text: string
  readonly last: number
}

/** The accounts. Each one added is also a history row `account.added`. */
export interface AccountStore {
  list(): Promise<Result<readonly Account[]>>
  /** By name (any case) or id, proven (`ProofStore`). Fails with `request.unknownAccount` or `store.accountAltered`. */
  get(nameOrId: string): Promise<Result<Account>>
  /** Fails with `request.duplicateAccount`. An account is never changed afterwards: its requests point to it. */
  add(account: NewAccount): Promise<Result<Account>>
}

/** Proofs that what the tables say is what the history says; each reads the rows of one thing and their neighbours. */
export interface ProofStore {
  /** Fails with `request.altered`, whose outcome is unknown where the request may have been sent. */
  request(id: string): Promise<Result<null>>
  /** Fails with `store.accountAltered`. */
  account(id: string): Promise<Result<null>>
}

/** The requests. Each arrow is also a history row `request.<state>`. */
export interface RequestStore {
  /**
   * Keeps a prepared request; the history row holds all of it and `evidence`. Fails with `request.unknownAccount`,
   * `payload.nonceReused`, `request.marketRenumbered`, or `input.badField` where the payload is not exact JSON.
   */
  insertPrepared(request: PreparedRequest, evidence?: JsonObject): Promise<Result<StoredRequest>>
  /** Fails with `request.unknown`. */
  get(id: string): Promise<Result<StoredRequest>>
  list(filter?: RequestFilter): Promise<Result<readonly StoredRequest[]>>
  /**
   * Moves a request from exactly `from` to `to`, if shared/request-state.ts has that arrow. Of two processes that try
   * at once one wins and the other gets `request.wrongState`; while another holds its lease it is `request.busy`. The
   * arrow to `sending` is `submissions.begin`, the one to `revoked` is `revocations.conclude`.
   */
  transition(
    id: string,
    from: RequestState,
    to: Exclude<StoredState, 'prepared' | 'sending' | 'revoked'>,
    patch?: TransitionPatch,
  ): Promise<Result<StoredRequest>>
}

/** The submissions: at most one per request, for ever. */
export interface SubmissionStore {
  /**
   * Moves a request from `signed` to `sending` and keeps the exact body. Only a caller who got a value may send, once.
   * Fails with `request.wrongState` or `request.unknown`.
   */
  begin(requestId: string, body: string, evidence?: JsonObject): Promise<Result<Submission>>
  /** Writes down how it ended, once; a second time is `request.wrongState`. History row `submission.answered`. */
  complete(requestId: string, completion: Completion): Promise<Result<Submission>>
  /** The submission of a request; null when it was never sent. */
  get(requestId: string): Promise<Result<Submission | null>>
}

/** The approvals in words: at most one per request, for ever. */
export interface ApprovalStore {
  /**
   * Keeps an approval; history row `approval.signed`. Fails with `request.unknown`, `request.wrongState` where the
   * request is over, or `request.busy`.
   */
  add(requestId: string, approval: Approval): Promise<Result<Approval>>
  /** The approval of a request; null when there is none. */
  get(requestId: string): Promise<Result<Approval | null>>
}

/** A signature with which a venue shows an account, as it is kept. */
export interface StoredReadPermit {
  /** Which reading it is for, in the venue's words. */
  readonly action: string
  /** 65 bytes in hex. */
  readonly signature: Hex
  /** Decimal digits; null where none was signed. */
  readonly nonce: string | null
  /** Unix ms, decimal digits. */
  readonly expiresAt: string
}

/**
 * The permits to read accounts at their venues: the newest of each account and action. They change nothing anywhere,
 * but whoever holds one can read the account, so none is ever in the history, nor in what is exported of it.
 */
export interface ReadPermitStore {
  /**
   * Keeps a permit in place of an earlier one; history row `permit.signed`, without the signature.
   * Fails with `request.unknownAccount`.
   */
  put(accountId: string, permit: StoredReadPermit): Promise<Result<StoredReadPermit>>
  /** The permit of an account for an action; null when there is none. */
  get(accountId: string, action: string): Promise<Result<StoredReadPermit | null>>
}

/** What is public of an API key. */
export interface ApiKey extends KeyFacts {
  /** ULID. */
  readonly id: string
  readonly accountId: string
  readonly venue: VenueId
  readonly kind: KeyKind
  /** What the venue knows it by. */
  readonly keyId: string
  /** What the person calls it; may be empty. */
  readonly label: string
  readonly sealedBy: SealedBy
  readonly createdAt: string
  /** When another one took its place; null while it is in use. */
  readonly replacedAt: string | null
  /** When it was removed; null while it is in use. */
  readonly removedAt: string | null
}

/** A key to be kept. */
export type NewApiKey = Omit<ApiKey, 'id' | 'createdAt' | 'replacedAt' | 'removedAt'>

/**
 * The API keys: one in use per account. Its sealed record stands in its table only, never in the history or an export,
 * and goes when the key is replaced or removed; what is public of it stays.
 */
export interface ApiKeyStore {
  /** All keys that ever were, of one account if told; newest first. */
  list(accountId?: string): Promise<Result<readonly ApiKey[]>>
  /** The key of an account and its sealed record; null when it has none. */
  inUse(accountId: string): Promise<Result<{ readonly key: ApiKey; readonly sealed: string } | null>>
  /** History row `key.added`. Fails with `secret.exists` or `request.unknownAccount`. */
  add(key: NewApiKey, sealed: string): Promise<Result<ApiKey>>
  /**
   * Puts a key in the place of the one that `confirmed` names. History rows `key.confirmed` and `key.rotated`. Fails with
   * `secret.none` where that is not in use any more.
   */
  rotate(key: NewApiKey, sealed: string, confirmed: KeyConfirmation): Promise<Result<ApiKey>>
  /** History rows `key.confirmed` and `key.removed`. Fails with `secret.none` as `rotate` does. */
  remove(accountId: string, confirmed: KeyConfirmation): Promise<Result<{ readonly id: string }>>
  /** Keeps what the venue said of a key in use. History row `key.checked`. Fails with `secret.none`. */
  learn(id: string, facts: KeyFacts): Promise<Result<null>>
}

/** The leases. They are no part of the history: they say who is at work, not what was done. */
export interface LeaseStore {
  /**
   * Takes the lease of a request and keeps it alive until it is released or this process ends. One that another holder
   * keeps alive is `request.busy`; one whose holder has gone is taken over once it has expired, which this waits for.
   * From then on nothing that the former holder writes about the request is taken. Fails with `request.unknown`.
   */
  acquire(requestId: string): Promise<Result<Lease>>
}

/** The revocations: at most one signature per request; it may be sent again where that changes nothing. */
export interface RevocationStore {
  /**
   * Keeps a signed revocation of a signed request that `mayBeRevoked`; from then on the request is never sent.
   * History row `revocation.signed`. Fails with `request.wrongState`, `request.busy` or `request.unknown`.
   */
  add(requestId: string, revocation: Revocation): Promise<Result<StoredRevocation>>
  /** Writes down how a try ended. History row `revocation.answered`. */
  answered(requestId: string, answer: RevocationAnswer): Promise<Result<StoredRevocation>>
  /** Moves the request on to `revoked`, once its nonce is used up. Fails with `request.wrongState` or `request.busy`. */
  conclude(requestId: string, detail: JsonObject): Promise<Result<StoredRequest>>
  /** The revocation of a request; null when there is none. */
  get(requestId: string): Promise<Result<StoredRevocation | null>>
}

/** The nonces that were used, one allocator per signer and network. */
export interface NonceStore {
  /**
   * A nonce that was never used: the larger of `nowMs` and the highest one used plus 1. Strictly rising over
   * restarts, processes and a clock that goes back.
   */
  allocate(signer: Hex, network: string, nowMs: number): Promise<Result<number>>
  /** Whether a nonce was given or taken before. */
  isUsed(signer: Hex, network: string, nonce: number): Promise<Result<boolean>>
  /**
   * Takes a nonce that a third party chose. Fails with `payload.nonceReused` when it was used before, and with
   * `payload.nonceStale` when it is not a whole number or lies more than a day ahead of `nowMs`, since the allocator
   * stays above every nonce that was ever taken.
   */
  claim(signer: Hex, network: string, nonce: number, nowMs: number): Promise<Result<number>>
}

/** The append-only history. */
export interface HistoryStore {
  append(event: HistoryEvent): Promise<Result<HistoryRow>>
  list(filter?: HistoryFilter): Promise<Result<readonly HistoryRow[]>>
  head(): Promise<Result<HistoryHead>>
  /** The next rows after row `after`, up to row `upTo`, as JSONL: several hundred at most. */
  piece(after: number, upTo: number): Promise<Result<HistoryPiece>>
  /**
   * All rows up to the newest at the time of the call, or up to row `upTo`, as JSONL (docs/formats.md), in pieces of
   * whole lines. A failure ends it: what was written until then is not the whole history.
   */
  export(upTo?: number): AsyncGenerator<Result<string>, void>
}

/** A signed head of the history, as it is kept. */
export interface StoredHead {
  /** Number of rows. */
  readonly size: number
  readonly root: Hex
  /** The head itself, a signed note (docs/formats.md). */
  readonly note: string
  /** By this machine's clock, ISO 8601. */
  readonly signedAt: string
  /** The line of the public key that signed it. */
  readonly key: string
  /** The same head by a Ledger; null when none was asked. */
  readonly ledger: LedgerHead | null
}

/** The signed heads of the history, oldest to newest; each of more rows than the one before. */
export interface HeadStore {
  /**
   * Signs a head of all rows, or gives the one that is there when no row came since. Fails with `history.headDiffers`
   * when the rows are not those of the newest head, or with `history.keyUnusable`.
   */
  sign(): Promise<Result<StoredHead>>
  /** Keeps what a Ledger signed of the head of `size` rows, once. Fails with `history.headSigned`. */
  addLedger(size: number, ledger: LedgerHead): Promise<Result<StoredHead>>
  /** The newest head; null when there is none. */
  newest(): Promise<Result<StoredHead | null>>
  /** The lines of all public keys that signed a head, the newest first. */
  keys(): Promise<Result<readonly string[]>>
  /** A head of the first `size` rows: the one that was signed, or one signed now that is not kept. Fails as `sign` does. */
  at(size: number): Promise<Result<StoredHead>>
  /** The lines of `heads.jsonl` up to a head, and that head, in pieces. A failure ends it. */
  export(last: StoredHead): AsyncGenerator<Result<string>, void>
  /** The proof that row `seq` is under a head signed now. Fails with `history.noRow` and as `sign` does. */
  inclusion(seq: number): Promise<Result<string>>
  /** The proof that a head signed now only added rows to an older one. Fails with `history.badHead` and as `sign` does. */
  consistency(older: Checkpoint): Promise<Result<string>>
}

/** All that is kept, in one file. */
export interface Store {
  /** Absolute path of the database. */
  readonly path: string
  readonly mode: HistoryMode
  /** 32 random bytes that name this history. */
  readonly chainId: Hex
  readonly accounts: AccountStore
  readonly proofs: ProofStore
  readonly requests: RequestStore
  readonly submissions: SubmissionStore
  readonly approvals: ApprovalStore
  readonly readPermits: ReadPermitStore
  readonly apiKeys: ApiKeyStore
  readonly leases: LeaseStore
  readonly marketNumbers: MarketNumberStore
  readonly revocations: RevocationStore
  readonly nonces: NonceStore
  readonly history: HistoryStore
  readonly heads: HeadStore
  /** The signatures that could still be used now, in the order of their rows. Fails with `request.altered`. */
  usable(): Promise<Result<readonly UsableSignature[]>>
  /**
   * Signs a head, copies all to a new file while others go on writing, and verifies the copy; in a worker. Without the
   * permits to read accounts where told. Fails with `store.exists`, `store.unusable`, `history.broken` or
   * `program.stopped`; then there is no such file.
   */
  backup(path: string, follow?: Follow, keep?: { readonly permits: boolean }): Promise<Result<VerifiedBackup>>
  /** A number that is another one after another connection has written to the database. */
  changesByOthers(): number
  /** Gives the file back. Safe to call twice. */
  close(): Promise<void>
}

/** A number that a person accepted for a market: the body of the history row `market.renumbered`. */
export interface AcceptedNumber {
  /** Id of the account at whose venue it is. */
  readonly account: string
  readonly venue: string
  readonly network: string
  /** The market's symbol. */
  readonly market: string
  readonly number: number
  /** The number that it had; null where none was used. */
  readonly was: number | null
  /** Another market that had the number; null where none had. */
  readonly freed: string | null
}

/** Which market has which number; every request that is prepared says it. */
export interface MarketNumberStore {
  list(venue: string, network: string): Promise<Result<readonly KnownNumber[]>>
  /** History row `market.renumbered`. */
  accept(accepted: AcceptedNumber): Promise<Result<null>>
}

/** Where the store is and what it may hold. */
export interface OpenOptions {
  /** Folder of `countersign.db`; made with mode 0700 when it is not there. */
  readonly dir: string
  readonly mode: HistoryMode
  /** Unix milliseconds; the machine's clock unless told. */
  readonly now?: () => number
  /** For how long a lease holds when its holder has gone, in ms; 6 000 unless told. */
  readonly leaseMs?: number
}
