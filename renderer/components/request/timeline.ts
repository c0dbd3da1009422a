/** What happened to a request, step by step, read from its rows of the history. */
import { isObject } from '../../../shared/check.ts'
import type { HistoryRowView } from '../../../shared/contract.ts'
import { readCanonicalObject, type JsonObject } from '../../../shared/history/canonical-json.ts'
import { modeWord, type Tone } from '../../words/states.ts'

/** One step. */
export interface TimelineEntry {
  readonly seq: number
  /** Unix ms. */
  readonly atMs: number
  readonly title: string
  readonly text: string
  readonly tone: Tone
}

interface Words {
  readonly title: string
  readonly text?: string
  readonly tone?: Tone
}

const textOf = (body: JsonObject, key: string): string => {
  const value = body[key]
  return typeof value === 'string' ? value : ''
}

const objectOf = (body: JsonObject, key: string): JsonObject => {
  const value = body[key]
  return isObject(value) ? (value as JsonObject) : {}
}

const settingOf = (body: JsonObject): string => {
  const { leverage, isCross } = objectOf(body, 'shown')
  return typeof leverage === 'string' && typeof isCross === 'boolean'
    ? `${leverage}× ${modeWord(isCross)}`
    : ''
}

const lostOf = (body: JsonObject): string => textOf(objectOf(body, 'evidence'), 'lost')

function answered(body: JsonObject): Words {
  const status = body['httpStatus']
  if (typeof status !== 'number') return { title: 'No answer', text: lostOf(body), tone: 'caution' }
  const outcome = textOf(body, 'outcome')
  const title = { accepted: 'Answered ok', refused: 'Answered: refused' }[outcome] ?? 'Answered, but unclear'
  return { title, text: `HTTP ${status}.`, tone: outcome === 'accepted' ? 'plain' : 'caution' }
}

const settled = (body: JsonObject): string => textOf(objectOf(body, 'detail'), 'message')

/** The words of each kind of row. */
const wordsOf: Readonly<Record<string, (body: JsonObject) => Words>> = {
  'request.prepared': () => ({ title: 'Prepared', text: 'Nonce and digests fixed.' }),
  'request.approved': () => ({ title: 'Preview accepted', text: 'The Ledger is asked from here on.' }),
  'device.failed': (body) => ({
    title: textOf(body, 'code') === 'device.rejected' ? 'Rejected on the Ledger' : 'Not signed',
    text: textOf(body, 'message'),
    tone: textOf(body, 'code') === 'device.rejected' ? 'danger' : 'plain',
  }),
  'request.signed': () => ({ title: 'Signed on the Ledger', text: 'Signer recovered, as expected.' }),
  'request.sending': () => ({ title: 'Sent', text: 'Written to disk first. Once.' }),
  'submission.answered': answered,
  'reconcile.read': (body) => ({
    title: `Read: ${settingOf(body)}`,
    text: 'It settles nothing yet.',
    tone: 'caution',
  }),
  'request.applied': (body) => ({
    title: `Read back: ${settingOf(objectOf(body, 'detail'))}`,
    text: settled(body) || 'The venue itself shows the new value.',
    tone: 'ok',
  }),
  'request.refused': (body) => ({ title: 'Not applied', text: settled(body), tone: 'danger' }),
  'request.unknown': (body) => ({ title: 'Not known', text: settled(body), tone: 'caution' }),
  'request.expired': () => ({ title: 'Expired', text: 'Nothing was sent.' }),
  'request.withdrawn': () => ({ title: 'Withdrawn', text: 'Nothing was sent.' }),
  'request.revoked': () => ({ title: 'Revoked', text: 'Its nonce was spent.' }),
}

/** The steps of a request, oldest first. */
export const timelineOf = (rows: readonly HistoryRowView[]): readonly TimelineEntry[] =>
  rows.map(({ seq, at, kind, body }) => {
    const {
      title,
      text = '',
      tone = 'plain',
    } = wordsOf[kind]?.(readCanonicalObject(body) ?? {}) ?? { title: kind }
    return { seq, atMs: Date.parse(at), title, text, tone }
  })
