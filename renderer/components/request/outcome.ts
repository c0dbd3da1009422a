/** What is known about how a request ended, read from what the desk keeps about it. */
import type { RequestView } from '../../../shared/contract.ts'
import type { LeverageSetting } from '../../../shared/market.ts'
import { isObject } from '../../../shared/check.ts'
import { parseAnswerJson } from '../../../shared/strict-json.ts'
import { visibleText } from '../../../shared/visible-text.ts'

type Detail = Pick<RequestView, 'detail'>

/** What the venue showed when the outcome was settled; null where it was not read. */
export function shownOf({ detail }: Detail): LeverageSetting | null {
  const shown = detail?.['shown']
  if (!isObject(shown)) return null
  const { leverage, isCross } = shown
  return typeof leverage === 'string' && typeof isCross === 'boolean' ? { leverage, isCross } : null
}

/** When it was read, Unix ms; null where it was not. */
export function readAtOf({ detail }: Detail): number | null {
  const shown = detail?.['shown']
  const at = detail?.['provenAtMs'] ?? (isObject(shown) ? shown['readAtMs'] : undefined)
  return typeof at === 'number' ? at : null
}

/** The sentence that was written down about the outcome. */
export function messageOf({ detail }: Detail): string {
  const message = detail?.['message']
  return typeof message === 'string' ? visibleText(message) : ''
}

/** The failure code that was written down; empty where it was settled by reading. */
export function codeOf({ detail }: Detail): string {
  const code = detail?.['code']
  return typeof code === 'string' ? code : ''
}

/** The venue's own words in its answer: its `response` where that is a sentence, else the answer as it came. */
export function venueWords(answer: string): string {
  const json = parseAnswerJson(answer)
  const response = json.ok && isObject(json.value) ? json.value['response'] : undefined
  return typeof response === 'string' ? response : answer
}

/** How long the venue took to answer, in ms; null where it did not. */
export const tookMs = ({ startedAt, answeredAt }: NonNullable<RequestView['submission']>): number | null =>
  answeredAt === null ? null : Date.parse(answeredAt) - Date.parse(startedAt)
