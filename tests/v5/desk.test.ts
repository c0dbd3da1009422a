import { describe, expect, it } from 'vitest'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import type { PracticeVenueOptions } from '../../electron/venues/practice/port.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import type { KeySigner } from '../../electron/venues/port.ts'
import { ok } from '../../shared/errors.ts'
import { openDesk, must, type TestDesk } from '../support/desk.ts'
import { accountOf, coinSwitchKeyOf, practiceKeyOf, stateWith, v5Names, type V5Name } from './support.ts'
import { sign, submit } from '../support/as-shown.ts'

interface KeyedDesk extends TestDesk {
  readonly ports: DeskPorts
  /** How often the key was opened for sending. */
  readonly opened: () => number
  /** The next keys are this one. */
  readonly rotateTo: (signer: KeySigner) => void
}

/** A desk with one account at a venue, whose key is at hand. */
async function deskAt(name: V5Name, options: PracticeVenueOptions = {}): Promise<KeyedDesk> {
  const desk = await openDesk(options)
  let signer = practiceKeyOf(name)
  let opened = 0
  const environment = {
    practiceOrigin: desk.venue.url,
    readSigner: async () => ok(signer),
    limits: { totalMs: 10_000 },
    now: desk.ports.now,
  }
  await desk.account({ venue: name })
  return {
    ...desk,
    ports: {
      ...desk.ports,
      venueFor: (account) => createVenue(account, environment),
      keys: {
        of: async () => ok({ keyId: signer.keyId }),
        open: async () => {
          opened += 1
          return ok(signer)
        },
      },
    },
    opened: () => opened,
    rotateTo: (next) => {
      signer = next
    },
  }
}

const to7: PrepareInput = { account: 'treasury', market: 'BTCUSDT', leverage: '7.50' }

async function prepared({ ports }: KeyedDesk, input: PrepareInput = to7) {
  const outcome = must(await prepare(ports, input))
  if (outcome.kind !== 'prepared') throw new Error('already set')
  return outcome
}

async function signed(desk: KeyedDesk, input: PrepareInput = to7): Promise<string> {
  const { stored } = await prepared(desk, input)
  must(await sign(desk.ports, stored.id))
  return stored.id
}

describe.each(v5Names)('the main job at %s', (name) => {
  it('is approved in words on the Ledger, then sent once with the key, and proven', async () => {
    const desk = await deskAt(name)
    const { stored, request } = await prepared(desk)
    expect(request).toMatchObject({ approval: 'text', from: { leverage: '5' }, to: { leverage: '7.5' } })
    expect(desk.opened()).toBe(0)
    must(await sign(desk.ports, stored.id))
    expect(desk.opened()).toBe(0)
    const outcome = must(await submit(desk.ports, stored.id))
    expect(outcome).toMatchObject({ failure: null, stored: { state: 'applied' } })
    expect(desk.opened()).toBe(1)
    expect(accountOf(desk.venue, name).applied).toMatchObject([{ symbol: 'BTCUSDT', buy: '7.5' }])
    const posts = desk.venue.requests.filter(({ target }) => target === 'submission')
    expect(posts.map(({ body }) => body)).toEqual([
      '{"category":"linear","symbol":"BTCUSDT","buyLeverage":"7.5","sellLeverage":"7.5"}',
    ])
  })

  it('keeps the signature of the key nowhere', async () => {
    const desk = await deskAt(name)
    const made: string[] = []
    const key = practiceKeyOf(name)
    desk.rotateTo({
      keyId: key.keyId,
      sign: async (text) => {
        const signature = await key.sign(text)
        if (signature.ok) made.push(signature.value)
        return signature
      },
    })
    must(await submit(desk.ports, await signed(desk)))
    const rows = must(await desk.ports.store.history.list({ limit: 1000 }))
    expect(made.length).toBeGreaterThan(3)
    for (const signature of made) expect(JSON.stringify(rows)).not.toContain(signature)
  })

  it('is proven side by side in hedge mode', async () => {
    const parts = { hedge: true, marginMode: 'ISOLATED_MARGIN', positions: {} } as const
    const desk = await deskAt(name, { state: stateWith(name, parts) })
    const id = await signed(desk, { ...to7, sellLeverage: '3' })
    expect(must(await submit(desk.ports, id))).toMatchObject({ failure: null, stored: { state: 'applied' } })
    expect(accountOf(desk.venue, name).applied).toMatchObject([{ buy: '7.5', sell: '3' }])
  })

  it('is not sent with another key than the one that was approved', async () => {
    const desk = await deskAt(name)
    const id = await signed(desk)
    desk.rotateTo(coinSwitchKeyOf('11'.repeat(32)))
    expect(await submit(desk.ports, id)).toMatchObject({
      error: { code: 'secret.otherKey', outcome: 'not-sent' },
    })
    expect(desk.venue.requests.some(({ target }) => target === 'submission')).toBe(false)
  })

  it('does not open the key without an approval, nor after its end', async () => {
    const desk = await deskAt(name)
    const { stored } = await prepared(desk)
    expect(await submit(desk.ports, stored.id)).toMatchObject({ error: { code: 'request.wrongState' } })
    const late = await signed(desk)
    desk.moveClocks(16 * 60_000)
    expect(await submit(desk.ports, late)).toMatchObject({ error: { code: 'request.expired' } })
    expect(desk.opened()).toBe(0)
  })

  it('is refused before anything is asked of the Ledger where a limit or the mode forbids it', async () => {
    const desk = await deskAt(name)
    const tries: readonly (readonly [Partial<PrepareInput>, string])[] = [
      [{ leverage: '100.01' }, 'request.leverageOutOfRange'],
      [{ leverage: '7.505' }, 'request.leverageOutOfRange'],
      [{ market: 'SOLUSDT', leverage: '7.25' }, 'request.leverageOutOfRange'],
      [{ isCross: false }, 'input.badField'],
      [{ sellLeverage: '8' }, 'input.badField'],
      [{ expiresInMs: null }, 'input.badField'],
      [{ market: 'NONEUSDT' }, 'request.unknownMarket'],
    ]
    for (const [change, code] of tries)
      expect(await prepare(desk.ports, { ...to7, ...change })).toMatchObject({ error: { code } })
    expect(must(await prepare(desk.ports, { ...to7, leverage: '5.00' })).kind).toBe('alreadySet')
  })

  it('whose answer was lost is unknown, is read, and is put down as applied', async () => {
    const desk = await deskAt(name)
    const id = await signed(desk)
    desk.venue.failNext('resetAfterApply')
    expect(must(await submit(desk.ports, id))).toMatchObject({ stored: { state: 'unknown' } })
    expect(must(await reconcile(desk.ports, id))).toMatchObject({ stored: { state: 'applied' } })
    expect(accountOf(desk.venue, name).applied).toHaveLength(1)
  })

  it('that was lost before it was applied stays open until nobody can apply it any more', async () => {
    const desk = await deskAt(name)
    const id = await signed(desk)
    desk.venue.failNext('500BeforeApply')
    expect(must(await submit(desk.ports, id))).toMatchObject({ stored: { state: 'unknown' } })
    desk.moveClocks(1_000)
    expect(must(await reconcile(desk.ports, id))).toMatchObject({
      stored: { state: 'unknown' },
      failure: { code: 'answer.stillUnknown' },
    })
    desk.moveClocks(name === 'bybit' ? 35_000 : 85_000)
    expect(must(await reconcile(desk.ports, id))).toMatchObject({ stored: { state: 'refused' } })
    expect(accountOf(desk.venue, name).applied).toHaveLength(0)
  })

  it('that the venue refuses for want of margin is refused in words', async () => {
    const desk = await deskAt(name)
    const outcome = must(await submit(desk.ports, await signed(desk, { ...to7, leverage: '1' })))
    expect(outcome).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.refused', message: expect.stringContaining('not enough margin') },
    })
  })
})
