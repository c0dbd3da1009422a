/**
 * Desks that are copies: restored from a backup, imported from an export, or found without the head that is kept beside a
 * database. What was open in one may have been sent from elsewhere meanwhile, so it is frozen: it goes no further until
 * the venue was read, and is never sent from the copy.
 */
import { overAt, timeText } from './deadline.ts'
import { sameSetting, settingText, type LeverageSetting } from './market.ts'
import type { PreparedRequest } from './prepared-request.ts'
import { rulesOf } from './venues/registry.ts'

/** Kinds of rows by which a history says that it goes on in a copy. */
export const copyKinds = ['desk.restored', 'desk.imported', 'desk.found'] as const

/** One of these kinds. */
export type CopyKind = (typeof copyKinds)[number]

/** Whether a row of this kind says that the history goes on in a copy. */
export const isCopyKind = (kind: string): kind is CopyKind => (copyKinds as readonly string[]).includes(kind)

/** A request that was open in a copy, and not yet sent as far as the copy knows. */
export interface FrozenRequest {
  readonly request: PreparedRequest
  /** Whether a signature or an approval of it is in the copy. */
  readonly signed: boolean
  /** When the copy was made, Unix ms: nothing was sent from what it replaced after that. */
  readonly copiedAtMs: number
}

/** What a reading of the venue says about such a request: it is put down, or could still be used until `untilMs`. */
export type FrozenFinding =
  { readonly putDown: true; readonly message: string } | { readonly putDown: false; readonly untilMs: number }

const isOurs = 'Whether this request did that, or was ever sent, this copy cannot know.'

/** What can be said of a frozen request once the venue showed `current`, at `nowMs` of its clock. */
export function judgeFrozen(
  { request, signed, copiedAtMs }: FrozenRequest,
  current: LeverageSetting,
  nowMs: number,
): FrozenFinding {
  const untilMs = overAt(request, copiedAtMs)
  const shows = `The venue shows ${settingText(current)}.`
  const never = 'The request is never used from here.'
  if (nowMs >= untilMs)
    return {
      putDown: true,
      message: `${shows} ${isOurs} Since ${timeText(untilMs)} nobody can apply it any more. ${never}`,
    }
  const byLedger = rulesOf(request.venue).signedBy === 'device'
  const usable = byLedger
    ? ` A signature of it can be used until ${timeText(untilMs)} by whoever holds it.`
    : ''
  if (sameSetting(current, request.to) || !signed)
    return { putDown: true, message: `${shows} ${isOurs}${usable} ${never}` }
  return { putDown: false, untilMs }
}
