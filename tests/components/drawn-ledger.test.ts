// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import DrawnLedger from '../../renderer/components/request/DrawnLedger.svelte'
import { addressReview, typedDataReview } from '../../shared/device/review.ts'
import { homeScreen, lockedScreen } from '../../shared/device/screens.ts'
import type { DeviceModel } from '../../shared/device/models.ts'
import { typedDataOf } from '../../shared/prepared-request.ts'
import { agentTypedData } from '../../shared/venues/hyperliquid/digest.ts'
import { preparedRequest } from './sample.ts'
import { cleanup, render } from './testing.ts'

const typedData = typedDataOf(preparedRequest()) ?? agentTypedData(`0x${'00'.repeat(32)}`, 'mainnet')
const settings = { blindSigning: false, rawMessages: true, transactionHash: true }
const models: readonly DeviceModel[] = ['nanoSP', 'nanoX', 'stax']

const drawn = (model: DeviceModel, lines: readonly string[]): string[] => {
  const { container } = render(DrawnLedger, { model, lines, label: 'the screen' })
  return [...container.querySelectorAll('svg text')].map(({ textContent }) => textContent ?? '')
}
const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trim())

afterEach(cleanup)

describe.each(models)('a drawn %s', (model) => {
  const review = typedDataReview(model, settings, typedData)
  const address = addressReview(model, '0x14791697260E4c9A71f18484C9f997B308e59325')
  const all = [review, address].flatMap((shown) => ('screens' in shown ? shown.screens : []))

  it('has every line of every screen that the device shows, whole and once', () => {
    expect(all.length).toBeGreaterThan(8)
    for (const { lines } of all) {
      expect(drawn(model, lines).toSorted()).toEqual(trimmed(lines).toSorted())
      cleanup()
    }
  })

  it('keeps the order and the breaks of the value to compare', () => {
    const screen = all.find(({ lines }) => lines.some((line) => line.startsWith('connectionId')))
    const value = trimmed(screen?.lines ?? []).filter((line) => /^(0x)?[0-9A-F]+$/.test(line))
    expect(value.length).toBeGreaterThan(2)
    expect(drawn(model, screen?.lines ?? []).filter((line) => value.includes(line))).toEqual(value)
  })

  it.each([
    ['locked', lockedScreen(model)],
    ['with another app', homeScreen(model, 'Bitcoin')],
    ['with none', homeScreen(model, 'BOLOS')],
  ])('draws what it shows when it is %s', (_, { lines }) => {
    expect(drawn(model, lines).toSorted()).toEqual(trimmed(lines).toSorted())
  })

  it('says its screen to those who do not see it', () => {
    const { getByRole } = render(DrawnLedger, { model, lines: ['Message signed'], label: 'It says: signed' })
    expect(getByRole('img').getAttribute('aria-label')).toBe('It says: signed')
  })
})
