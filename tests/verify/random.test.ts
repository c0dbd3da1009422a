import fc from 'fast-check'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { expect, it } from 'vitest'
import { approvalDigest, messageOf, questionOf } from '../../shared/approvals/approval.ts'
import { canonicalJson } from '../../shared/history/canonical-json.ts'
import { fromHex, toHex, type Hex } from '../../shared/hex.ts'
import {
  readPreparedRequest,
  recomputeDigests,
  type PreparedRequest,
  type UndigestedRequest,
} from '../../shared/prepared-request.ts'
import { recoverAddress, type Signature } from '../../shared/signature.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { describeWithPython, runVerifier } from './python.ts'

const count = 10_000
/** Recovering a signer costs Python some milliseconds. */
const signedCount = 500

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
/** Unix ms: near today, and as far away as a date can be. */
const time = fc.oneof(
  fc.integer({ min: 0, max: 8_000_000_000_000_000 }),
  fc.integer({ min: 0, max: 2 ** 42 }),
)
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(toHex)
const words = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' })
const decimal = fc.tuple(fc.integer(), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`)
const leverage = fc.integer({ min: 1, max: 0xffff_ffff })

const requests: fc.Arbitrary<UndigestedRequest> = fc
  .record({
    venue: fc.constantFrom('hyperliquid' as const, 'compass' as const),
    network: fc.constantFrom('mainnet' as const, 'testnet' as const),
    origin: fc.webUrl(),
    name: words,
    address,
    signer: address,
    symbol: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9:._/@-]{0,39}$/),
    asset: uint32,
    maxLeverage: fc.oneof(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0.01, max: 1000, noNaN: true }),
    ),
    before: leverage,
    wasCross: fc.boolean(),
    after: leverage,
    isCross: fc.boolean(),
    readAtMs: time,
    markPrice: fc.option(decimal),
    position: fc.option(
      fc.record({ size: decimal, value: decimal, marginUsed: decimal, liquidationPrice: fc.option(decimal) }),
    ),
    approval: fc.constantFrom('none' as const, 'text' as const, 'typedData' as const),
    nonce: time,
    vault: fc.boolean(),
    expiresAfter: fc.option(time),
  })
  .map((r) => ({
    format: 1,
    venue: r.venue,
    network: r.venue === 'compass' ? 'mainnet' : r.network,
    origin: r.origin,
    account: { name: r.name, address: r.address },
    signer: { address: r.signer, path: "44'/60'/0'/0/0" },
    market: { symbol: r.symbol, id: r.asset, maxLeverage: r.maxLeverage },
    from: { leverage: String(r.before), isCross: r.wasCross, readAtMs: r.readAtMs },
    to: { leverage: String(r.after), isCross: r.isCross },
    stake: { markPrice: r.markPrice, position: r.position },
    approval: r.approval,
    wire: {
      action: { type: 'updateLeverage', asset: r.asset, isCross: r.isCross, leverage: r.after },
      nonce: r.nonce,
      vaultAddress: r.vault ? r.address : null,
      expiresAfter: r.expiresAfter,
    },
  }))

const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
const key = fromHex(`0x${'01'.repeat(32)}`)

const sign = (digest: Hex): Signature => {
  const bytes = secp256k1.sign(fromHex(digest), key, { prehash: false, format: 'recovered' })
  return { r: toHex(bytes.slice(1, 33)), s: toHex(bytes.slice(33)), v: bytes[0] === 0 ? 27 : 28 }
}

/** What a person approves in words, as our own code writes it; null where it asks for none, or cannot. */
function approvalOf(request: PreparedRequest): readonly [string, Hex] | null {
  const question = questionOf(id, request)
  return question.ok && question.value ? [messageOf(question.value), approvalDigest(question.value)] : null
}

interface PythonAnswer {
  readonly flaw?: string
  readonly digests: unknown
  readonly canonical: string
  readonly approval?: readonly string[]
  readonly signer?: Hex
  readonly body?: string
}

describeWithPython('the Python verifier, on random requests,', () => {
  it(`gives all our digests of ${count} of them`, { timeout: 600_000 }, () => {
    const cases = fc.sample(requests, { numRuns: count, seed: 20_261_120 }).map((fields, place) => {
      const value = { ...fields, digests: recomputeDigests(fields) }
      const read = readPreparedRequest(JSON.parse(JSON.stringify(value)), id)
      if (!read.ok) throw new Error(read.error.message)
      const signature = place < signedCount ? sign(read.value.digests.digest) : null
      return { request: read.value, signature }
    })
    const lines = cases.map(({ request, signature }) => {
      const bytes = signature && `${signature.r}${signature.s.slice(2)}${signature.v.toString(16)}`
      const asked = approvalOf(request) === null ? {} : { id }
      return JSON.stringify({ prepared: request, ...asked, ...(bytes ? { signature: bytes } : {}) })
    })
    const run = runVerifier(['--digests', '-'], `${lines.join('\n')}\n`)
    expect(run.stderr).toBe('')
    const answers = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PythonAnswer)
    expect(answers).toHaveLength(count)
    for (const [place, { request, signature }] of cases.entries()) {
      const answer = answers[place]
      const exact = canonicalJson(request)
      expect({
        digests: answer?.digests,
        canonical: answer?.canonical,
        approval: answer?.approval ?? null,
        signer: answer?.signer,
        body: answer?.body,
      }).toEqual({
        digests: request.digests,
        canonical: exact.ok ? exact.value : null,
        approval: approvalOf(request),
        signer: signature ? recoverAddress(request.digests.digest, signature) : undefined,
        body: signature ? rulesOf(request.venue).bodyOf(request.wire, signature) : undefined,
      })
    }
  })
})
