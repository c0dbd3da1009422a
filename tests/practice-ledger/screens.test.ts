import { describe, expect, it } from 'vitest'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import {
  addressReview,
  hashedTypedDataReview,
  messageReview,
  typedDataReview,
} from '../../shared/device/review.ts'
import type { TypedDataReview } from '../../shared/device/review.ts'
import { nanoPairScreens } from '../../shared/device/nano-flow.ts'
import type { DeviceModel, DeviceSettings } from '../../shared/device/models.ts'
import { typedDataAdvice } from '../../shared/device/models.ts'
import { agent } from '../support/agent.ts'
import { firstAddress, firstPath, openEth } from './support.ts'

const off: DeviceSettings = { blindSigning: false, rawMessages: false, transactionHash: false }
const raw: DeviceSettings = { ...off, rawMessages: true }

const linesOf = (review: TypedDataReview): readonly (readonly string[])[] =>
  review.kind === 'review' ? review.screens.map(({ lines }) => lines) : []

const oneString = (text: string) => ({
  types: { EIP712Domain: [{ name: 'name', type: 'string' }], Note: [{ name: 'text', type: 'string' }] },
  primaryType: 'Note',
  domain: { name: 'Countersign' },
  message: { text },
})

const shownValue = (model: DeviceModel, text: string): string | undefined => {
  const review = typedDataReview(model, raw, oneString(text))
  return review.kind === 'review' ? review.rows.at(-1)?.value : undefined
}

describe('what is previewed of typed data', () => {
  it.each<[DeviceModel, DeviceSettings, string[]]>([
    [
      'nanoSP',
      raw,
      [
        'Review struct',
        'name',
        'version',
        'chainId',
        'verifyingContract',
        'Review struct',
        'source',
        'connectionId',
      ],
    ],
    [
      'nanoX',
      { ...off, blindSigning: true },
      ['name', 'version', 'chainId', 'verifyingContract', 'Message hash'],
    ],
    [
      'nanoSP',
      { ...off, blindSigning: true, transactionHash: true },
      ['name', 'version', 'chainId', 'verifyingContract', 'Domain hash', 'Message hash'],
    ],
    [
      'stax',
      { blindSigning: true, rawMessages: true, transactionHash: true },
      [
        'Review struct',
        'name',
        'version',
        'chainId',
        'verifyingContract',
        'Review struct',
        'source',
        'connectionId',
        'Domain hash',
        'Message hash',
      ],
    ],
    [
      'stax',
      { ...off, blindSigning: true },
      [
        'Review struct',
        'name',
        'version',
        'chainId',
        'verifyingContract',
        'Review struct',
        'source',
        'connectionId',
      ],
    ],
  ])('the rows of a %s with %o', (model, settings, labels) => {
    const review = typedDataReview(model, settings, agent)
    expect(review.kind === 'review' ? review.rows.map(({ label }) => label) : []).toEqual(labels)
  })

  it('the connectionId stands in the upper case in which the device shows it', () => {
    const review = typedDataReview('nanoSP', raw, agent)
    if (review.kind !== 'review') throw new Error('refused')
    expect(review.rows.at(-1)).toEqual({
      label: 'connectionId',
      value: '0x8F2C1D3E4B5A69788796A5B4C3D2E1F00F1E2D3C4B5A69788796A5B4C3D2E1F0',
    })
  })

  it.each<DeviceModel>(['nanoSP', 'nanoX', 'stax'])(
    'a %s with factory settings refuses, and names the setting',
    (model) => {
      expect(typedDataReview(model, off, agent)).toMatchObject({
        kind: 'refused',
        because: 'setting',
        setting: 'rawMessages',
      })
      expect(typedDataAdvice(model)).toContain('"Raw messages"')
    },
  )

  it('what no Ledger accepts is told apart from a setting', () => {
    const nested = {
      ...oneString('x'),
      types: { ...oneString('x').types, Note: [{ name: 'text', type: 'Nope' }] },
    }
    expect(typedDataReview('stax', raw, nested)).toEqual({ kind: 'refused', because: 'data' })
    expect(typedDataReview('stax', raw, oneString('x'.repeat(254)))).toEqual({
      kind: 'refused',
      because: 'data',
    })
    const odd = {
      ...oneString('x'),
      types: { ...oneString('x').types, Note: [{ name: 'text', type: 'int24' }] },
      message: { text: 5 },
    }
    expect(typedDataReview('stax', raw, odd)).toEqual({ kind: 'refused', because: 'data' })
    expect(typedDataReview('nanoSP', { ...off, blindSigning: true }, odd).kind).toBe('review')
  })

  it('hashes alone need "Blind signing"', () => {
    const hashes = { domainHash: `0x${'ab'.repeat(32)}`, messageHash: `0x${'cd'.repeat(32)}` } as const
    expect(hashedTypedDataReview('stax', raw, hashes)).toMatchObject({
      kind: 'refused',
      setting: 'blindSigning',
    })
    const review = hashedTypedDataReview('nanoSP', { ...off, blindSigning: true }, hashes)
    expect(review.kind === 'review' ? review.rows : []).toEqual([
      { label: 'Domain hash', value: `0x${'AB'.repeat(32)}` },
      { label: 'Message hash', value: `0x${'CD'.repeat(32)}` },
    ])
  })
})

const bytes = (count: number) => ({
  ...oneString(`0x${'ab'.repeat(count)}`),
  types: { ...oneString('').types, Note: [{ name: 'text', type: 'bytes' }] },
})

const shownBytes = (count: number) => {
  const review = typedDataReview('nanoSP', raw, bytes(count))
  return review.kind === 'review' ? review.rows.at(-1)?.value : undefined
}

const staxMessage = (count: number) =>
  linesOf(
    messageReview('stax', new TextEncoder().encode(Array.from({ length: count }, () => 'line').join('\n'))),
  )[1]

describe('how values are cut and drawn', () => {
  it('379 characters are shown whole, more are cut to 376 and three dots', () => {
    expect(shownValue('nanoSP', 'x'.repeat(379))).toBe('x'.repeat(379))
    expect(shownValue('nanoSP', 'x'.repeat(380))).toBe(`${'x'.repeat(376)}...`)
    expect(shownValue('nanoSP', 'x'.repeat(508))).toBe(`${'x'.repeat(376)}...`)
  })

  it('a string in three chunks is cut without dots, because the app marks only a cut in the last chunk', () => {
    expect(shownValue('nanoSP', 'x'.repeat(700))).toBe('x'.repeat(379))
  })

  it('188 bytes are shown whole, 189 are cut', () => {
    expect(shownBytes(188)).toBe(`0x${'AB'.repeat(188)}`)
    expect(shownBytes(189)).toBe(`0x${'AB'.repeat(187)}...`)
  })

  it('what is not ASCII is not drawn, and text ends at a zero byte', () => {
    expect(shownValue('stax', 'café ☕ für 20€')).toBe('caf  fr 20')
    expect(shownValue('stax', 'seen\0hidden')).toBe('seen')
  })

  it('a long name is shortened in its middle to fit one line of a Nano', () => {
    const [screen = []] = nanoPairScreens({ label: 'averyverylongfieldnameindeed', value: 'x' })
    expect(screen[0]).toMatch(/^averyv\.\.\.eindeed$/)
    const [first = [], second = []] = nanoPairScreens({
      label: 'averyverylongfieldname',
      value: 'y'.repeat(70),
    })
    expect(first[0]).toMatch(/\(1\/2\)$/)
    expect(second[0]).toMatch(/\(2\/2\)$/)
  })

  it('a personal message that is not text is shown as hex, and a Nano shows line breaks as spaces', () => {
    expect(messageReview('nanoSP', Uint8Array.of(0x68, 0x69, 0x80)).rows).toEqual([
      { label: 'Message', value: '0x686980' },
    ])
    const lines = new TextEncoder().encode('one\ntwo\tthree')
    expect(messageReview('nanoSP', lines).rows[0]?.value).toBe('one two three')
    expect(messageReview('stax', lines).rows[0]?.value).toBe('one\ntwothree')
  })

  it('a Stax hides what is beyond seven lines behind "More" once ten are not enough', () => {
    expect(staxMessage(10)?.filter((line) => line === 'line')).toHaveLength(10)
    expect(staxMessage(10)).not.toContain('More')
    expect(staxMessage(11)?.filter((line) => line === 'line')).toHaveLength(7)
    expect(staxMessage(11)).toContain('More')
  })

  it('an address to compare is shown as the device draws it', () => {
    expect(linesOf(addressReview('stax', firstAddress))[1]).toEqual([
      'Address',
      '0xDad77910DbDFdE7',
      '64fC21FCD4E74D71b',
      'BACA6D8D',
      'Cancel',
      '2 of 2',
      'Confirm',
    ])
  })
})

async function reviewing(model: DeviceModel): Promise<PracticeLedger> {
  const ledger = new PracticeLedger({ model, settings: raw })
  const { promise, resolve } = Promise.withResolvers<void>()
  ledger.onScreen(() => {
    if (ledger.asking) resolve()
  })
  openEth(ledger)
    .signEIP712Message(firstPath, agent)
    .catch(() => undefined)
  await promise
  return ledger
}

const at = (ledger: PracticeLedger): string => ledger.screen.lines.join('|')

describe('the buttons of a Nano', () => {
  const skip = 'Press right button to |continue message or |press both to skip'

  it('lead forward and back through the review', async () => {
    const ledger = await reviewing('nanoSP')
    ledger.press('right')
    expect(at(ledger)).toBe('Reject transaction')
    ledger.press('left')
    ledger.press('both')
    expect(at(ledger)).toBe('Review typed |message')
    ledger.press('right')
    ledger.press('right')
    expect(at(ledger)).toBe(skip)
    ledger.press('right')
    expect(at(ledger)).toBe('name|Exchange')
    ledger.press('left')
    ledger.press('left')
    expect(at(ledger)).toBe('Review struct|EIP712Domain')
    expect(ledger.press('both')).toBe(false)
  })

  it('both buttons on the skip page lead to the signature', async () => {
    const ledger = await reviewing('nanoSP')
    for (const button of ['both', 'right', 'right', 'both'] as const) ledger.press(button)
    expect(at(ledger)).toBe('Sign message')
    ledger.press('right')
    expect(at(ledger)).toBe('Reject message')
    ledger.press('both')
    expect(at(ledger)).toBe('Message rejected')
    expect(ledger.asking).toBe(false)
    ledger.press('right')
    expect(at(ledger)).toBe('Ethereum|app is ready')
  })

  it('do nothing on a touch model, nor do fingers on a Nano', async () => {
    expect((await reviewing('stax')).press('both')).toBe(false)
    expect((await reviewing('nanoSP')).input('swipe left')).toBe(false)
  })
})

describe('fingers on a Stax', () => {
  it('swipe through the review, and can take back a rejection', async () => {
    const ledger = await reviewing('stax')
    ledger.input('tap Accept risk and continue')
    ledger.input('swipe left')
    expect(ledger.screen.lines[1]).toBe('Review struct')
    ledger.input('tap Reject')
    expect(at(ledger)).toBe('Reject message?|Go back to message|Yes, reject')
    ledger.input('tap Go back to message')
    expect(ledger.screen.lines[1]).toBe('Review struct')
    ledger.input('swipe right')
    expect(ledger.screen.lines[0]).toBe('Review typed ')
    expect(ledger.input('swipe right')).toBe(false)
  })

  it('"Skip" asks and leads to the signature, which wants a long press', async () => {
    const ledger = await reviewing('stax')
    for (const action of ['tap Accept risk and continue', 'swipe left', 'tap Skip', 'tap Yes, skip'])
      ledger.input(action)
    expect(ledger.screen.lines.at(-1)).toBe('Hold to sign')
    expect(ledger.input('tap Hold to sign')).toBe(false)
    expect(ledger.input('hold Hold to sign')).toBe(true)
    expect(at(ledger)).toBe('Message signed')
  })
})
