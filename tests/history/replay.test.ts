import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { createReplay } from '../../shared/history/replay.ts'
import type { Trace } from '../../shared/history/trace.ts'
import { chain, bodyText } from './sample.ts'

const digest = `0x${'11'.repeat(32)}`
const request = { id: 'R', accountId: 'A', digest, prepared: { leverage: 5 } }

type Event = readonly [kind: string, body: JsonObject, requestId?: string | null]

const prepared: Event = ['request.prepared', { request }]
const approved: Event = ['request.approved', { from: 'prepared', digest }]
const signed: Event = ['request.signed', { from: 'approved', digest, signature: '0x01' }]
const sending: Event = ['request.sending', { from: 'signed', digest, submission: { id: 'S', body: '{}' } }]
const answered: Event = [
  'submission.answered',
  { submission: 'S', outcome: 'unknown', httpStatus: 500, answer: 'x' },
]
const applied: Event = ['request.applied', { from: 'sending', digest }]
const approval: Event = ['approval.signed', { approval: { form: 'text', signature: '0x02' } }]
const whole = [prepared, approved, signed, sending, answered, applied]
const unknown: Event = ['request.unknown', { from: 'sending', digest, detail: { why: 'status 500' } }]

/** The first flaw that a replay finds, with the place of its event; the replay when it finds none. */
const replayed = (events: readonly Event[], over?: (id: string, trace: Trace) => void) => {
  const replay = createReplay(over ? { over } : {})
  const rows = chain(
    events.map(([kind, body, requestId = 'R']) => ({
      at: '2026-11-20T10:00:00.000Z',
      kind,
      requestId,
      body: bodyText(body),
    })),
  )
  for (const [place, row] of rows.entries()) {
    const flaw = replay.push(row, JSON.parse(row.body) as JsonObject)
    if (flaw !== null) return `event ${place}: ${flaw}`
  }
  return replay
}

describe('replaying a history', () => {
  it('gives each request as its table must have it', () => {
    const replay = replayed([prepared, approved, signed, sending, answered, unknown])
    const fields =
      typeof replay === 'string' ? replay : Object.fromEntries(replay.requests.get('R')?.fields ?? [])
    expect(fields).toMatchObject({
      ...request,
      state: 'unknown',
      signature: '0x01',
      detail: { why: 'status 500' },
      'submission.id': 'S',
      'submission.body': '{}',
      'submission.httpStatus': 500,
      'submission.outcome': 'unknown',
    })
  })

  it('tells of each request that is over once, and keeps it no longer', () => {
    const told: unknown[] = []
    const over = (id: string, { first, row, fields }: Trace) =>
      told.push([id, first, row, fields.get('state'), fields.get('submission.outcome')])
    const replay = replayed(whole, over)
    expect(told).toEqual([['R', 2, 7, 'applied', 'unknown']])
    expect(typeof replay === 'string' || replay.requests.size).toBe(0)
  })

  it('keeps a request whose answer is still to come', () => {
    const replay = replayed([prepared, approved, signed, sending, applied])
    expect(typeof replay === 'string' || [...replay.requests.keys()]).toEqual(['R'])
  })

  it.each<[string, readonly Event[], string]>([
    [
      'an arrow that does not exist',
      [prepared, signed],
      'event 2: a request that is prepared cannot become signed.',
    ],
    ['a state that was left already', [prepared, approved, approved], 'event 3: a request that is approved'],
    [
      'a second sending',
      [prepared, approved, signed, sending, sending],
      'event 5: a request that is sending',
    ],
    [
      'a sending again of an unknown outcome',
      [prepared, approved, signed, sending, unknown, ['request.sending', { ...sending[1], from: 'unknown' }]],
      'event 6: a request that is unknown cannot become sending.',
    ],
    [
      'a digest that changes on the way',
      [prepared, approved, ['request.signed', { ...signed[1], digest: `0x${'22'.repeat(32)}` }]],
      'event 3: its digest is not the one that was prepared.',
    ],
    ['a second preparation', [prepared, prepared], 'event 2: R is added a second time.'],
    [
      'a step of a request that was never prepared',
      [approved],
      'event 1: it is about a request that was not prepared',
    ],
    [
      'a step that is none',
      [prepared, ['request.forgotten', {}]],
      'event 2: "request.forgotten" is not a step',
    ],
    [
      'a second answer',
      [prepared, approved, signed, sending, answered, answered],
      'event 6: it answers a second time.',
    ],
    ['a preparation after the end', [...whole, prepared], 'event 7: R is added a second time.'],
    ['a second end', [...whole, applied], 'event 7: it is about a request that is over.'],
    ['a sending after the end', [...whole, sending], 'event 7: it is about a request that is over.'],
    ['a second answer after the end', [...whole, answered], 'event 7: it is about a request that is over.'],
    ['an approval after the end', [...whole, approval], 'event 7: it is about a request that is over.'],
    [
      'a revocation after the end',
      [...whole, ['revocation.signed', { of: digest }]],
      'event 7: it is about a request that is over.',
    ],
    [
      'a second answer where the first came after the end',
      [prepared, approved, signed, sending, applied, answered, answered],
      'event 7: it is about a request that is over.',
    ],
    ['an answer to nothing', [prepared, answered], 'event 2: it answers what was not sent.'],
    [
      'a row about two requests',
      [['request.prepared', { request }, 'other']],
      'event 1: it is about two requests.',
    ],
    [
      'a sending that does not say what was sent',
      [prepared, approved, signed, ['request.sending', { from: 'signed', digest }]],
      'event 4: it does not say what was sent.',
    ],
  ])('refuses %s', (_, events, flaw) => {
    expect(replayed(events)).toContain(flaw)
  })
})
