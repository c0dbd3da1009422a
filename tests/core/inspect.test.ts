import { describe, expect, it } from 'vitest'
import { inspect, type Inspection } from '../../shared/inspect/inspect.ts'
import { altered } from '../support/altered.ts'
import { compass, leverage, type LeverageVector } from '../support/vectors.ts'
import { attack } from '../support/proven.ts'

const nowMs = Date.UTC(2026, 10, 20)
const look = (value: unknown, network: 'mainnet' | 'testnet' | null = null): Inspection =>
  inspect(typeof value === 'string' ? value : JSON.stringify(value), { network, nowMs })
const networkOf = ({ isMainnet }: LeverageVector) => (isMainnet ? 'mainnet' : 'testnet')
const bodyOf = ({ action, nonce, vaultAddress, expiresAfter, expected }: LeverageVector) => ({
  action,
  nonce,
  signature: expected.signature,
  vaultAddress,
  expiresAfter,
})
const vector = leverage.vectors[0]
if (!vector) throw new Error('no vectors')
const body = bodyOf(vector)
const answer = compass.accept[0]?.response
if (!answer) throw new Error('no vectors')

describe('a Hyperliquid /exchange body', () => {
  it.each(leverage.vectors.map((v) => [v.id, v] as const))('%s verifies against its signer', (_, v) => {
    const found = look({
      venue: 'hyperliquid',
      network: networkOf(v),
      request: { signer: v.address },
      payload: bodyOf(v),
    })
    expect(found).toMatchObject({
      verdict: 'verified',
      problems: [],
      signer: v.address.toLowerCase(),
      kind: 'exchangeBody',
    })
    expect(found.digests).toMatchObject({
      connectionId: v.expected.connectionId,
      digest: v.expected.eip712Digest,
    })
    expect(found.intent).toEqual({
      action: 'updateLeverage',
      asset: v.action.asset,
      isCross: v.action.isCross,
      leverage: String(v.action.leverage),
      nonce: String(v.nonce),
      vaultAddress: v.vaultAddress,
      expiresAfter: v.expiresAfter,
    })
  })

  it('without anybody expected is computed, and the signer is told', () => {
    expect(look(body)).toMatchObject({
      verdict: 'computed',
      signer: vector.address.toLowerCase(),
      network: 'mainnet',
    })
  })

  it('without a signature is computed', () => {
    const { signature: _, ...unsigned } = body
    expect(look({ request: { signer: vector.address }, payload: unsigned })).toMatchObject({
      verdict: 'computed',
      signer: null,
    })
  })

  it('whose keys come in another order hashes the same', () => {
    const { type, asset, isCross, leverage: times } = body.action
    const shuffled = { ...body, action: { leverage: times, isCross, asset, type } }
    expect(look({ request: { signer: vector.address }, payload: shuffled }).verdict).toBe('verified')
  })

  attack(
    'venue',
    'passes on a body that somebody else signed',
    'inspecting it says mismatch and names the signer',
    () => {
      const found = look({ request: { signer: `0x${'11'.repeat(20)}` }, payload: body })
      expect(found).toMatchObject({
        verdict: 'mismatch',
        problems: [{ code: 'payload.signerDiffers', field: 'signature' }],
      })
    },
  )

  it('signed for testnet and inspected for mainnet says so', () => {
    const onTestnet = leverage.vectors.find(({ isMainnet }) => !isMainnet)
    if (!onTestnet) throw new Error('no testnet vector')
    const found = look({ request: { signer: onTestnet.address }, payload: bodyOf(onTestnet) }, 'mainnet')
    expect(found.verdict).toBe('mismatch')
    expect(found.notes.join()).toContain('right for testnet')
  })

  it.each([
    [{ leverage: 2 }, 'action.leverage'],
    [{ leverage: '2' }, 'action.leverage'],
    [{ isCross: false }, 'action.isCross'],
    [{ assetId: 1 }, 'action.asset'],
    [{ asset: 1 }, 'action.asset'],
    [{ account: `0x${'22'.repeat(20)}` }, 'signature'],
    [{ owner: `0x${'22'.repeat(20)}` }, 'signature'],
  ])('that differs from the request %j names %s', (request, field) => {
    expect(look({ request, payload: body })).toMatchObject({ verdict: 'mismatch', problems: [{ field }] })
  })

  it('for a vault: the account is the vault', () => {
    const forVault = leverage.vectors.find(({ vaultAddress }) => vaultAddress !== null)
    if (!forVault) throw new Error('no vault vector')
    const wrapped = (account: string) => ({
      network: networkOf(forVault),
      request: { account, signer: forVault.address },
      payload: bodyOf(forVault),
    })
    expect(look(wrapped(String(forVault.vaultAddress))).verdict).toBe('verified')
    expect(look(wrapped(`0x${'33'.repeat(20)}`))).toMatchObject({ problems: [{ field: 'vaultAddress' }] })
  })

  it('that matches every field of the request verifies', () => {
    const request = {
      signer: vector.address,
      account: vector.address,
      asset: 'BTC',
      assetId: 0,
      isCross: true,
      leverage: 1,
    }
    expect(look({ request, payload: body }).verdict).toBe('verified')
  })

  it('names a market symbol that it cannot compare offline', () => {
    expect(look({ request: { asset: 'BTC' }, payload: body }).notes.join()).toContain('Give assetId')
  })

  it('the age of the nonce is a note and changes no verdict', () => {
    expect(look(body).notes.join()).toMatch(/The nonce is 36 months old/)
    const impossibleMarket = { ...body, action: { ...body.action, asset: 10_001, leverage: 4000 } }
    const found = look(impossibleMarket)
    expect(found.verdict).toBe('computed')
    expect(found.notes.join()).toMatch(/spot pair.*4000x is more/)
  })
})

describe('what is refused, with the field named', () => {
  const action = (change: object) => ({ ...body, action: { ...body.action, ...change } })
  it.each([
    ['an unknown field', { ...body, extra: 1 }, 'input.unknownField', 'extra'],
    ['an unknown field of the action', action({ builder: 'x' }), 'input.unknownField', 'action.builder'],
    ['a key named like a built-in', action({ constructor: 1 }), 'input.unknownField', 'action.constructor'],
    ['leverage as a string', action({ leverage: '5' }), 'input.badField', 'action.leverage'],
    ['leverage zero', action({ leverage: 0 }), 'input.badField', 'action.leverage'],
    ['leverage beyond 32 bits', action({ leverage: 4294967296 }), 'input.badField', 'action.leverage'],
    ['a negative market', action({ asset: -1 }), 'input.badField', 'action.asset'],
    ['isCross as a number', action({ isCross: 1 }), 'input.badField', 'action.isCross'],
    [
      'isCross missing',
      { ...body, action: { type: 'updateLeverage', asset: 0, leverage: 5 } },
      'input.missingField',
      'action.isCross',
    ],
    [
      'another action',
      { ...body, action: { type: 'order', orders: [] } },
      'payload.notLeverageChange',
      'action.type',
    ],
    ['a nonce as no number', { ...body, nonce: '1.0' }, 'input.badField', 'nonce'],
    [
      'a market number as a string',
      { ...body, action: { ...body.action, asset: '0' } },
      'input.badField',
      'action.asset',
    ],
    ['v 29', { ...body, signature: { ...body.signature, v: 29 } }, 'input.badField', 'signature.v'],
    ['r zero', { ...body, signature: { ...body.signature, r: '0x0' } }, 'input.badField', 'signature.r'],
    [
      'a high s',
      { ...body, signature: { ...body.signature, s: `0x${'f'.repeat(63)}0` } },
      'input.badField',
      'signature.s',
    ],
    ['a short vault address', { ...body, vaultAddress: '0x12' }, 'input.badField', 'vaultAddress'],
    ['an unknown field of the wrapper', { payload: body, verified: true }, 'input.unknownField', 'verified'],
    [
      'an unknown field of the request',
      { payload: body, request: { size: 1 } },
      'input.unknownField',
      'request.size',
    ],
    ['a venue of another payload', { venue: 'hyperliquid', payload: answer }, 'input.badField', 'venue'],
    [
      'an approval of an agent that is not whole',
      { domain: {}, types: {}, primaryType: 'HyperliquidTransaction:ApproveAgent', message: {} },
      'input.missingField',
      'domain.name',
    ],
  ])('%s', (_, payload, code, field) => {
    expect(look(payload)).toMatchObject({
      verdict: 'refused',
      problems: [{ code, field }],
      digests: null,
      intent: null,
    })
  })

  it.each([
    [
      'leverage as a float',
      altered(JSON.stringify(body), '"leverage":1', '"leverage":1.0'),
      'action.leverage',
    ],
    [
      'leverage in exponent form',
      altered(JSON.stringify(body), '"leverage":1', '"leverage":1e0'),
      'action.leverage',
    ],
    ['a nonce above 2^53', altered(JSON.stringify(body), '1700000000000', '9007199254740993'), 'nonce'],
    [
      'a key that stands twice',
      altered(JSON.stringify(body), '"leverage":1', '"leverage":1,"leverage":50'),
      'action.leverage',
    ],
    [
      'a key that stands twice, once escaped',
      altered(JSON.stringify(body), '"leverage":1', '"leverage":1,"l\\u0065verage":50'),
      'action.leverage',
    ],
    [
      '__proto__',
      altered(JSON.stringify(body), '"leverage":1', '"leverage":1,"__proto__":{"leverage":50}'),
      'action.__proto__',
    ],
  ])('%s', (_, text, field) => {
    expect(look(text)).toMatchObject({ verdict: 'refused', problems: [{ field }] })
  })

  it.each([
    '',
    ' ',
    'null',
    '[]',
    '1',
    '"x"',
    '{',
    '{}',
    '{"a":1}',
    '\u0000',
    '['.repeat(100_000),
    '{"payload":null}',
    '{"payload":{}}',
  ])('text that is no payload: %.20j', (text) => {
    expect(look(text)).toMatchObject({ verdict: 'refused', kind: null })
  })
})

describe('a Compass set_leverage answer', () => {
  it.each(compass.accept.map((v) => [v.name, v] as const))('%s verifies', (_, v) => {
    expect(look(v.response)).toMatchObject({
      venue: 'compass',
      kind: 'setLeverageAnswer',
      verdict: 'verified',
    })
  })

  it.each(compass.accept.map((v) => [v.name, v] as const))(
    '%s: the signed /execute body verifies against its owner',
    (_, v) => {
      const found = look({
        venue: 'compass',
        request: { owner: v.expected.signer },
        payload: v.executeRequest,
      })
      expect(found).toMatchObject({
        kind: 'executeBody',
        verdict: 'verified',
        digests: { connectionId: v.expected.connectionId },
      })
    },
  )

  it.each(compass.reject.map((v) => [v.name, v.response] as const))('%s is not sound', (_, response) => {
    expect(['mismatch', 'refused']).toContain(look(response).verdict)
  })

  it('already set', () => {
    expect(look(compass.noOp.response)).toMatchObject({
      kind: 'alreadySet',
      verdict: 'verified',
      digests: null,
    })
  })

  it('is for mainnet only', () => {
    expect(look(answer, 'testnet')).toMatchObject({
      verdict: 'mismatch',
      problems: [{ code: 'payload.networkDiffers' }],
    })
  })

  it('that differs from the request names the field', () => {
    expect(look({ request: { leverage: 50, assetId: 110012 }, payload: answer })).toMatchObject({
      verdict: 'mismatch',
      problems: [{ field: 'action.leverage' }],
    })
  })
})

describe('typed data of a phantom agent', () => {
  it('is incomplete: its action is not known', () => {
    const found = look(answer['typed_data'])
    expect(found).toMatchObject({
      verdict: 'incomplete',
      kind: 'typedData',
      network: 'mainnet',
      intent: null,
    })
    expect(found.digests?.digest).toBe(compass.accept[0]?.expected.eip712Digest)
  })

  it('for another network than meant is a mismatch', () => {
    expect(look(answer['typed_data'], 'testnet').verdict).toBe('mismatch')
  })

  it.each(['name', 'version', 'chainId', 'verifyingContract'])(
    'with another domain %s is refused',
    (name) => {
      const typedData = structuredClone(answer['typed_data']) as { domain: Record<string, unknown> }
      typedData.domain[name] = name === 'chainId' ? 1 : 'x'
      expect(look(typedData)).toMatchObject({ verdict: 'refused', problems: [{ field: `domain.${name}` }] })
    },
  )
})
