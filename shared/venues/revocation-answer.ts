/** What the answer to a revocation says, read from what the same answer would say about a change. */
import type { RevocationAnswer } from './module.ts'
import type { SubmissionOutcome } from './outcome.ts'

/** `nonceUsed` fits the refusals that say that the nonce can be used by nobody any more; the wording is no contract. */
export function revocationAnswerOf(outcome: SubmissionOutcome, nonceUsed: RegExp): RevocationAnswer {
  if (outcome.kind === 'accepted') {
    const { previous } = outcome
    return { outcome: 'taken', reason: '', ...(previous === undefined ? {} : { previous }) }
  }
  if (outcome.kind === 'unknown') return { outcome: 'unknown', reason: outcome.reason }
  const { message } = outcome.failure
  return { outcome: nonceUsed.test(message) ? 'nonceUsed' : 'refused', reason: message }
}
