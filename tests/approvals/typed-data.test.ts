import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { hashTypedData as peer } from 'viem'
import { describe, expect, it } from 'vitest'
import { approvalDigest } from '../../shared/approvals/approval.ts'
import { factNames } from '../../shared/approvals/facts.ts'
import { approvalTypedData, approvalTypes, readApprovalTypedData } from '../../shared/approvals/typed-data.ts'
import { checkForDevice } from '../../shared/eip712/device-checks.ts'
import { fromHex, toHex } from '../../shared/hex.ts'
import { anyFacts, facts } from './samples.ts'

const hashOf = (text: string): Uint8Array => keccak_256(utf8ToBytes(text))

/** The digest as EIP-712 writes it out, for strings and one bytes32. */
function byHand(): string {
  const domain = keccak_256(
    concatBytes(hashOf('EIP712Domain(string name,string version)'), hashOf('Countersign'), hashOf('1')),
  )
  const type =
    'LeverageApproval(string market,string leverage,string marginMode,string venue,string account,string validUntil,string request,bytes32 requestDigest)'
  const { market, change, mode, venue, subject, until, request, digest } = facts
  const words = [market, change, mode, venue, subject, until, request].map(hashOf)
  const message = keccak_256(concatBytes(hashOf(type), ...words, fromHex(`0x${digest}`)))
  return toHex(keccak_256(concatBytes(Uint8Array.of(0x19, 0x01), domain, message)))
}

describe('the typed data of an approval', () => {
  it('reads back to the facts that it was made from', () => {
    fc.assert(
      fc.property(anyFacts, (some) => {
        const typedData = approvalTypedData(some)
        const read = readApprovalTypedData(JSON.parse(JSON.stringify(typedData)))
        expect(read).toEqual({ ok: true, value: some })
        if (read.ok) expect(approvalTypedData(read.value)).toEqual(typedData)
      }),
    )
  })

  it('shows the facts of the text in the order of the text', () => {
    const { message } = approvalTypedData(facts)
    expect(Object.keys(message)).toEqual(approvalTypes.LeverageApproval.map(({ name }) => name))
    expect(Object.values(message)).toEqual(
      factNames.map((name) => (name === 'digest' ? `0x${facts.digest}` : facts[name])),
    )
  })

  it('can be shown by every Ledger, whatever the facts are', () => {
    fc.assert(fc.property(anyFacts, (some) => checkForDevice(approvalTypedData(some)).ok))
  })

  it('changes its digest whenever one fact changes', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, fc.constantFrom(...factNames), (some, other, name) => {
        fc.pre(some[name] !== other[name])
        const digest = (given: typeof some) =>
          approvalDigest({ form: 'typedData', typedData: approvalTypedData(given) })
        expect(digest({ ...some, [name]: other[name] })).not.toBe(digest(some))
      }),
    )
  })

  it('has the digest that EIP-712 written out and viem give', () => {
    const known = '0xf56299d5b4a2ce644cf325ea55ff2562ca7a046100ca27c7e754404d1ebe4431'
    const typedData = approvalTypedData(facts)
    expect(approvalDigest({ form: 'typedData', typedData })).toBe(known)
    expect(byHand()).toBe(known)
    const { LeverageApproval } = approvalTypes
    expect(
      peer({
        domain: { name: 'Countersign', version: '1' },
        types: { LeverageApproval },
        primaryType: 'LeverageApproval',
        message: typedData.message as never,
      }),
    ).toBe(known)
  })
})

describe('typed data that only looks like one', () => {
  const good = approvalTypedData(facts)
  const { message, types } = good
  const { market: _, ...withoutMarket } = message
  const swapped = [...approvalTypes.LeverageApproval].reverse()
  it.each([
    ['another domain', { ...good, domain: { name: 'Countersign', version: '2' } }],
    ['a domain with a chain', { ...good, domain: { ...good.domain, chainId: 1 } }],
    ['another primary type', { ...good, primaryType: 'Approval' }],
    ['a fact less', { ...good, message: withoutMarket }],
    ['a fact more', { ...good, message: { ...message, note: 'x' } }],
    ['fields in another order', { ...good, types: { ...types, LeverageApproval: swapped } }],
    ['types without its domain', { ...good, types: { LeverageApproval: approvalTypes.LeverageApproval } }],
    ['a type more', { ...good, types: { ...types, Other: [{ name: 'a', type: 'string' }] } }],
    ['a member more', { ...good, signature: '0x' }],
    ['a lookalike letter', { ...good, message: { ...message, market: 'B\u{422}C' } }],
    ['a wrong date', { ...good, message: { ...message, validUntil: '2026-02-30 10:00 UTC' } }],
    ['an extra space', { ...good, message: { ...message, leverage: '5x  -> 10x' } }],
    ['a line end', { ...good, message: { ...message, leverage: '5x -> 10x\n' } }],
    ['a number for words', { ...good, message: { ...message, leverage: 10 } }],
    ['a digest of 31 bytes', { ...good, message: { ...message, requestDigest: `0x${'ab'.repeat(31)}` } }],
    ['nothing', null],
  ])('is refused: %s', (__, value) => {
    expect(readApprovalTypedData(value)).toMatchObject({ ok: false })
  })
})
