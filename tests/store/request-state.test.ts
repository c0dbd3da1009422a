import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arrows,
  busy,
  decide,
  eventBetween,
  events,
  failedGuard,
  guards,
  holdsWhileFrozen,
  isFinal,
  mayFollow,
  requestEvents,
  requestStates,
  wrongState,
  type RequestFacts,
} from '../../shared/request-state.ts'

const state = fc.constantFrom(...requestStates)

/** Every pair, decided by hand: a row per event, a column per state; `.` is refused. */
const byHand = `
                draft    prepared  approved  signed    sending unknown applied refused expired withdrawn revoked
prepare         prepared .         .         .         .       .       .       .       .       .         .
accept          .        approved  .         .         .       .       .       .       .       .         .
sign            .        .         signed    .         .       .       .       .       .       .         .
send            .        .         .         sending   .       .       .       .       .       .         .
prove           .        .         .         .         applied .       .       .       .       .         .
refuse          .        .         .         .         refused .       .       .       .       .         .
lose            .        .         .         .         unknown .       .       .       .       .         .
findApplied     .        .         .         .         .       applied .       applied .       .         .
findNotApplied  .        .         .         .         .       refused .       .       .       .         .
expire          .        expired   expired   expired   .       .       .       .       .       .         .
withdraw        .        withdrawn withdrawn withdrawn .       .       .       .       .       .         .
revoke          .        .         .         revoked   .       revoked .       .       revoked revoked   .
`

const words = (line: string): string[] => line.trim().split(/ +/)
const [head = '', ...rows] = byHand.trim().split('\n')
const cells = rows
  .map(words)
  .flatMap(([event = '', ...targets]) =>
    targets.map((to, column) => ({ event, from: words(head)[column] ?? '', to: to === '.' ? null : to })),
  )

describe('the life of a request', () => {
  it('decides every pair of state and event as it was decided by hand', () => {
    expect(cells.map(({ event, from }) => `${event} ${from}`).toSorted()).toEqual(
      requestEvents.flatMap((event) => requestStates.map((from) => `${event} ${from}`)).toSorted(),
    )
    const decided = requestEvents.flatMap((event) =>
      requestStates.map((from) => `${event} ${from} ${String(decide(from, event))}`),
    )
    expect(decided.toSorted()).toEqual(
      cells.map(({ event, from, to }) => `${event} ${from} ${String(to)}`).toSorted(),
    )
  })

  it('knows by the two states which event it was', () => {
    for (const from of requestStates) {
      for (const to of requestStates) {
        const leading = requestEvents.filter((event) => decide(from, event) === to)
        expect(leading.length).toBeLessThanOrEqual(1)
        expect(eventBetween(from, to)).toBe(leading[0] ?? null)
        expect(mayFollow(from, to)).toBe(leading.length === 1)
      }
    }
  })

  it('never comes back to a state, and so is sent at most once, on any walk', () => {
    fc.assert(
      fc.property(fc.array(state, { maxLength: 40 }), (wishes) => {
        const walk = ['draft' as (typeof requestStates)[number]]
        for (const wish of wishes) {
          const here = walk.at(-1) ?? 'draft'
          if (mayFollow(here, wish)) walk.push(wish)
        }
        expect(new Set(walk).size).toBe(walk.length)
        if (walk.includes('sending')) expect(walk).toContain('signed')
      }),
      { numRuns: 2000 },
    )
  })

  it('ends in a final state from wherever it is', () => {
    const ends = (from: (typeof requestStates)[number]): boolean => isFinal(from) || arrows[from].every(ends)
    expect(requestStates.every(ends)).toBe(true)
  })

  it('never claims "not sent" of one that may have been, nor offers to send it again', () => {
    for (const here of requestStates) {
      const maySent = ['sending', 'unknown', 'applied', 'refused'].includes(here)
      expect(busy('R1', here, 6000).outcome === 'not-sent').toBe(!maySent)
      for (const to of requestStates) {
        const failure = wrongState('R1', here, to)
        expect(failure.outcome === 'not-sent').toBe(!maySent)
        expect(`${failure.message} ${failure.next}`).not.toMatch(/[{}]/)
        if (here === 'sending' || here === 'unknown')
          expect(failure.next).toContain('countersign reconcile R1')
      }
    }
  })
})

describe('the guards of the machine', () => {
  const facts = fc.record<RequestFacts>({
    signature: fc.boolean(),
    submitted: fc.boolean(),
    revoking: fc.boolean(),
    revoked: fc.boolean(),
    frozen: fc.boolean(),
    read: fc.boolean(),
  })

  it('let a request be sent only once, signed, and never after its revocation was signed', () => {
    fc.assert(
      fc.property(facts, (known) => {
        const may = known.signature && !known.submitted && !known.revoking && !known.frozen
        expect(failedGuard('send', known) === null).toBe(may)
      }),
    )
  })

  it('never put down as unsent what was sent, nor as answered what was not', () => {
    fc.assert(
      fc.property(facts, (known) => {
        expect(failedGuard('expire', known) === null).toBe(!known.submitted && !known.frozen)
        expect(failedGuard('withdraw', known) === null).toBe(
          !known.submitted && (!known.frozen || known.read),
        )
        for (const event of ['prove', 'refuse', 'lose', 'findApplied', 'findNotApplied'] as const)
          expect(failedGuard(event, known) === null).toBe(known.submitted)
      }),
    )
  })

  it('let nothing lead on from a copy but what the venue showed, and what was sent before', () => {
    const leadOn = (read: boolean) =>
      requestStates.flatMap((from) =>
        requestStates
          .filter((to) => mayFollow(from, to) && holdsWhileFrozen(from, to, read))
          .map((to) => `${from} ${to}`),
      )
    const ended = [
      'sending applied',
      'sending refused',
      'sending unknown',
      'unknown applied',
      'unknown refused',
    ]
    const late = ['refused applied', 'expired revoked', 'withdrawn revoked']
    const always = ['draft prepared', 'signed revoked', ...ended, 'unknown revoked', ...late].toSorted()
    const read = ['prepared withdrawn', 'approved withdrawn', 'signed withdrawn']
    expect(leadOn(false).toSorted()).toEqual(always)
    expect(leadOn(true).toSorted()).toEqual([...always, ...read].toSorted())
  })

  it('are all used, and name the one that does not hold', () => {
    const used = new Set(Object.values(events).flatMap((event) => [...event.guards]))
    expect([...used].toSorted()).toEqual(Object.keys(guards).toSorted())
    const unsigned = {
      signature: false,
      submitted: true,
      revoking: true,
      revoked: false,
      frozen: false,
      read: false,
    }
    expect(failedGuard('send', unsigned)).toBe('signedByTheSigner')
    expect(failedGuard('send', { ...unsigned, signature: true })).toBe('neverSubmitted')
    expect(failedGuard('revoke', { ...unsigned, signature: true })).toBe('revocationTaken')
  })
})
