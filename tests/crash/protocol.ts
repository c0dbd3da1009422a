/** What the test and the desk process say to each other. */
import type { VenueId } from '../../shared/venues/registry.ts'
import type { StoredState } from '../../electron/store/port.ts'

/** When to die at a step: before it, with all of it written but the COMMIT, or after it was acknowledged. */
export type Moment = 'before' | 'inside' | 'after'

/**
 * Where a desk process kills itself: at a step by number, at the first of a name, in the migration to a schema version
 * before its commit, in an export after so many pieces, or in a checkpoint after so many microseconds.
 */
export type Kill =
  | { readonly step: number; readonly moment: Moment }
  | { readonly name: string; readonly moment: Moment }
  | { readonly migrationTo: number }
  | { readonly exportPieces: number }
  | { readonly checkpointAfterUs: number }

/** The argument of the desk process, as JSON. */
export interface DeskProcessOptions {
  readonly dir: string
  /** Where the practice venue is. */
  readonly url: string
  readonly venue: VenueId
  /** How far its clock is ahead, in ms. */
  readonly clockMs: number
  readonly kill?: Kill
  /** The leverage that is wanted; another for each seed. */
  readonly leverage?: string
  /** Writes so many large rows to the history before it begins, so that logs, exports and checkpoints are long. */
  readonly filler?: number
  /** Exports the history to this file and checkpoints the log once the request is signed. */
  readonly exportTo?: string
  /** Prepares and withdraws one more change at the end. */
  readonly another?: boolean
}

/** A line of its output. */
export interface DeskEvent {
  readonly event: 'step' | 'done' | 'found' | 'prepared' | 'reached' | 'end'
  /** Of a step. */
  readonly name?: string
  /** Of a step: whether it is a transaction of the store. */
  readonly durable?: boolean
  readonly nonce?: number
  readonly id?: string
  readonly state?: StoredState
  readonly digest?: string
  /** The failure that stands at the end; null for none. */
  readonly code?: string | null
  /** What was sent; null for nothing. */
  readonly body?: string | null
}
