// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import Change from '../../renderer/components/Change.svelte'
import { cleanup, render, screen } from './testing.ts'

afterEach(cleanup)

describe('old -> new', () => {
  it('is one phrase to a screen reader, in every size', () => {
    for (const size of ['large', 'medium', 'small'] as const) {
      const { container } = render(Change, { from: '5', to: '12.5', size })
      expect(screen.getByText('from 5 times to 12.5 times')).toBeTruthy()
      expect(container.querySelector('.drawn')?.getAttribute('aria-hidden')).toBe('true')
      cleanup()
    }
  })

  it('shows the old value first and the new one last, each as it is signed and with its unit', () => {
    const { container } = render(Change, { from: '5', to: '10' })
    expect(container.querySelector('.old')?.textContent).toBe('5×')
    expect(container.querySelector('.new')?.textContent).toBe('10×')
    expect(container.querySelector('.drawn')?.textContent?.replace(/\s+/g, '')).toBe('5×→10×')
  })
})
