/** What is left of a request that ended unsent, but was signed: a signature that the venue takes from whoever holds it. */
import { deadlineOf, timeText } from './deadline.ts'
import type { PreparedRequest } from './prepared-request.ts'
import { revocationRulesOf } from './revocation.ts'
import { rulesOf } from './venues/registry.ts'

interface Ended {
  readonly state: string
  readonly signature: string | null
  readonly prepared: PreparedRequest
}

/** Unix ms by the venue's clock until when such a signature can be used; null where there is none. */
export const usableUntil = ({ state, signature, prepared }: Ended): number | null =>
  signature !== null && (state === 'expired' || state === 'withdrawn') && revocationRulesOf(prepared)
    ? deadlineOf(prepared)
    : null

/** The same as a sentence; null where there is none. */
export function usableText(ended: Ended): string | null {
  const until = usableUntil(ended)
  return until === null
    ? null
    : `It was signed: whoever holds the signature can use it until ${timeText(until)} by the clock of ${rulesOf(ended.prepared.venue).name}.`
}
