import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { fromHex, toHex, type Hex } from '../../shared/hex.ts'
import { inspect } from '../../shared/inspect/inspect.ts'
import { recoverAddress, type Signature } from '../../shared/signature.ts'
import { contradictions, readPrepared } from '../../shared/venues/compass/prepared.ts'
import type { UpdateLeverage } from '../../shared/venues/hyperliquid/action.ts'
import {
  actionPreimage,
  agentDomain,
  digestsOf,
  type ActionContext,
} from '../../shared/venues/hyperliquid/digest.ts'
import { exchangeBody, readExchangeBody } from '../../shared/venues/hyperliquid/request.ts'

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(toHex)
const time = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const network = fc.constantFrom('mainnet', 'testnet')
const actions: fc.Arbitrary<UpdateLeverage> = fc.record({
  type: fc.constant('updateLeverage'),
  asset: uint32,
  isCross: fc.boolean(),
  leverage: fc.integer({ min: 1, max: 0xffff_ffff }),
})
const contexts: fc.Arbitrary<ActionContext> = fc.record({
  nonce: time,
  vaultAddress: fc.option(address),
  expiresAfter: fc.option(time),
})
const key = fromHex(`0x${'01'.repeat(32)}`)
const sign = (digest: Hex): Signature => {
  const bytes = secp256k1.sign(fromHex(digest), key, { prehash: false, format: 'recovered' })
  return { r: toHex(bytes.slice(1, 33)), s: toHex(bytes.slice(33)), v: bytes[0] === 0 ? 27 : 28 }
}
const signer = recoverAddress(`0x${'77'.repeat(32)}`, sign(`0x${'77'.repeat(32)}`))
const look = (payload: unknown, on: 'mainnet' | 'testnet') =>
  inspect(JSON.stringify({ network: on, request: { signer }, payload }), { network: null, nowMs: 0 })

describe('one field changed', () => {
  it('gives another connectionId, another digest, and is refused against the old signature', () => {
    fc.assert(
      fc.property(
        actions,
        contexts,
        actions,
        contexts,
        network,
        fc.nat(5),
        (action, context, other, otherContext, on, which) => {
          const changed = { action: { ...action }, context: { ...context } }
          if (which === 0) changed.action.asset = other.asset
          if (which === 1) changed.action.isCross = !action.isCross
          if (which === 2) changed.action.leverage = other.leverage
          if (which === 3) Object.assign(changed.context, { nonce: otherContext.nonce })
          if (which === 4) Object.assign(changed.context, { vaultAddress: otherContext.vaultAddress })
          if (which === 5) Object.assign(changed.context, { expiresAfter: otherContext.expiresAfter })
          fc.pre(JSON.stringify(changed) !== JSON.stringify({ action, context }))
          const before = digestsOf(action, context, on)
          const after = digestsOf(changed.action, changed.context, on)
          expect(after.connectionId).not.toBe(before.connectionId)
          expect(after.digest).not.toBe(before.digest)
          expect(after.domainHash).toBe(before.domainHash)
          const signature = sign(before.digest)
          expect(look(exchangeBody(action, context, signature), on).verdict).toBe('verified')
          expect(['mismatch', 'refused']).toContain(
            look(exchangeBody(changed.action, changed.context, signature), on).verdict,
          )
        },
      ),
      { numRuns: 200 },
    )
  })

  it('the network changes the digest and not the connectionId', () => {
    fc.assert(
      fc.property(actions, contexts, (action, context) => {
        const main = digestsOf(action, context, 'mainnet')
        const test = digestsOf(action, context, 'testnet')
        expect(test.connectionId).toBe(main.connectionId)
        expect(test.digest).not.toBe(main.digest)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the preimage', () => {
  it('is different for different requests: no two share one', () => {
    fc.assert(
      fc.property(actions, contexts, actions, contexts, (a, ca, b, cb) => {
        fc.pre(JSON.stringify([a, ca]) !== JSON.stringify([b, cb]))
        expect(toHex(actionPreimage(a, ca))).not.toBe(toHex(actionPreimage(b, cb)))
      }),
    )
  })
})

/** What a body says, however it is written. */
const meaning = (text: string) => JSON.stringify(readExchangeBody(JSON.parse(text)))

describe('one byte changed', () => {
  it('in a signed body: it never verifies again, and nothing throws', () => {
    fc.assert(
      fc.property(
        actions,
        contexts,
        network,
        fc.nat(),
        fc.integer({ min: 32, max: 126 }),
        (action, context, on, at, code) => {
          const body = JSON.stringify(
            exchangeBody(action, context, sign(digestsOf(action, context, on).digest)),
          )
          const place = at % body.length
          const changed = body.slice(0, place) + String.fromCharCode(code) + body.slice(place + 1)
          const wrapped = `{"network":"${on}","request":{"signer":"${signer}"},"payload":${changed}}`
          const found = inspect(wrapped, { network: null, nowMs: 0 })
          if (found.verdict !== 'verified') return
          // The same payload written differently: white space, or the case of a hex digit.
          expect(meaning(changed)).toBe(meaning(body))
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('in the hash of a Compass answer: refused', () => {
    fc.assert(
      fc.property(actions, time, fc.nat(31), fc.integer({ min: 1, max: 255 }), (action, nonce, at, mask) => {
        const context = { nonce, vaultAddress: null, expiresAfter: null }
        const bytes = fromHex(digestsOf(action, context, 'mainnet').connectionId)
        const answer = (connectionId: Hex) => ({
          leverage_ok: false,
          action,
          nonce,
          typed_data: {
            domain: agentDomain,
            types: {
              Agent: [
                { name: 'source', type: 'string' },
                { name: 'connectionId', type: 'bytes32' },
              ],
            },
            primaryType: 'Agent',
            message: { source: 'a', connectionId },
          },
        })
        const problems = (connectionId: Hex) => {
          const read = readPrepared(answer(connectionId))
          return read.ok && read.value.kind === 'change'
            ? contradictions(read.value).map(({ field }) => field)
            : ['shape']
        }
        expect(problems(toHex(bytes))).toEqual([])
        bytes[at] = (bytes[at] ?? 0) ^ mask
        expect(problems(toHex(bytes))).toEqual(['typed_data.message.connectionId'])
      }),
      { numRuns: 200 },
    )
  })
})

describe('any JSON and any text', () => {
  it('inspect gives a verdict and never throws', () => {
    const payload = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ action: fc.jsonValue(), nonce: fc.jsonValue(), signature: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(payload, (text) => {
        expect(inspect(text, { network: null, nowMs: 0 }).verdict).toBe('refused')
      }),
      { numRuns: 2000 },
    )
  })
})
