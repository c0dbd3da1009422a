import fc from 'fast-check'
import { hashMessage, recoverAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import type { RawSignature } from '../../electron/device/ledgerjs.ts'
import { messageReview, typedDataReview } from '../../shared/device/review.ts'
import type { DeviceModel, DeviceSettings } from '../../shared/device/models.ts'
import { hashTypedData } from '../../shared/eip712/typed-data.ts'
import type { Hex } from '../../shared/hex.ts'
import { answerAll, collectScreens, firstAddress, firstPath, openEth } from './support.ts'
import { typedData } from './typed-data-arbitrary.ts'

const model = fc.constantFrom<DeviceModel>('nanoSP', 'nanoX', 'stax')

const settings: fc.Arbitrary<DeviceSettings> = fc
  .record({ blindSigning: fc.boolean(), rawMessages: fc.boolean(), transactionHash: fc.boolean() })
  .filter(({ blindSigning, rawMessages }) => blindSigning || rawMessages)

const signerOf = (hash: Hex, { r, s, v }: RawSignature): Promise<string> =>
  recoverAddress({ hash, signature: { r: `0x${r}`, s: `0x${s}`, v: BigInt(v) } })

const show = (value: Uint8Array) => {
  const data = {
    types: { EIP712Domain: [{ name: 'name', type: 'string' }], T: [{ name: 'v', type: 'bytes32' }] },
    primaryType: 'T',
    domain: { name: 'x' },
    message: { v: `0x${Buffer.from(value).toString('hex')}` },
  }
  const review = typedDataReview(
    'stax',
    { blindSigning: false, rawMessages: true, transactionHash: false },
    data,
  )
  return review.kind === 'review' ? review.rows : []
}

describe('for any typed data', () => {
  it(
    'the practice Ledger signs the digest that viem computes, and shows what was previewed',
    { timeout: 60_000 },
    () =>
      fc.assert(
        fc.asyncProperty(model, settings, typedData, async (model, settings, data) => {
          const ledger = new PracticeLedger({ model, settings })
          const screens = collectScreens(ledger)
          answerAll(ledger)
          const signature = await openEth(ledger).signEIP712Message(firstPath, data)
          expect(await signerOf(hashTypedData(data).digest, signature)).toBe(firstAddress)
          const review = typedDataReview(model, settings, data)
          if (review.kind !== 'review') throw new Error('it was previewed as refused')
          expect(screens).toEqual(review.screens.map(({ lines }) => lines))
        }),
        { numRuns: 60 },
      ),
  )

  it('one changed byte of a value changes what is shown or the digest', () =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(31), (bytes, at) => {
        const changed = bytes.with(at, (bytes[at] ?? 0) ^ 1)
        expect(show(changed)).not.toEqual(show(bytes))
      }),
    ))
})

describe('for any personal message', () => {
  it('the practice Ledger signs its EIP-191 hash, and shows what was previewed', { timeout: 60_000 }, () => {
    const message = fc.oneof(
      fc.string({ minLength: 1, maxLength: 400 }).map((text) => Buffer.from(text)),
      fc.lorem({ maxCount: 60 }).map((text) => Buffer.from(text.replaceAll('. ', '.\n'))),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
    )
    return fc.assert(
      fc.asyncProperty(model, message, async (model, bytes) => {
        const ledger = new PracticeLedger({ model })
        const screens = collectScreens(ledger)
        answerAll(ledger)
        const signature = await openEth(ledger).signPersonalMessage(
          firstPath,
          Buffer.from(bytes).toString('hex'),
        )
        const hash = hashMessage({ raw: new Uint8Array(bytes) })
        expect(await signerOf(hash, signature)).toBe(firstAddress)
        expect(screens).toEqual(messageReview(model, bytes).screens.map(({ lines }) => lines))
      }),
      { numRuns: 60 },
    )
  })
})
