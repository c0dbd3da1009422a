// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import Digest from '../../renderer/components/Digest.svelte'
import { cleanup, render, screen } from './testing.ts'

const connectionId = '0x4a2f0def3cccafc69efda4409db55f1144941a44fb0deecd2687ecd80db99c2e'
const groups = '4A2F 0DEF 3CCC AFC6 9EFD A440 9DB5 5F11 4494 1A44 FB0D EECD 2687 ECD8 0DB9 9C2E'.split(' ')

const drawnGroups = (container: HTMLElement) => [...container.querySelectorAll('.group')]

afterEach(cleanup)

describe('the digest block', () => {
  it('shows all 32 bytes in groups of four, in the case of the device, in order', () => {
    const { container } = render(Digest, { name: 'connectionId', value: connectionId })
    expect(drawnGroups(container).map(({ textContent }) => textContent)).toEqual(groups)
  })

  it('makes the first and the last group strong and no other', () => {
    const { container } = render(Digest, { name: 'connectionId', value: connectionId })
    const strong = drawnGroups(container).map((group) => group.classList.contains('strong'))
    expect(strong).toEqual(groups.map((_, at) => at === 0 || at === 15))
  })

  it('is read to a screen reader once, in groups', () => {
    const { container } = render(Digest, { name: 'connectionId', value: connectionId })
    expect(screen.getByText(`connectionId: ${groups.join(' ')}`)).toBeTruthy()
    expect(drawnGroups(container).every((group) => group.getAttribute('aria-hidden') === 'true')).toBe(true)
  })

  it('copies the plain form with 0x, not what is drawn', async () => {
    const writeText = vi.fn(() => Promise.resolve())
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } })
    render(Digest, { name: 'connectionId', value: connectionId })
    screen.getByRole('button', { name: 'Copy connectionId' }).click()
    expect(await screen.findByText('connectionId copied')).toBeTruthy()
    expect(writeText.mock.calls).toEqual([[connectionId]])
    vi.unstubAllGlobals()
  })

  it('offers a large view of the one to compare, and of no other', () => {
    render(Digest, { name: 'connectionId', value: connectionId, look: 'featured' })
    expect(screen.getByRole('button', { name: /Large view of connectionId/ })).toBeTruthy()
    cleanup()
    render(Digest, { name: 'digest', value: connectionId })
    expect(screen.queryByRole('button', { name: /Large view/ })).toBeNull()
  })
})
