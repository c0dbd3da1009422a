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
import { walletOf } from '../../shared/venues/synthetix/fields.ts'
import { describeWithPython, runVerifier } from './python.ts'

/** All of 10 000 take some minutes: COUNTERSIGN_RANDOM_REQUESTS=10000 npx vitest run tests/verify/random.test.ts */
const count = Number(process.env['COUNTERSIGN_RANDOM_REQUESTS'] ?? 500)
/** Recovering a signer costs Python some milliseconds. */
const signedCount = Math.min(500, Math.ceil(count / 10))

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

const digits = (least: number, most: number) => fc.integer({ min: least, max: most }).map(String)
/** Leverage as the venues of API keys take it. */
const exact = fc
  .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.constantFrom('', '.5', '.25', '.01'))
  .map(([number, fraction]) => `${number}${fraction}`)
const approvals = fc.constantFrom('text' as const, 'typedData' as const)
const hexText = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((data) => toHex(data).slice(2))

/** What a request has at every venue. */
const shared = fc
  .record({
    origin: fc.webUrl(),
    name: words,
    address,
    signer: address,
    maxLeverage: fc.integer({ min: 1, max: 1000 }),
    readAtMs: time,
    skewMs: fc.option(fc.integer({ min: -100_000, max: 100_000 })),
    markPrice: fc.option(decimal),
    network: fc.constantFrom('mainnet' as const, 'testnet' as const),
    cross: fc.boolean(),
  })
  .map((r) => ({ ...r, signer: { address: r.signer, path: "44'/60'/0'/0/0" } }))

type Shared = typeof shared extends fc.Arbitrary<infer S> ? S : never

const sharedFields = ({ origin, name, address: own, signer, markPrice }: Shared) => ({
  format: 1 as const,
  origin,
  account: { name, address: own },
  signer,
  stake: { markPrice, position: null },
})

const synthetix: fc.Arbitrary<UndigestedRequest> = fc
  .record({
    shared,
    approval: fc.constantFrom('none' as const, 'text' as const, 'typedData' as const),
    before: digits(1, 999_999_999),
    symbol: fc.stringMatching(/^[!-`{-~]{1,20}$/),
    leverage: digits(1, 999_999_999),
    subAccountId: fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }).map(String),
    nonce: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    expiresAfter: fc.integer({ min: 1, max: 8_640_000_000_000_000 }),
    seconds: fc.integer({ min: 1, max: 8_640_000_000_000 }),
    expiresAfterUnit: fc.constantFrom('ms' as const, 's' as const),
    bodyShape: fc.constantFrom('A' as const, 'B' as const, 'C' as const, 'D' as const),
  })
  .map((r) => ({
    ...sharedFields(r.shared),
    venue: 'synthetix',
    network: 'mainnet',
    market: { symbol: r.symbol, id: null, maxLeverage: r.shared.maxLeverage },
    from: { leverage: r.before, isCross: true, readAtMs: r.shared.readAtMs },
    to: { leverage: r.leverage, isCross: true },
    approval: r.approval,
    wire: {
      subAccountId: r.subAccountId,
      walletAddress: walletOf(r.shared.signer.address),
      symbol: r.symbol,
      leverage: r.leverage,
      nonce: r.nonce,
      expiresAfter: r.expiresAfterUnit === 's' ? r.seconds : r.expiresAfter,
      expiresAfterUnit: r.expiresAfterUnit,
      bodyShape: r.bodyShape,
    },
  }))

const arcus: fc.Arbitrary<UndigestedRequest> = fc
  .record({
    shared,
    approval: approvals,
    before: exact,
    symbol: fc.stringMatching(/^[A-Z0-9-]{1,20}$/),
    leverage: fc.integer({ min: 1, max: 1000 }),
    accountIndex: fc.integer({ min: 0, max: 9 }),
    marketId: fc.integer({ min: 0, max: 0xffff }),
    isolated: fc.option(fc.boolean()),
    keyId: hexText(32),
    until: time,
  })
  .map(({ shared: of, ...r }) => ({
    ...sharedFields(of),
    venue: 'arcus',
    network: of.network,
    market: { symbol: r.symbol, id: r.marketId, maxLeverage: of.maxLeverage },
    from: { leverage: r.before, isCross: of.cross, readAtMs: of.readAtMs, skewMs: of.skewMs },
    to: { leverage: String(r.leverage), isCross: r.isolated === null ? of.cross : !r.isolated },
    approval: r.approval,
    wire: {
      address: of.address,
      accountIndex: r.accountIndex,
      marketId: r.marketId,
      leverage: r.leverage,
      isolated: r.isolated,
      keyId: r.keyId,
      until: r.until,
    },
  }))

const v5: fc.Arbitrary<UndigestedRequest> = fc
  .record({
    shared,
    approval: approvals,
    venue: fc.constantFrom('coinswitch' as const, 'bybit' as const),
    before: exact,
    symbol: fc.stringMatching(/^[A-Z0-9][A-Z0-9._-]{0,39}$/),
    buy: exact,
    sell: fc.option(exact),
    category: fc.constantFrom('linear' as const, 'inverse' as const),
    keyId: fc.stringMatching(/^[A-Za-z0-9]{1,100}$/),
    until: time,
    recvWindowMs: fc.integer({ min: 1000, max: 60_000 }),
    epochUnit: fc.constantFrom('milliseconds' as const, 'seconds' as const),
    signatureLifeSeconds: fc.integer({ min: 5, max: 86_400 }),
  })
  .map(({ shared: of, ...r }) => {
    const both = r.sell === null ? {} : { sellLeverage: r.sell }
    const { symbol, keyId, until, recvWindowMs, epochUnit, signatureLifeSeconds } = r
    const wire = { symbol, buyLeverage: r.buy, sellLeverage: r.sell ?? r.buy, keyId, until }
    const fields = {
      ...sharedFields(of),
      market: { symbol, id: null, maxLeverage: of.maxLeverage },
      from: {
        leverage: r.before,
        ...(r.sell === null ? {} : { sellLeverage: r.before }),
        isCross: of.cross,
        readAtMs: of.readAtMs,
      },
      to: { leverage: r.buy, ...both, isCross: of.cross },
      approval: r.approval,
    }
    return r.venue === 'bybit'
      ? {
          ...fields,
          venue: 'bybit' as const,
          network: of.network,
          wire: { ...wire, category: r.category, recvWindowMs },
        }
      : {
          ...fields,
          venue: 'coinswitch' as const,
          network: 'mainnet' as const,
          wire: { ...wire, category: 'linear' as const, epochUnit, signatureLifeSeconds },
        }
  })

const hyperliquid: fc.Arbitrary<UndigestedRequest> = fc
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

const requests = fc.oneof(hyperliquid, synthetix, arcus, v5)

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
