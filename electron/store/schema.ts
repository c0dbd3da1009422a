/** The tables as Kysely sees them; the truth is the SQL in migrations/. Columns are as exact as the wire: TEXT. */
import type { HistoryMode } from '../../shared/history/chain.ts'
import type { Hex } from '../../shared/hex.ts'
import type { KeyKind, SealedBy } from '../../shared/keys.ts'
import type { RevocationOutcome, StoredState, SubmissionOutcome } from './port.ts'

/** One row: what this database is. */
export interface MetaTable {
  readonly id: 1
  readonly mode: HistoryMode
  readonly chain_id: Hex
  readonly created_at: string
}

/** Accounts; `settings` is canonical JSON. */
export interface AccountsTable {
  readonly id: string
  readonly name: string
  readonly venue: string
  readonly network: string
  readonly address: Hex
  readonly signer: Hex
  readonly path: string
  readonly vault_address: Hex | null
  readonly settings: string
  readonly created_at: string
}

/** Requests; `prepared` and `detail` are canonical JSON. */
export interface RequestsTable {
  readonly id: string
  readonly account_id: string
  readonly venue: string
  readonly network: string
  readonly state: StoredState
  readonly prepared: string
  readonly digest: Hex
  readonly signer: Hex
  readonly nonce: string | null
  readonly expires_after: string | null
  readonly signature: string | null
  readonly detail: string | null
  readonly created_at: string
  readonly updated_at: string
}

/** Submissions, one per request. */
export interface SubmissionsTable {
  readonly id: string
  readonly request_id: string
  readonly body: string
  readonly started_at: string
  readonly answered_at: string | null
  readonly http_status: number | null
  readonly answer: string | null
  readonly outcome: SubmissionOutcome | null
}

/** Approvals in words, one per request. */
export interface ApprovalsTable {
  readonly request_id: string
  readonly form: 'text' | 'typedData'
  readonly message: string
  readonly signature: Hex
  readonly signer: Hex
  readonly at: string
}

/** Permits to read an account at its venue; the newest of each action. */
export interface ReadPermitsTable {
  readonly account_id: string
  readonly action: string
  readonly signature: Hex
  readonly nonce: string | null
  readonly expires_at: string
}

/** API keys; `sealed` is a record of electron/secrets and is null once the key is gone, `permissions` is JSON. */
export interface ApiKeysTable {
  readonly id: string
  readonly account_id: string
  readonly venue: string
  readonly kind: KeyKind
  readonly key_id: string
  readonly label: string
  readonly sealed: string | null
  readonly sealed_by: SealedBy
  readonly created_at: string
  readonly expires_at: string | null
  readonly permissions: string | null
  readonly replaced_at: string | null
  readonly removed_at: string | null
}

/** Every nonce that was ever used, by signer and network. */
export interface UsedNoncesTable {
  readonly signer: Hex
  readonly network: string
  readonly nonce: number
  readonly chosen_by: 'desk' | 'venue'
  readonly at: string
}

/** The append-only history; `body` is canonical JSON. */
export interface HistoryTable {
  readonly seq: number
  readonly at: string
  readonly kind: string
  readonly request_id: string | null
  readonly body: string
  readonly prev_hash: Hex
  readonly hash: Hex
}

/** The signed heads of the history; `ledger` is canonical JSON or null. */
export interface HeadsTable {
  readonly size: number
  readonly root: Hex
  readonly note: string
  readonly signed_at: string
  readonly key: string
  readonly ledger: string | null
}

/** Who acts on a request; `owner` is null once it was given back. `expires_at` is Unix ms. */
export interface LeasesTable {
  readonly request_id: string
  readonly owner: string | null
  readonly token: number
  readonly expires_at: number
}

/** What a signer signed to use up a request's nonce, one per request. */
export interface RevocationsTable {
  readonly request_id: string
  readonly digest: Hex
  readonly signature: Hex
  readonly body: string
  readonly signed_at: string
  readonly answered_at: string | null
  readonly outcome: RevocationOutcome | null
}

/** Which market has which number at a venue. */
export interface MarketNumbersTable {
  readonly venue: string
  readonly network: string
  readonly symbol: string
  readonly number: number
}

/** All tables by name. */
export interface Schema {
  readonly meta: MetaTable
  readonly accounts: AccountsTable
  readonly requests: RequestsTable
  readonly submissions: SubmissionsTable
  readonly approvals: ApprovalsTable
  readonly read_permits: ReadPermitsTable
  readonly api_keys: ApiKeysTable
  readonly leases: LeasesTable
  readonly market_numbers: MarketNumbersTable
  readonly revocations: RevocationsTable
  readonly used_nonces: UsedNoncesTable
  readonly history: HistoryTable
  readonly heads: HeadsTable
}
