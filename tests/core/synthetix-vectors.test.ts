import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashTypedData, type TypedData } from '../../shared/eip712/typed-data.ts'
import type { Hex } from '../../shared/hex.ts'
import { inspect } from '../../shared/inspect/inspect.ts'
import { readSignature, recoverAddress, type Signature } from '../../shared/signature.ts'
import { parseStrictJson } from '../../shared/strict-json.ts'
import { readTradeBody } from '../../shared/venues/synthetix/request.ts'
import {
  subAccountActionTypedData,
  synthetixDomain,
  updateLeverageTypedData,
  updateLeverageTypes,
  type UpdateLeverageMessage,
} from '../../shared/venues/synthetix/typed-data.ts'
import {
  bodyOf,
  disagreement,
  synthetixWireSchema,
  typedDataOf,
  type SynthetixWire,
} from '../../shared/venues/synthetix/wire.ts'
import * as v from 'valibot'
import { synthetix } from '../support/vectors.ts'

const nowMs = Date.UTC(2026, 10, 20)
const text = (value: unknown): string => String(value)
const signatureOf = ({ r, s, v: recovery }: { r: string; s: string; v: number }): Signature => {
  const read = readSignature(r, s, recovery)
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}
const changes = synthetix.vectors.filter(({ primaryType }) => primaryType === 'UpdateLeverage')
const readings = synthetix.vectors.filter(({ primaryType }) => primaryType === 'SubAccountAction')
const others = synthetix.vectors.filter(({ primaryType }) => primaryType === 'AddDelegatedSigner')
const messageOf = (message: Readonly<Record<string, unknown>>): UpdateLeverageMessage => ({
  subAccountId: text(message['subAccountId']),
  symbol: text(message['symbol']),
  leverage: text(message['leverage']),
  nonce: text(message['nonce']),
  expiresAfter: text(message['expiresAfter']),
})
const named = (list: typeof changes) =>
  list.map((vector, place) => [`${vector.group} ${place + 1}`, vector] as const)
const digestOf = (message: UpdateLeverageMessage): Hex =>
  hashTypedData(updateLeverageTypedData(message)).digest

const wireOf = (message: UpdateLeverageMessage, walletAddress: Hex): SynthetixWire =>
  v.parse(synthetixWireSchema, {
    subAccountId: message.subAccountId,
    walletAddress,
    symbol: message.symbol,
    leverage: message.leverage,
    nonce: Number(message.nonce),
    expiresAfter: Number(message.expiresAfter),
    expiresAfterUnit: 'ms',
    bodyShape: 'A',
  })

describe('synthetix-updateLeverage.json, three implementations that agree', () => {
  it('holds as many vectors as it says, and none of an unknown type', () => {
    expect(synthetix.vectors).toHaveLength(synthetix.count)
    expect(changes.length + readings.length + others.length).toBe(synthetix.count)
    expect(synthetix.domain).toEqual(synthetixDomain)
  })

  it.each(named(changes))('%s: a change has every hash and its signer', (_, vector) => {
    const message = messageOf(vector.message)
    expect(hashTypedData(updateLeverageTypedData(message))).toEqual({
      domainHash: vector.domainSeparator,
      messageHash: vector.structHash,
      digest: vector.digest,
    })
    expect(recoverAddress(vector.digest, signatureOf(vector.signature))).toBe(vector.address.toLowerCase())
    expect(hashTypedData(typedDataOf(wireOf(message, vector.address))).digest).toBe(vector.digest)
  })

  it.each(named(readings))('%s: a signed reading has every hash and its signer', (_, vector) => {
    const typedData = subAccountActionTypedData({
      subAccountId: text(vector.message['subAccountId']),
      action: text(vector.message['action']),
      nonce: vector.message['nonce'] === undefined ? null : text(vector.message['nonce']),
      expiresAfter: text(vector.message['expiresAfter']),
    })
    expect(hashTypedData(typedData).messageHash).toBe(vector.structHash)
    expect(hashTypedData(typedData).digest).toBe(vector.digest)
    expect(recoverAddress(vector.digest, signatureOf(vector.signature))).toBe(vector.address.toLowerCase())
  })

  it('a signed reading with a nonce signs another type, with the nonce before the expiry', () => {
    const reading = { subAccountId: '1', action: 'getSubAccount', expiresAfter: '5' }
    const withNonce = subAccountActionTypedData({ ...reading, nonce: '4' })
    expect(withNonce.types['SubAccountAction']?.map(({ name }) => name)).toEqual([
      'subAccountId',
      'action',
      'nonce',
      'expiresAfter',
    ])
    expect(hashTypedData(withNonce).digest).not.toBe(
      hashTypedData(subAccountActionTypedData({ ...reading, nonce: null })).digest,
    )
  })

  it.each(named(changes))('%s: every shape that names the subaccount verifies', (_, vector) => {
    const wire = wireOf(messageOf(vector.message), vector.address)
    for (const bodyShape of ['A', 'B', 'D'] as const) {
      const body = bodyOf({ ...wire, bodyShape }, signatureOf(vector.signature))
      const payload: unknown = JSON.parse(body)
      const input = { venue: 'synthetix', request: { signer: vector.address }, payload }
      expect(inspect(JSON.stringify(input), { network: null, nowMs })).toMatchObject({
        venue: 'synthetix',
        kind: 'tradeBody',
        verdict: 'verified',
        problems: [],
        signer: vector.address.toLowerCase(),
        digests: { connectionId: null, domainHash: vector.domainSeparator, digest: vector.digest },
        intent: {
          action: 'setLeverage',
          asset: wire.symbol,
          isCross: null,
          leverage: wire.leverage,
          nonce: String(wire.nonce),
          subAccountId: wire.subAccountId,
        },
      })
    }
  })

  it.each(named(changes))('%s: its typed data is computed to the same digest', (_, vector) => {
    const payload = { ...typedDataOf(wireOf(messageOf(vector.message), vector.address)) }
    expect(inspect(JSON.stringify(payload), { network: null, nowMs })).toMatchObject({
      venue: 'synthetix',
      kind: 'typedData',
      verdict: 'computed',
      signer: null,
      digests: { connectionId: null, messageHash: vector.structHash, digest: vector.digest },
    })
  })

  const isPermit = ({ message }: (typeof readings)[number]) => message['action'] === 'getSubAccount'

  it.each(named(readings.filter(isPermit)))('%s: is told as a permit to read', (_, vector) => {
    const { types, primaryType, message } = vector
    expect(
      inspect(JSON.stringify({ domain: synthetixDomain, types, primaryType, message }), {
        network: null,
        nowMs,
      }),
    ).toMatchObject({
      venue: 'synthetix',
      kind: 'readPermit',
      verdict: 'computed',
      digests: { digest: vector.digest },
    })
  })

  const refusedOnes = [...readings.filter((one) => !isPermit(one)), ...others]
  it.each(named(refusedOnes))('%s: is refused as no leverage change', (_, vector) => {
    const payload = {
      domain: synthetixDomain,
      types: vector.types,
      primaryType: vector.primaryType,
      message: vector.message,
    }
    expect(inspect(JSON.stringify(payload), { network: null, nowMs })).toMatchObject({
      venue: 'synthetix',
      verdict: 'refused',
      problems: [{ code: 'payload.notLeverageChange' }],
    })
  })
})

const lookFor = (request: object, payload: unknown) =>
  inspect(JSON.stringify({ request, payload }), { network: null, nowMs })

describe('the bodies of the public SDKs', () => {
  const [a, b, c] = synthetix.requestBodies.map(({ body }) => body)
  const base = wireOf(synthetix.traps.base, '0x14791697260E4c9A71f18484C9f997B308e59325')
  const signature = signatureOf(
    changes.find(({ digest }) => digest === synthetix.traps.rightDigest)?.signature ?? { r: '', s: '', v: 0 },
  )

  it.each([
    ['A', a],
    ['B', b],
    ['C', c],
  ] as const)('shape %s is what is sent', (bodyShape, body) => {
    expect(JSON.parse(bodyOf({ ...base, bodyShape }, signature))).toEqual(body)
    expect(readTradeBody(body)).toMatchObject({
      ok: true,
      value: {
        shape: bodyShape,
        subAccountId: bodyShape === 'C' ? null : base.subAccountId,
        symbol: base.symbol,
        leverage: base.leverage,
        nonce: base.nonce,
        expiresAfter: base.expiresAfter,
        signature,
      },
    })
  })

  it('shape C alone is incomplete, and verifies once the subaccount is given', () => {
    expect(lookFor({}, c)).toMatchObject({ verdict: 'incomplete', digests: null, signer: null })
    const signer = base.walletAddress
    expect(lookFor({ signer, subAccountId: base.subAccountId }, c)).toMatchObject({
      verdict: 'verified',
      signer: signer.toLowerCase(),
      digests: { digest: synthetix.traps.rightDigest },
    })
    expect(lookFor({ signer, subAccountId: '1867542890123456790' }, c).verdict).toBe('mismatch')
  })

  it('a body whose wallet did not sign it is a mismatch, whoever was asked for', () => {
    const payload = JSON.parse(bodyOf({ ...base, nonce: base.nonce + 1 }, signature)) as unknown
    expect(inspect(JSON.stringify(payload), { network: null, nowMs })).toMatchObject({
      verdict: 'mismatch',
      problems: [{ code: 'payload.signerDiffers', field: 'walletAddress' }],
    })
  })

  it('what was asked for is compared field by field', () => {
    expect(lookFor({ asset: 'BTC-USDT', leverage: '20', subAccountId: base.subAccountId }, a).verdict).toBe(
      'verified',
    )
    expect(lookFor({ asset: 'ETH-USDT' }, a).problems).toMatchObject([{ field: 'symbol' }])
    expect(lookFor({ leverage: '21' }, a).problems).toMatchObject([{ field: 'leverage' }])
    expect(lookFor({ subAccountId: '1' }, a).problems).toMatchObject([{ field: 'subAccountId' }])
    expect(lookFor({ signer: `0x${'11'.repeat(20)}` }, a).verdict).toBe('mismatch')
  })
})

describe('the traps', () => {
  const { base, rightDigest } = synthetix.traps
  const right = updateLeverageTypedData(base)
  const rounded = String(Number(base.subAccountId))
  const { types, domain } = right
  const retyped = (name: string, type: string) => ({
    ...types,
    UpdateLeverage: updateLeverageTypes.UpdateLeverage.map((field) =>
      field.name === name ? { name, type } : field,
    ),
  })
  const faulty: Readonly<Record<string, TypedData>> = {
    'chainId 8453': { ...right, domain: { ...domain, chainId: 8453 } },
    'chainId 10': { ...right, domain: { ...domain, chainId: 10 } },
    'domain name Synthetix V4': { ...right, domain: { ...domain, name: 'Synthetix V4' } },
    'no verifyingContract in domain': {
      ...right,
      types: { ...types, EIP712Domain: types.EIP712Domain.slice(0, 3) },
      domain: { name: 'Synthetix', version: '1', chainId: 1 },
    },
    'fields sorted': {
      ...right,
      types: {
        ...types,
        UpdateLeverage: [...updateLeverageTypes.UpdateLeverage].sort((x, y) => (x.name < y.name ? -1 : 1)),
      },
    },
    'leverage typed uint256': { ...right, types: retyped('leverage', 'uint256') },
    'subAccountId rounded through a JS number': updateLeverageTypedData({
      ...base,
      subAccountId: BigInt(Number(base.subAccountId)).toString(),
    }),
    'SubAccountAction instead of UpdateLeverage': subAccountActionTypedData({
      subAccountId: base.subAccountId,
      action: 'updateLeverage',
      nonce: base.nonce,
      expiresAfter: base.expiresAfter,
    }),
    'leverage "20.0"': updateLeverageTypedData({ ...base, leverage: '20.0' }),
    'symbol lower case': updateLeverageTypedData({ ...base, symbol: 'btc-usdt' }),
  }

  it('the right digest is ours', () => {
    expect(digestOf(base)).toBe(rightDigest)
    expect(rounded).not.toBe(base.subAccountId)
  })

  it.each(synthetix.traps.vectors.map(({ name, wrongDigest }) => [name, wrongDigest] as const))(
    '%s: gives the faulty digest, and inspect does not let it through as a change',
    (name, wrongDigest) => {
      const typedData = faulty[name]
      if (!typedData) throw new Error(`no such trap: ${name}`)
      expect(hashTypedData(typedData).digest).toBe(wrongDigest)
      expect(wrongDigest).not.toBe(rightDigest)
      const found = inspect(
        JSON.stringify({ request: { subAccountId: base.subAccountId }, payload: typedData }),
        { network: null, nowMs },
      )
      expect(['refused', 'mismatch']).toContain(found.verdict)
    },
  )
})

describe('one field changed', () => {
  const messages: fc.Arbitrary<UpdateLeverageMessage> = fc.record({
    subAccountId: fc.bigInt({ min: 1n, max: 2n ** 256n - 1n }).map(String),
    symbol: fc.stringMatching(/^[A-Z0-9]{2,8}-USDT$/),
    leverage: fc.integer({ min: 1, max: 100 }).map(String),
    nonce: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(String),
    expiresAfter: fc.integer({ min: 1, max: 8_640_000_000_000_000 }).map(String),
  })
  const keys = ['subAccountId', 'symbol', 'leverage', 'nonce', 'expiresAfter'] as const

  it('changes the digest', () => {
    fc.assert(
      fc.property(messages, messages, fc.constantFrom(...keys), (message, other, key) => {
        fc.pre(message[key] !== other[key])
        expect(digestOf({ ...message, [key]: other[key] })).not.toBe(digestOf(message))
      }),
      { numRuns: 100 },
    )
  })

  it('of a subaccount id by one in its last digit changes the digest, at any size', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const next = String(BigInt(message.subAccountId) - 1n)
        expect(digestOf({ ...message, subAccountId: next })).not.toBe(digestOf(message))
      }),
      { numRuns: 50 },
    )
  })

  it('of the wire makes it differ from what is shown, or from the body', () => {
    const wire = wireOf(synthetix.traps.base, '0x14791697260E4c9A71f18484C9f997B308e59325')
    const request = {
      network: 'mainnet',
      account: { name: 'a', address: wire.walletAddress.toLowerCase() as Hex },
      signer: { address: wire.walletAddress.toLowerCase() as Hex, path: "44'/60'/0'/0/0" },
      market: { symbol: wire.symbol, id: null, maxLeverage: 50 },
      from: { leverage: '10', isCross: true },
      to: { leverage: '20', isCross: true },
      wire,
    } as const
    expect(disagreement(request)).toBeNull()
    expect(disagreement({ ...request, wire: { ...wire, symbol: 'ETH-USDT' } })).toBe('market.symbol')
    expect(disagreement({ ...request, wire: { ...wire, leverage: '21' } })).toBe('to.leverage')
    expect(disagreement({ ...request, to: { leverage: '20', isCross: false } })).toBe('to.isCross')
    const stranger = '0x5E9ee1089755c3435139848e47e6635505d5a13A'
    expect(disagreement({ ...request, wire: { ...wire, walletAddress: stranger } })).toBe('signer.address')
  })
})

const bodyWithId = (written: string) =>
  `{"params":{"action":"updateLeverage","subaccountId":${written},"symbol":"BTC-USDT","leverage":"20"},"nonce":1}`

describe('a subaccount id', () => {
  const id = '1867542890123456789'

  it('in a string passes through unchanged', () => {
    const json = parseStrictJson(bodyWithId(`"${id}"`))
    if (!json.ok) throw new Error(json.error.message)
    expect(readTradeBody(json.value)).toMatchObject({ ok: true, value: { subAccountId: id } })
  })

  it.each([id, '1867542890123456800', '1', '1.5', '1e3'])('%s as a JSON number is refused', (written) => {
    const found = inspect(bodyWithId(written), { network: null, nowMs })
    expect(found.verdict).toBe('refused')
    expect(found.problems[0]?.field).toBe('params.subaccountId')
  })

  it.each(['', '0', '01', '-1', '1.0', '0x1', ' 1', String(2n ** 256n)])('"%s" is refused', (written) => {
    expect(inspect(bodyWithId(`"${written}"`), { network: null, nowMs })).toMatchObject({
      verdict: 'refused',
      problems: [{ code: 'input.badField', field: 'params.subaccountId' }],
    })
  })
})

describe('a body that nobody sends', () => {
  const good = {
    params: { action: 'updateLeverage', subaccountId: '5', symbol: 'BTC-USDT', leverage: '20' },
    nonce: 1,
    expiresAfter: 2,
  }
  it.each<readonly [string, unknown, string]>([
    ['an order', { ...good, params: { action: 'placeOrders', orders: [] } }, 'payload.notLeverageChange'],
    ['a field more', { ...good, extra: 1 }, 'input.unknownField'],
    ['a field more in params', { ...good, params: { ...good.params, isCross: true } }, 'input.unknownField'],
    ['both spellings', { ...good, params: { ...good.params, subAccountId: '5' } }, 'input.unknownField'],
    ['the subaccount twice', { ...good, subaccountId: '6' }, 'input.unknownField'],
    ['leverage as a number', { ...good, params: { ...good.params, leverage: 20 } }, 'input.badField'],
    ['leverage with a fraction', { ...good, params: { ...good.params, leverage: '20.0' } }, 'input.badField'],
    ['a symbol in lower case', { ...good, params: { ...good.params, symbol: 'btc-usdt' } }, 'input.badField'],
    ['no nonce', { params: good.params }, 'input.missingField'],
    ['a nonce of 0', { ...good, nonce: 0 }, 'input.badField'],
  ])('with %s is refused', (_, payload, code) => {
    expect(inspect(JSON.stringify(payload), { network: null, nowMs })).toMatchObject({
      venue: 'synthetix',
      verdict: 'refused',
      problems: [{ code }],
    })
  })
})
