/** A request's states in words and tones; shape and word always stand beside the colour. */
import type { LeverageSetting } from '../../shared/market.ts'
import type { RequestState } from '../../shared/request-state.ts'

/** What a colour says: nothing, to do, good, care, bad. */
export type Tone = 'plain' | 'accent' | 'ok' | 'caution' | 'danger'

interface StateWords {
  readonly word: string
  readonly tone: Tone
}

/** Every state as it is shown. */
export const stateWords: Readonly<Record<RequestState, StateWords>> = {
  draft: { word: 'Draft', tone: 'plain' },
  prepared: { word: 'Prepared', tone: 'plain' },
  approved: { word: 'Approved', tone: 'plain' },
  signed: { word: 'Signed', tone: 'accent' },
  sending: { word: 'Sending', tone: 'accent' },
  applied: { word: 'Applied', tone: 'ok' },
  refused: { word: 'Refused', tone: 'danger' },
  unknown: { word: 'Unknown', tone: 'caution' },
  expired: { word: 'Expired', tone: 'plain' },
  withdrawn: { word: 'Withdrawn', tone: 'plain' },
  revoked: { word: 'Revoked', tone: 'plain' },
}

/** The leverage of a setting for an eye: `10`, or `10/12` where buy and sell are set apart. */
export const sidesText = ({ leverage, sellLeverage }: Omit<LeverageSetting, 'isCross'>): string =>
  sellLeverage === undefined ? leverage : `${leverage}/${sellLeverage}`

/** "cross" or "isolated". */
export const modeWord = (isCross: boolean): string => (isCross ? 'cross' : 'isolated')

const small = [
  'No',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
]

/** A count as it begins a sentence. */
export const countWord = (count: number): string => small[count] ?? String(count)
