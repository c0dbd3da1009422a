/** What the test and the desk process say to each other. */
import type { VenueId } from '../../shared/venues/registry.ts'
import type { StoredState } from '../../electron/store/port.ts'

/** When to die at a step: before it, with all of it written but the COMMIT, or after it was acknowledged. */
export type Moment = 'before' | 'inside' | 'after'

/** The argument of the desk process, as JSON. */
export interface DeskProcessOptions {
  readonly dir: string
  /** Where the practice venue is. */
  readonly url: string
  readonly venue: VenueId
  /** How far its clock is ahead, in ms. */
  readonly clockMs: number
  /** The step, counted from 1, at which it kills itself. */
  readonly kill?: { readonly step: number; readonly moment: Moment }
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
