import { describe, expect, it } from 'vitest'
import { encode } from '@msgpack/msgpack'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { toHex } from '../../shared/hex.ts'
import { readSignatureHex, recoverAddress } from '../../shared/signature.ts'
import { acceptPrepared, contradictions, readPrepared } from '../../shared/venues/compass/prepared.ts'
import { executeBody, readExecuteBody, setLeverageBody } from '../../shared/venues/compass/request.ts'
import { actionPreimage } from '../../shared/venues/hyperliquid/digest.ts'
import { compass } from '../support/vectors.ts'

const read = (response: unknown) => {
  const prepared = readPrepared(response)
  if (!prepared.ok) throw new Error(prepared.error.message)
  if (prepared.value.kind !== 'change') throw new Error('nothing to sign')
  return prepared.value
}
const first = compass.accept[0]
if (!first) throw new Error('no vectors')
const asked = (vector: (typeof compass.accept)[number]) => ({
  leverage: String(vector.response.action.leverage),
  isCross: vector.response.action.isCross,
  assetId: vector.response.action.asset,
  market: 'AAPL',
  nowMs: vector.response.nonce,
})

describe('compass-setLeverage.json, answers to accept', () => {
  it.each(compass.accept.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const prepared = read(vector.response)
    expect(prepared.action).toEqual(vector.expected.canonicalAction)
    expect(Object.keys(prepared.action)).toEqual(['type', 'asset', 'isCross', 'leverage'])
    expect(prepared.digests.connectionId).toBe(vector.expected.connectionId)
    expect(prepared.digests.digest).toBe(vector.expected.eip712Digest)
    expect(contradictions(prepared)).toEqual([])
    const signature = readSignatureHex(vector.expected.signatureHex)
    if (!signature.ok) throw new Error(signature.error.message)
    expect(recoverAddress(prepared.digests.digest, signature.value)).toBe(
      vector.expected.signer.toLowerCase(),
    )
    const body = executeBody(prepared.action, prepared.context.nonce, signature.value)
    expect(body).toEqual(vector.executeRequest)
    expect(JSON.stringify(body.action)).toBe(JSON.stringify(vector.response.action))
    expect(readExecuteBody(JSON.parse(JSON.stringify(body)))).toMatchObject({
      ok: true,
      value: { action: prepared.action },
    })
  })

  it.each(compass.accept.map((vector) => [vector.name, vector] as const))(
    '%s: the received key order hashes differently',
    (_, vector) => {
      const prepared = read(vector.response)
      const tail = actionPreimage({ type: 'noop' }, prepared.context).slice(encode({ type: 'noop' }).length)
      const wrong = toHex(keccak_256(concatBytes(encode(vector.response.action), tail)))
      expect(wrong).toBe(vector.wrongIfHashedInReceivedKeyOrder)
      expect(wrong).not.toBe(prepared.digests.connectionId)
    },
  )

  it('already set: nothing to sign', () => {
    expect(readPrepared(compass.noOp.response)).toEqual({ ok: true, value: { kind: 'alreadySet' } })
  })
})

describe('compass-setLeverage.json, answers to refuse', () => {
  it.each(compass.reject.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const prepared = readPrepared(vector.response)
    const failures = prepared.ok && prepared.value.kind === 'change' ? contradictions(prepared.value) : []
    const error = prepared.ok ? failures[0] : prepared.error
    expect(error?.field).toBeTruthy()
    expect(error?.outcome).toBe('not-sent')
  })

  it('the printed example of the Compass reference is refused for its connectionId', () => {
    const example = compass.reject.find(({ name }) => name.startsWith('documentation example'))
    expect(contradictions(read(example?.response))).toMatchObject([
      { code: 'payload.digestDiffers', field: 'typed_data.message.connectionId' },
    ])
  })
})

describe('the checks before a signing screen', () => {
  const accept = (change: Partial<ReturnType<typeof asked>>) =>
    acceptPrepared(read(first.response), { ...asked(first), ...change })

  it('accepts what was asked for', () => {
    expect(accept({}).ok).toBe(true)
  })

  it.each([
    ['another leverage', { leverage: '6' }, 'payload.fieldDiffers', 'action.leverage'],
    ['another margin mode', { isCross: false }, 'payload.fieldDiffers', 'action.isCross'],
    ['another market', { assetId: 110013 }, 'payload.marketDiffers', 'action.asset'],
    ['a nonce from the past', { nowMs: first.response.nonce + 10_001 }, 'payload.nonceStale', 'nonce'],
    ['a nonce from the future', { nowMs: first.response.nonce - 10_001 }, 'payload.nonceStale', 'nonce'],
  ])('refuses %s', (_, change, code, field) => {
    expect(accept(change)).toMatchObject({ ok: false, error: { code, field, outcome: 'not-sent' } })
  })

  it('refuses a number that is not of a Global Markets market', () => {
    const onMainDex = compass.accept.find(({ response }) => response.action.asset < 100_000)
    if (!onMainDex) throw new Error('no such vector')
    const refused = acceptPrepared(read(onMainDex.response), asked(onMainDex))
    expect(refused).toMatchObject({ ok: false, error: { field: 'action.asset' } })
  })

  it('always asks for a number, never for the maximum', () => {
    expect(JSON.stringify(setLeverageBody('0x14791697260e4c9a71f18484c9f997b308e59325', 'AAPL', '5'))).toBe(
      '{"owner":"0x14791697260e4c9a71f18484c9f997b308e59325","asset":"AAPL","leverage":5}',
    )
  })
})
