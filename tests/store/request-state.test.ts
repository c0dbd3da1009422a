import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrows, isFinal, mayFollow, requestStates, wrongState } from '../../shared/request-state.ts'

const state = fc.constantFrom(...requestStates)

describe('the life of a request', () => {
  it('has exactly the arrows of its description', () => {
    const all = Object.entries(arrows).flatMap(([from, to]) => to.map((next) => `${from} ${next}`))
    expect(all.toSorted()).toEqual(
      [
        'draft prepared',
        'prepared approved',
        'approved signed',
        'signed sending',
        ...['applied', 'refused', 'unknown'].map((to) => `sending ${to}`),
        ...['applied', 'refused'].map((to) => `unknown ${to}`),
        ...['prepared', 'approved', 'signed'].flatMap((from) => [`${from} expired`, `${from} withdrawn`]),
        'signed revoked',
      ].toSorted(),
    )
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
      for (const to of requestStates) {
        const failure = wrongState('R1', here, to)
        const maySent = ['sending', 'unknown', 'applied', 'refused'].includes(here)
        expect(failure.outcome === 'not-sent').toBe(!maySent)
        expect(`${failure.message} ${failure.next}`).not.toMatch(/[{}]/)
        if (here === 'sending' || here === 'unknown')
          expect(failure.next).toContain('countersign reconcile R1')
      }
    }
  })
})
