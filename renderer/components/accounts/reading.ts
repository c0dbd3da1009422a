/** What keeps an account from being read, where the person can end it right here. */
import type { ErrorCode, Failure } from '../../../shared/errors.ts'

const codes: readonly ErrorCode[] = [
  'venue.readPermitMissing',
  'secret.locked',
  'secret.none',
  'secret.expired',
  'secret.notAccepted',
]

/** Whether a failure is one that `ReadingNotice` shows with its remedy. */
export const hasRemedy = (failure: Failure | null | undefined): boolean =>
  failure !== null && failure !== undefined && codes.includes(failure.code)
