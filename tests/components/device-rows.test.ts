// @vitest-environment happy-dom
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  comparePages,
  reviewScreens,
  screenAt,
  whereToCompare,
} from '../../renderer/components/request/device-screens.ts'
import CompareBlock from '../../renderer/components/request/CompareBlock.svelte'
import ReviewRows from '../../renderer/components/request/ReviewRows.svelte'
import type { DeviceModel } from '../../shared/device/models.ts'
import { previewOf } from '../../shared/preview.ts'
import { id, preparedRequest } from './sample.ts'
import { cleanup, render, screen } from './testing.ts'

const raw = { blindSigning: false, rawMessages: true, transactionHash: false }
const onlyHash = { blindSigning: true, rawMessages: false, transactionHash: false }

function reviewed(model: DeviceModel, settings = raw, prepared = preparedRequest()) {
  const preview = previewOf(id, prepared, model, settings)
  const { label } = preview.statement.compare
  const screens = reviewScreens(preview.device, label)
  return { preview, screens, pages: comparePages(screens, label) }
}

afterEach(cleanup)

describe('the list of the Ledger’s screens', () => {
  it('numbers a Nano’s screens as the device does, "skip?" screens included and left out of the list', () => {
    const { screens } = reviewed('nanoSP')
    render(ReviewRows, { screens, at: 0, live: false, onmove: () => undefined })
    const rows = screen.getAllByRole('button').map(({ textContent }) => textContent?.split(/\s+/)[1] ?? '')
    expect(rows).toHaveLength(12)
    const numbers = screens.filter(({ skips }) => !skips).map(({ number }) => number)
    expect(numbers).toEqual(['1', '2', '3', '5', '7', '9', '11', '13', '15', '17', '18', '19'])
  })

  it('takes a Stax’s numbers from its own pages', () => {
    const { screens } = reviewed('stax')
    expect(screens.map(({ number }) => number)).toEqual(['', '1', '2', '3', '4', '5'])
  })

  it('marks the screens with the value to compare and no other', () => {
    expect(
      reviewed('nanoSP')
        .screens.filter(({ matters }) => matters)
        .map(({ number }) => number),
    ).toEqual(['17', '18'])
    expect(
      reviewed('stax')
        .screens.filter(({ matters }) => matters)
        .map(({ number }) => number),
    ).toEqual(['4'])
  })

  it('says where to compare in the device’s own numbers', () => {
    expect(whereToCompare(reviewed('nanoSP').pages, 'nanoSP')).toBe('on screens 17 and 18')
    expect(whereToCompare(reviewed('stax').pages, 'stax')).toBe('on page 4')
  })

  it('says "now" on one row only, and only where the device is seen', () => {
    const { screens } = reviewed('nanoSP')
    render(ReviewRows, { screens, at: 16, live: true, onmove: () => undefined })
    const now = screen.getAllByRole('button').filter((row) => row.getAttribute('aria-current') === 'step')
    expect(now.map(({ textContent }) => textContent)).toEqual([expect.stringContaining('connectionId (1/2)')])
  })

  it('finds the screen that the device is on, and tells screens that look alike apart by the one before', () => {
    const { screens } = reviewed('nanoSP')
    const skip = screens[5]?.lines ?? []
    expect(screenAt(screens, screens[16]?.lines ?? [], 3)).toBe(16)
    expect(screenAt(screens, skip, 3)).toBe(3)
    expect(screenAt(screens, skip, 4)).toBe(5)
    expect(screenAt(screens, skip, 6)).toBe(7)
    expect(screenAt(screens, ['Ethereum', 'app is ready'], 6)).toBeNull()
  })
})

describe('the value to compare', () => {
  it.each([
    ['nanoSP', raw, 'connectionId'],
    ['nanoX', onlyHash, 'messageHash'],
    ['stax', raw, 'connectionId'],
    ['flex', raw, 'connectionId'],
  ] as const)(
    'is whole on a %s, whatever the digest and wherever its lines break',
    (model, settings, name) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (nonce) => {
          const { wire } = preparedRequest()
          const prepared = preparedRequest({ wire: { ...wire, nonce } })
          const { pages } = reviewed(model, settings, prepared)
          const whole = pages.flatMap(({ lines }) => lines).join('')
          expect(whole).toBe(`0x${(prepared.digests[name] ?? '').slice(2).toUpperCase()}`)
        }),
        { numRuns: 30 },
      )
    },
  )

  it('stands largest while the device is asked, in exactly the lines of the device', () => {
    const { preview, pages } = reviewed('nanoSP')
    const { container } = render(CompareBlock, { preview, pages, at: null })
    const lines = [...container.querySelectorAll('[data-line]')].map(({ textContent }) => textContent)
    expect(lines).toEqual(pages.flatMap(({ lines: own }) => own))
    expect(lines).toHaveLength(4)
    const strong = [...container.querySelectorAll('[data-line] b')].map(({ textContent }) => textContent)
    const hex = (preview.digests.connectionId ?? '').slice(2).toUpperCase()
    expect(strong).toEqual([hex.slice(0, 4), hex.slice(-4)])
  })

  it('is asked about on its own screen, and announced before', () => {
    const { preview, pages } = reviewed('nanoSP')
    const { rerender } = render(CompareBlock, { preview, pages, at: 4 })
    expect(screen.getByRole('heading').textContent).toBe('Go on to screen 17 and compare these three lines.')
    void rerender({ at: 17 })
    return expect.poll(() => screen.getByRole('heading').textContent).toBe('Is this line on your Ledger?')
  })
})
