/** What the use-cases need from the world. Shells, tests and the command line pass it in. */
import type { Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { Ledger } from '../device/port.ts'
import type { Account, Store } from '../store/port.ts'
import type { KeySigner, Venue } from '../venues/port.ts'

/** What the desk is doing about a request: asking for an approval in words, for
 * the venue's signature, sending, proving by reading, or reconciling by reading. */
export type DeskStep = 'approving' | 'asking' | 'sending' | 'proving' | 'reading'

/** The API keys of accounts, as the desk may use them. */
export interface DeskKeys {
  /** What is public of an account's key. Fails with `secret.none`. */
  of(account: Account): Promise<Result<{ readonly keyId: string }>>
  /**
   * Opens an account's key for one sending. Only who holds a verified approval of that very request may call it.
   * Fails with `secret.*`.
   */
  open(account: Account): Promise<Result<KeySigner>>
}

/** The world as the desk sees it. */
export interface DeskPorts {
  readonly store: Store
  /** The venue of an account, with its configured host. Fails with `venue.hostNotAllowed` or `venue.apiKeyMissing`. */
  readonly venueFor: (account: Account) => Result<Venue>
  readonly keys: DeskKeys
  /** Opens the device that holds `address` at `path`. Fails with `device.*`. */
  readonly openLedger: (path: string, address: Hex) => Promise<Result<Ledger>>
  /** Unix time in ms. */
  readonly now: () => number
  /** A new ULID. */
  readonly newId: () => string
  /** Resolves after `ms`; between two readings of the venue. */
  readonly wait: (ms: number) => Promise<void>
  /** Told at the beginning of each step, for screens that follow it. */
  readonly onStep?: (requestId: string, step: DeskStep) => void
}
