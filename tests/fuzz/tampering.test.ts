import { expect, it } from 'vitest'
import { accepted, acceptedMutations } from './mutations.ts'
import { sampleRequest, sampleSignature } from './sample.ts'

it('the signed request itself is accepted', () => {
  expect(accepted(sampleRequest, sampleSignature)).toBe(true)
})

it('of 2 000 changes in it or its signature none is (npm run faults makes 100 000)', () => {
  expect(acceptedMutations(2_000)).toEqual([])
})
