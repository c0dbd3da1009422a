import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { runNonces } from '../faults/nonces.ts'
import { removePrograms } from '../support/bundle.ts'
import { failureOf, newStore, signer, tempDir, valueOf } from './support.ts'
import { attack } from '../support/proven.ts'

afterAll(removePrograms)

const now = 1_795_000_000_000

describe('nonces of one signer', () => {
  it('are known as used once they were given or taken, for that signer and network alone', async () => {
    const { nonces } = await newStore()
    const given = valueOf(await nonces.allocate(signer, 'mainnet', now))
    valueOf(await nonces.claim(signer, 'mainnet', now + 5, now))
    const isUsed = async (nonce: number, network = 'mainnet') =>
      valueOf(await nonces.isUsed(signer, network, nonce))
    expect([await isUsed(given), await isUsed(now + 5)]).toEqual([true, true])
    expect([await isUsed(given + 1), await isUsed(given, 'testnet')]).toEqual([false, false])
  })

  it(
    'rise strictly whatever the clock does, over restarts, and never meet a claimed one',
    { timeout: 60_000 },
    async () => {
      const dir = tempDir()
      const step = fc.oneof(
        fc.record({
          kind: fc.constant('allocate' as const),
          clock: fc.integer({ min: now - 9, max: now + 9 }),
        }),
        fc.record({
          kind: fc.constant('claim' as const),
          nonce: fc.integer({ min: now - 9, max: now + 20 }),
        }),
        fc.constant({ kind: 'restart' as const }),
      )
      let key = 0
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
          const mine = `0x${(key++).toString(16).padStart(40, '0')}` as const
          const used = new Set<number>()
          let last = 0
          let store = await newStore(dir)
          for (const step of steps) {
            if (step.kind === 'restart') {
              await store.close()
              store = await newStore(dir)
            } else if (step.kind === 'claim') {
              const claimed = await store.nonces.claim(mine, 'testnet', step.nonce, now)
              expect(claimed.ok).toBe(!used.has(step.nonce))
              used.add(step.nonce)
            } else {
              const nonce = valueOf(await store.nonces.allocate(mine, 'testnet', step.clock))
              expect(nonce).toBe(Math.max(step.clock, Math.max(last, ...used) + 1))
              last = nonce
              used.add(nonce)
            }
          }
          await store.close()
        }),
        { numRuns: 30 },
      )
    },
  )

  it(
    'are never given twice to eight processes, over a kill, a restart and an hour back',
    { timeout: 90_000 },
    async () => {
      // `npm run faults` takes 10 000 in each process.
      await runNonces({ processes: 8, each: 40 })
    },
  )

  it('are the same nonces whatever the case of the address', async () => {
    const store = await newStore()
    const loud = `0x${signer.slice(2).toUpperCase()}` as const
    expect(valueOf(await store.nonces.allocate(signer, 'testnet', now))).toBe(now)
    expect(valueOf(await store.nonces.allocate(loud, 'testnet', now))).toBe(now + 1)
    expect(failureOf(await store.nonces.claim(loud, 'testnet', now, now)).code).toBe('payload.nonceReused')
  })

  it('are apart from those of another signer and another network', async () => {
    const store = await newStore()
    valueOf(await store.nonces.allocate(signer, 'testnet', now))
    expect(valueOf(await store.nonces.allocate(signer, 'mainnet', now))).toBe(now)
    expect(valueOf(await store.nonces.allocate(`0x${'b2'.repeat(20)}`, 'testnet', now))).toBe(now)
  })
})

describe('a nonce that a third party chose', () => {
  attack(
    'venue',
    'prepares with a nonce that was used before',
    'refused before anything is signed',
    async () => {
      const store = await newStore()
      const ours = valueOf(await store.nonces.allocate(signer, 'mainnet', now))
      expect(failureOf(await store.nonces.claim(signer, 'mainnet', ours, now))).toMatchObject({
        code: 'payload.nonceReused',
        field: 'nonce',
      })
      expect(valueOf(await store.nonces.claim(signer, 'mainnet', now + 5, now))).toBe(now + 5)
      expect(failureOf(await store.nonces.claim(signer, 'mainnet', now + 5, now)).code).toBe(
        'payload.nonceReused',
      )
      expect(valueOf(await store.nonces.allocate(signer, 'mainnet', now))).toBe(now + 6)
    },
  )

  it.each([now + 86_400_001, Number.MAX_SAFE_INTEGER, 2 ** 53, -1, 1.5, Number.NaN])(
    'and would spoil ours, %s, is refused and not taken',
    async (nonce) => {
      const store = await newStore()
      expect(failureOf(await store.nonces.claim(signer, 'mainnet', nonce, now)).code).toBe(
        'payload.nonceStale',
      )
      expect(valueOf(await store.nonces.allocate(signer, 'mainnet', now))).toBe(now)
    },
  )
})

it('a time that is no time is a bug', async () => {
  const store = await newStore()
  for (const time of [Number.NaN, -1, 1.5, 2 ** 53]) {
    expect(() => store.nonces.allocate(signer, 'testnet', time)).toThrow('milliseconds')
  }
})
