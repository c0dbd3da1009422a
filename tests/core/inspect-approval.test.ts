import fc from 'fast-check'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { approvalDigest } from '../../shared/approvals/approval.ts'
import { approvalText } from '../../shared/approvals/text.ts'
import { approvalTypedData } from '../../shared/approvals/typed-data.ts'
import { lower } from '../../shared/hex.ts'
import { inspect, type Inspection } from '../../shared/inspect/inspect.ts'
import { anyFacts, facts, factsText } from '../approvals/samples.ts'
import { altered } from '../support/altered.ts'

const key = privateKeyToAccount(`0x${'01'.repeat(32)}`)
const signer = lower(key.address)
const stranger = `0x${'12'.repeat(20)}`
const typedData = approvalTypedData(facts)
const beforeMs = Date.parse('2026-11-20T09:00:00Z')

const look = (payload: unknown, request?: object, more: object = {}): Inspection =>
  inspect(JSON.stringify(request ? { ...more, request, payload } : payload), {
    network: null,
    nowMs: beforeMs,
  })

const signed = {
  text: async () => ({ text: factsText, signature: await key.signMessage({ message: factsText }) }),
  typedData: async () => ({
    typedData,
    signature: await key.sign({ hash: approvalDigest({ form: 'typedData', typedData }) }),
  }),
}

describe.each(['text', 'typedData'] as const)('an approval as %s', (form) => {
  it('is verified with its signature and the signer that was expected', async () => {
    const found = look(await signed[form](), { signer, asset: 'BTC', isCross: true, leverage: 10 })
    expect(found).toMatchObject({
      venue: 'hyperliquid',
      network: 'mainnet',
      kind: 'approval',
      verdict: 'verified',
      problems: [],
      signer,
      approval: { form, facts },
      intent: null,
      digests: null,
    })
  })

  it('is verified with its signature and the digest of the request that was expected', async () => {
    const digest = `0x${facts.digest.toUpperCase()}`
    expect(look(await signed[form](), { digest })).toMatchObject({ verdict: 'verified', signer })
  })

  it('is computed where nothing came along that says whose or what it must be', async () => {
    const { signature: _, ...unsigned } = await signed[form]()
    expect(look(unsigned)).toMatchObject({ verdict: 'computed', signer: null, approval: { facts } })
    expect(look(unsigned, { signer, leverage: 10 })).toMatchObject({ verdict: 'computed' })
    expect(look(await signed[form](), { leverage: 10 })).toMatchObject({ verdict: 'computed', signer })
  })

  it.each([
    ['signature', { signer: stranger }, 'payload.signerDiffers'],
    ['signature', { signer: undefined, owner: stranger }, 'payload.signerDiffers'],
    ['market', { asset: 'ETH' }, 'payload.fieldDiffers'],
    ['leverage', { leverage: 20 }, 'payload.fieldDiffers'],
    ['mode', { isCross: false }, 'payload.fieldDiffers'],
    ['subject', { account: stranger }, 'payload.fieldDiffers'],
    ['digest', { digest: `0x${'00'.repeat(32)}` }, 'payload.fieldDiffers'],
  ])('is a mismatch where its %s is not what was expected: %o', async (field, request, code) => {
    expect(look(await signed[form](), { signer, ...request })).toMatchObject({
      verdict: 'mismatch',
      problems: [{ code, field }],
    })
  })

  it('is a mismatch for the other network, and refused for another venue', async () => {
    const approval = await signed[form]()
    expect(look(approval, { signer }, { network: 'testnet' })).toMatchObject({
      verdict: 'mismatch',
      problems: [{ code: 'payload.networkDiffers' }],
    })
    expect(look(approval, { signer }, { venue: 'compass' })).toMatchObject({
      verdict: 'refused',
      problems: [{ field: 'venue' }],
    })
  })

  it('is refused where its signature is none, or a member is not known', async () => {
    const approval = await signed[form]()
    for (const signature of ['0x', `${approval.signature}00`, `0x${'ff'.repeat(65)}`])
      expect(look({ ...approval, signature })).toMatchObject({
        verdict: 'refused',
        problems: [{ code: 'input.badField' }],
      })
    expect(look({ ...approval, note: 'x' })).toMatchObject({
      verdict: 'refused',
      problems: [{ code: 'input.unknownField', field: 'note' }],
    })
  })
})

describe('what inspect takes for an approval', () => {
  it('is the bare typed data, and the bare text, both without a signature', () => {
    expect(look(typedData)).toMatchObject({ kind: 'approval', verdict: 'computed', approval: { facts } })
    const found = inspect(factsText, { network: null, nowMs: beforeMs })
    expect(found).toMatchObject({ kind: 'approval', verdict: 'computed', approval: { form: 'text', facts } })
  })

  it('is refused where it only looks like one, with the line or fact that is wrong', async () => {
    const { signature } = await signed.text()
    const cases: readonly (readonly [unknown, string])[] = [
      [{ text: `${factsText}\n`, signature }, 'message'],
      [{ text: factsText.replaceAll('\n', ' '), signature }, 'line 1'],
      [{ text: altered(factsText, 'BTC', 'B\u{422}C'), signature }, 'line 1'],
      [{ text: altered(factsText, 'hyperliquid', 'elsewhere'), signature }, 'venue'],
      [{ typedData: { ...typedData, message: { ...typedData.message, leverage: '10x' } } }, 'change'],
      [{ ...typedData, message: { ...typedData.message, validUntil: '2026-02-30 10:00 UTC' } }, 'until'],
    ]
    for (const [payload, field] of cases)
      expect(look(payload)).toMatchObject({
        kind: 'approval',
        verdict: 'refused',
        problems: [{ code: 'approval.malformed', field }],
      })
    const bare = inspect(`${factsText}\n`, { network: null, nowMs: beforeMs })
    expect(bare).toMatchObject({ kind: 'approval', verdict: 'refused' })
  })

  it('says when it was good, and what cannot be compared', async () => {
    const later = inspect(JSON.stringify(await signed.text()), { network: null, nowMs: beforeMs + 3_600_000 })
    expect(later.notes).toContain('It was good until 2026-11-20 10:00 UTC.')
    expect(look(await signed.text()).notes.join(' ')).toContain('give signer to compare it')
    expect(look(await signed.text(), { signer, assetId: 0 }).notes.join(' ')).toContain('not compared')
  })

  it('is every approval that can be asked for at a known venue, and it never throws', () => {
    fc.assert(
      fc.property(anyFacts, fc.constantFrom('text', 'typedData'), (some, form) => {
        const known = { ...some, venue: 'compass mainnet' }
        const payload =
          form === 'text' ? { text: approvalText(known) } : { typedData: approvalTypedData(known) }
        expect(look(payload)).toMatchObject({ verdict: 'computed', approval: { facts: known } })
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(look({ text }).verdict).toBe('refused')
      }),
    )
  })
})
