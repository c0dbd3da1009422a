// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import StateBadge from '../../renderer/components/StateBadge.svelte'
import { requestStates } from '../../shared/request-state.ts'
import { cleanup, render } from './testing.ts'

afterEach(cleanup)

const drawn = (state: (typeof requestStates)[number]) => {
  const { container } = render(StateBadge, { state })
  const badge = { word: container.textContent?.trim(), shape: container.querySelector('svg')?.innerHTML }
  const dashed = container.querySelector('[stroke-dasharray]') !== null
  cleanup()
  return { ...badge, dashed }
}

describe('the state of a request', () => {
  it('has a word of its own for every state', () => {
    const words = requestStates.map((state) => drawn(state).word)
    expect(words.every(Boolean)).toBe(true)
    expect(new Set(words).size).toBe(requestStates.length)
  })

  it('has a shape of its own for every state, so that it holds without colour', () => {
    const shapes = requestStates.map((state) => drawn(state).shape)
    expect(shapes.every(Boolean)).toBe(true)
    expect(new Set(shapes).size).toBe(requestStates.length)
  })

  it('draws an unknown outcome as a dashed circle, and nothing else', () => {
    expect(requestStates.filter((state) => drawn(state).dashed)).toEqual(['unknown'])
  })

  it('says another word where the place asks for one, with the same shape', () => {
    const { container } = render(StateBadge, { state: 'unknown', word: 'Settle' })
    expect(container.textContent?.trim()).toBe('Settle')
    expect(container.querySelector('[stroke-dasharray]')).not.toBeNull()
  })
})
