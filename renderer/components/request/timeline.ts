/** What happened to a request, step by step, read from its rows of the history. */
import { isObject } from '../../../shared/check.ts'
import type { HistoryRowView } from '../../../shared/contract.ts'
import { readCanonicalObject, type JsonObject } from '../../../shared/history/canonical-json.ts'
import { modeWord, type Tone } from '../../words/states.ts'

/** Done, not done, or not known. */
export type TimelineSign = 'done' | 'cross' | 'unknown'

/** One step. */
export interface TimelineEntry {
  readonly seq: number
  /** Unix ms. */
  readonly atMs: number
  readonly title: string
  readonly text: string
  readonly tone: Tone
  readonly sign: TimelineSign
}

interface Words {
  readonly title: string
  readonly text?: string
  readonly tone?: Tone
  readonly sign?: TimelineSign
}

const done = { tone: 'plain', sign: 'done' } as const
const ended = { tone: 'plain', sign: 'cross' } as const
const bad = { tone: 'danger', sign: 'cross' } as const
const open = { tone: 'caution', sign: 'unknown' } as const

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

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const settled = (body: JsonObject): string => textOf(objectOf(body, 'detail'), 'message')

const answers: Readonly<Record<string, Words>> = {
  accepted: { title: 'Answered ok', ...done },
  refused: { title: 'Answered: refused', ...bad },
}

const notTaken: Words = {
  title: 'Revocation not taken yet',
  text: 'It is sent again only where that changes nothing.',
  ...open,
}

const revocationAnswers: Readonly<Record<string, Words>> = {
  taken: { title: 'Revocation taken', text: 'The venue said ok to it.' },
  nonceUsed: { title: 'Nonce used before', text: 'Nobody can use it any more; reading tells by what.' },
}

function answered(body: JsonObject): Words {
  const status = body['httpStatus']
  if (typeof status !== 'number')
    return { title: 'No answer', text: sentence(textOf(objectOf(body, 'evidence'), 'lost')), ...open }
  const words = answers[textOf(body, 'outcome')] ?? { title: 'Answered, but unclear', ...open }
  return { ...words, text: `HTTP ${status}.` }
}

function notSigned(body: JsonObject): Words {
  const text = textOf(body, 'message')
  return textOf(body, 'code') === 'device.rejected'
    ? { title: 'Rejected on the Ledger', text, ...bad }
    : { title: 'Not signed', text, ...ended }
}

/** The words of each kind of row. */
const wordsOf: Readonly<Record<string, (body: JsonObject) => Words>> = {
  'request.prepared': () => ({ title: 'Prepared', text: 'Nonce and digests fixed.' }),
  'request.approved': () => ({ title: 'Preview accepted', text: 'The Ledger is asked from here on.' }),
  'device.failed': notSigned,
  'approval.signed': () => ({ title: 'Approved in words', text: 'On the Ledger, for this request alone.' }),
  'request.signed': () => ({ title: 'Signed on the Ledger', text: 'Signer recovered, as expected.' }),
  'request.sending': () => ({ title: 'Sent', text: 'Written to disk first. Once.' }),
  'submission.answered': answered,
  'reconcile.read': (body) => ({
    title: `Read: ${settingOf(body)}`,
    text: 'It settles nothing yet.',
    ...open,
  }),
  'request.applied': (body) => ({
    title: `Read back: ${settingOf(objectOf(body, 'detail'))}`,
    text: settled(body) || 'The venue itself shows the new value.',
    tone: 'ok',
  }),
  'request.refused': (body) => ({ title: 'Not applied', text: settled(body), ...bad }),
  'request.unknown': () => ({ title: 'Not known', text: 'It may have been applied, or not.', ...open }),
  'request.expired': () => ({ title: 'Expired', text: 'Nothing was sent.', ...ended }),
  'request.withdrawn': () => ({ title: 'Withdrawn', text: 'Nothing was sent.', ...ended }),
  'revocation.signed': () => ({
    title: 'Revocation signed on the Ledger',
    text: 'It uses up the nonce. The request is not sent from here any more.',
  }),
  'revocation.answered': (body) => revocationAnswers[textOf(body, 'outcome')] ?? notTaken,
  'request.revoked': (body) => ({ title: 'Revoked', text: settled(body), ...ended }),
}

/** The steps of a request, oldest first. */
export const timelineOf = (rows: readonly HistoryRowView[]): readonly TimelineEntry[] =>
  rows.map(({ seq, at, kind, body }) => {
    const words = wordsOf[kind]?.(readCanonicalObject(body) ?? {}) ?? { title: kind }
    const { title, text = '', tone = 'plain', sign = 'done' } = words
    return { seq, atMs: Date.parse(at), title, text, tone, sign }
  })
