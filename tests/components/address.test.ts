// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import Address from '../../renderer/components/Address.svelte'
import { cleanup, render, screen } from './testing.ts'

const stored = '0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d'
const checksummed = '0xDad77910DbDFdE764fC21FCD4E74D71bBACA6D8D'

afterEach(cleanup)

describe('an address', () => {
  it('is named by its first six and last four characters, in the case of its checksum', () => {
    const { container } = render(Address, { address: stored })
    expect(container.textContent?.trim()).toBe('0xDad7…6D8D')
  })

  it('stands in full, as the device writes it, with its ends strong', () => {
    const { container } = render(Address, { address: stored, full: true })
    expect(container.querySelector('.mono')?.textContent).toBe(checksummed)
    const strong = [...container.querySelectorAll('b')].map(({ textContent }) => textContent)
    expect(strong).toEqual(['0xDad7', '6D8D'])
  })

  it('copies the whole checksummed address', async () => {
    const writeText = vi.fn(() => Promise.resolve())
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } })
    render(Address, { address: stored, full: true, name: 'signer' })
    screen.getByRole('button', { name: 'Copy signer' }).click()
    expect(await screen.findByText('signer copied')).toBeTruthy()
    expect(writeText.mock.calls).toEqual([[checksummed]])
    vi.unstubAllGlobals()
  })
})
