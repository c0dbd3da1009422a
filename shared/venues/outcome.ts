/** What a venue's answer to a submission says about its outcome. */
import { failure, type Failure } from '../errors.ts'

/** An answer as it came over HTTP; `status` null when none came (time-out, reset, unreadable). */
export interface HttpAnswer {
  readonly status: number | null
  readonly body: string
  /** Why no answer came, in words; empty when one came. */
  readonly lost: string
  /**
   * False only where it is certain that no byte of the request left: the connection was never made (unknown name,
   * refused, time-out while connecting, TLS handshake failed), or the client refused to make it. Then `status` is null.
   */
  readonly sent: boolean
}

/**
 * What is known after sending: the venue says it applied the change (to be proven by reading), refused it, it certainly
 * never left this machine, or nothing is known. Unknown is settled by reading, never by sending again.
 */
export type SubmissionOutcome =
  | {
      readonly kind: 'accepted'
      /** The leverage that was set before, where the venue tells it: decimal string. */
      readonly previous?: string
    }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'notSent'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly reason: string }

/** The outcome when no answer came: `notSent` where that is certain, otherwise `unknown`. */
export const outcomeWithoutAnswer = ({ lost, sent }: HttpAnswer): SubmissionOutcome =>
  sent
    ? { kind: 'unknown', reason: lost }
    : { kind: 'notSent', failure: failure('answer.notSent', { detail: lost }) }
