/** What a venue's answer to a submission says about its outcome. */
import type { Failure } from '../errors.ts'

/** An answer as it came over HTTP; `status` null when none came (time-out, reset, unreadable). */
export interface HttpAnswer {
  readonly status: number | null
  readonly body: string
  /** Why no answer came, in words; empty when one came. */
  readonly lost: string
}

/**
 * What is known after sending: the venue says it applied the change (to be proven by reading), refused it, or nothing
 * is known. Unknown is settled by reading, never by sending again.
 */
export type SubmissionOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly reason: string }
