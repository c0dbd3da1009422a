/** What a desk must conclude of a submission that meets a fault, and how often the venue really applied the change. */
import type { PracticeFault } from '../../electron/venues/practice/port.ts'

type Truth = Readonly<
  Record<PracticeFault, readonly [outcome: 'accepted' | 'unknown' | 'refused', applied: 0 | 1]>
>

/** By fault; a venue whose documentation says more of an answer has its own lines over these. */
export const truth: Truth = {
  timeoutBeforeApply: ['unknown', 0],
  timeoutAfterApply: ['unknown', 1],
  resetBeforeApply: ['unknown', 0],
  resetAfterApply: ['unknown', 1],
  '500BeforeApply': ['unknown', 0],
  '500AfterApply': ['unknown', 1],
  wrongJson: ['unknown', 1],
  notJson: ['unknown', 1],
  slow: ['accepted', 1],
  redirect: ['unknown', 0],
  hugeBody: ['unknown', 1],
  truncatedBody: ['unknown', 1],
  '429': ['unknown', 0],
  okButNotApplied: ['accepted', 0],
  '202BeforeApply': ['unknown', 0],
  '202AfterApply': ['unknown', 1],
  drip: ['unknown', 1],
  duplicate: ['accepted', 1],
}

/** At CoinSwitch and Bybit a `retCode` of 0 counts with any 2xx, and too many requests are said to do nothing. */
export const v5Truth: Truth = {
  ...truth,
  '429': ['refused', 0],
  '202BeforeApply': ['accepted', 0],
  '202AfterApply': ['accepted', 1],
}
