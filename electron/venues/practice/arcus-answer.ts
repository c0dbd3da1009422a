/** What the practice Arcus gets and gives, in the shapes of its documentation. */
import * as v from 'valibot'
import { lower, type Hex } from '../../../shared/hex.ts'
import type { Json } from '../../../shared/strict-json.ts'
import type { PracticeArcus } from './arcus-state.ts'

/** A request, as far as the answer depends on it. */
export interface ArcusQuestion {
  readonly query: URLSearchParams
  readonly body: string
  /** A header by its name in lower case; empty without it. */
  readonly header: (name: string) => string
  /** Unix ms of the practice venue's clock. */
  readonly nowMs: number
}

/** A status, its JSON as text, and the state afterwards. */
export interface ArcusAnswer {
  readonly status: number
  readonly body: string
  readonly state: PracticeArcus
}

/** Works out an answer from the newest state, at once, so that two requests can never use the same one. */
export type ArcusDecision = (state: PracticeArcus) => ArcusAnswer

/** An answer that changes nothing. */
export const say = (state: PracticeArcus, status: number, value: Json): ArcusAnswer => ({
  state,
  status,
  body: JSON.stringify(value),
})

/** A refusal in the venue's own form. */
export const refuse = (state: PracticeArcus, status: number, error: string): ArcusAnswer =>
  say(state, status, { error })

/** An address in any of the spellings that the venue takes; comes out in lower case with 0x. */
export const anyAddress = v.pipe(
  v.string(),
  v.regex(/^(0x|0X)?[0-9a-fA-F]{40}$/),
  v.transform((text) => lower(`0x${text.slice(-40)}` as Hex)),
)

/** A whole number in a range. */
export const whole = (min: number, max: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max))
