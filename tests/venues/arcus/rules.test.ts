import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inspect } from '../../../shared/inspect/inspect.ts'
import type { HttpAnswer } from '../../../shared/venues/outcome.ts'
import { readLeverage, readPosition } from '../../../shared/venues/arcus/account.ts'
import { maxLeverageOf, readArcusMarkets } from '../../../shared/venues/arcus/markets.ts'
import { arcus } from '../../../shared/venues/arcus/module.ts'
import { arcusDefaults, readArcusSettings } from '../../../shared/venues/arcus/settings.ts'
import { isSignedBy, nanosecondsOf, signingText } from '../../../shared/venues/arcus/signing.ts'
import { readTime } from '../../../shared/venues/arcus/time.ts'
import { settledAfterMs, type ArcusWire } from '../../../shared/venues/arcus/wire.ts'
import type { WireInput } from '../../../shared/venues/module.ts'
import { altered } from '../../support/altered.ts'
import { user, valueOf } from '../support.ts'
import { otherKey, practiceKey, wireTo } from './support.ts'

const answered = (status: number, body: unknown): HttpAnswer => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  lost: '',
  sent: true,
})

const own = { requestId: 'x', address: user, accountIndex: 0, marketId: 1, leverage: 10, status: 'APPLIED' }
const read = (status: number, body: unknown, wire: ArcusWire = wireTo(10)) =>
  arcus.readAnswer(answered(status, body), wire)

describe('an answer', () => {
  it('is accepted only with 200, APPLIED, and exactly the change that was sent', () => {
    expect(read(200, own)).toEqual({ kind: 'accepted' })
    expect(read(200, { ...own, address: user.slice(2).toUpperCase() })).toEqual({ kind: 'accepted' })
    expect(read(200, { ...own, marginMode: 'ISOLATED' }, wireTo(10, { isolated: true })).kind).toBe(
      'accepted',
    )
  })

  it.each([
    ['another leverage', { ...own, leverage: 9 }],
    ['another market', { ...own, marketId: 2 }],
    ['another account', { ...own, accountIndex: 1 }],
    ['another address', { ...own, address: `0x${'99'.repeat(20)}` }],
    ['another status', { ...own, status: 'ACK' }],
    ['REJECTED in spite of 200', { ...own, status: 'REJECTED' }],
    ['no status', { ...own, status: undefined }],
    ['nothing that can be read', 'APPLIED'],
    ['a key that stands twice', altered(JSON.stringify(own), '"leverage"', '"leverage":10,"leverage"')],
  ])('of 200 with %s is unknown', (_, body) => {
    expect(read(200, body).kind).toBe('unknown')
  })

  it('of 200 with the other margin mode is unknown where a mode was sent', () => {
    expect(read(200, { ...own, marginMode: 'CROSS' }, wireTo(10, { isolated: true })).kind).toBe('unknown')
  })

  it('of 202 is unknown whatever it says: it only echoes the request', () => {
    for (const body of [own, { ...own, status: 'ACK' }, '']) expect(read(202, body).kind).toBe('unknown')
  })

  it.each([
    'UNDERCOLLATERALIZED',
    'INVALID_LEVERAGE',
    'UNKNOWN_MARKET',
    'HAS_OPEN_POSITION',
    'SOMETHING_NEW',
  ])('of 422 with %s is refused, with the reason and the leverage in force', (rejectReason) => {
    const outcome = read(422, { ...own, leverage: 5, status: 'REJECTED', rejectReason })
    expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'answer.refused', outcome: 'sent' } })
    const message = outcome.kind === 'refused' ? outcome.failure.message : ''
    expect(message).toContain(rejectReason)
    expect(message).toContain('5x is still in force')
  })

  it('of 422 that is not one about this change is unknown', () => {
    for (const body of ['', own, { ...own, status: 'REJECTED', marketId: 9 }])
      expect(read(422, body).kind).toBe('unknown')
  })

  it.each([400, 401, 403, 429])(
    'of %i is refused in the words of the venue, and unknown in others',
    (status) => {
      const outcome = read(status, { error: 'leverage exceeds market max', code: 'GEO_RESTRICTED' })
      expect(outcome).toMatchObject({ kind: 'refused' })
      expect(outcome.kind === 'refused' && outcome.failure.message).toContain(
        'leverage exceeds market max (GEO_RESTRICTED)',
      )
      expect(read(status, '<html>no</html>').kind).toBe('unknown')
    },
  )

  it('of any other status is unknown, and none at all as far as anything was sent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.string(), (status, body) => {
        fc.pre(![200, 400, 401, 403, 422, 429].includes(status))
        return read(status, body).kind === 'unknown' && read(status, own).kind === 'unknown'
      }),
    )
    const lost = { status: null, body: '', lost: 'time', sent: true }
    expect(arcus.readAnswer(lost, wireTo(10)).kind).toBe('unknown')
    expect(arcus.readAnswer({ ...lost, sent: false }, wireTo(10)).kind).toBe('notSent')
  })

  it('never throws, whatever the body is', () => {
    fc.assert(
      fc.property(fc.constantFrom(200, 202, 401, 422, 500), fc.anything(), (status, body) => {
        arcus.readAnswer(answered(status, JSON.stringify(body) ?? ''), wireTo(10))
      }),
    )
  })
})

const input = (change: Partial<WireInput> = {}): WireInput => ({
  account: {
    name: 'desk',
    network: 'mainnet',
    address: user,
    signer: user,
    vaultAddress: null,
    settings: {},
  },
  network: 'mainnet',
  market: {
    symbol: 'BTC-USD',
    id: 1,
    minLeverage: 1,
    maxLeverage: 40,
    leverageStep: 1,
    crossAllowed: true,
    isolatedAllowed: true,
    delisted: false,
  },
  from: { leverage: '5', isCross: true },
  to: { leverage: '10', isCross: true },
  nonce: 0,
  expiresAfter: 1_790_000_000_000,
  keyId: practiceKey.keyId,
  ...change,
})

const withSettings = (settings: WireInput['account']['settings'], change: Partial<WireInput> = {}) =>
  input({ account: { ...input().account, settings }, ...change })

describe('the wire fields', () => {
  const isolated = { to: { leverage: '10', isCross: false } }

  it('name account index, key and end, and leave the margin mode out where it stays', () => {
    expect(valueOf(arcus.buildWire(input()))).toEqual({
      address: user,
      accountIndex: 0,
      marketId: 1,
      leverage: 10,
      isolated: null,
      keyId: practiceKey.keyId,
      until: 1_790_000_000_000,
    })
    expect(valueOf(arcus.buildWire(withSettings({ accountIndex: 4, approval: 'text' }))).accountIndex).toBe(4)
  })

  it.each([
    ['whenChanged', {}, null],
    ['whenChanged', isolated, true],
    ['always', {}, false],
    ['always', isolated, true],
    ['never', {}, null],
  ] as const)('with the setting "%s" (%j) send isolated as %s', (rule, change, sent) => {
    const wire = valueOf(arcus.buildWire(withSettings({ isolated: rule }, change)))
    expect(wire.isolated).toBe(sent)
    expect(arcus.bodyOf(wire, null).includes('isolated')).toBe(sent !== null)
  })

  it.each([
    ['no end', input({ expiresAfter: null })],
    ['buy and sell apart', input({ to: { leverage: '10', sellLeverage: '9', isCross: true } })],
    ['a vault', input({ account: { ...input().account, vaultAddress: user } })],
    ['a mode that the account never sends', withSettings({ isolated: 'never' }, isolated)],
  ])('with %s are refused as what Arcus cannot carry', (_, wrong) => {
    expect(arcus.buildWire(wrong)).toMatchObject({ ok: false, error: { code: 'request.venueCannot' } })
  })

  it.each([
    ['a key that is none', input({ keyId: 'abc' })],
    ['a leverage that is not whole', input({ to: { leverage: '2.5', isCross: true } })],
    ['a market without a number', input({ market: { ...input().market, id: null } })],
    ['a setting that is not known', withSettings({ acountIndex: 1 })],
    ['an account index above 9', withSettings({ accountIndex: 10 })],
  ])('with %s are refused as bad input', (_, wrong) => {
    const built = arcus.buildWire(wrong)
    expect(built.ok ? '' : built.error.code).toMatch(/^input\./)
  })

  it('disagree with whatever else is shown, and the first such field is named', () => {
    const { account, market, from, to, network } = input()
    const facts = {
      account,
      market,
      from,
      to,
      network,
      signer: { address: user, path: '' },
      wire: wireTo(10),
    }
    expect(arcus.disagreement(facts)).toBeNull()
    expect(arcus.disagreement({ ...facts, market: { ...market, id: 2 } })).toBe('market.id')
    expect(arcus.disagreement({ ...facts, to: { ...to, leverage: '11' } })).toBe('to.leverage')
    expect(arcus.disagreement({ ...facts, to: { ...to, isCross: false } })).toBe('to.isCross')
    expect(arcus.disagreement({ ...facts, wire: wireTo(10, { isolated: true }) })).toBe('to.isCross')
    expect(arcus.disagreement({ ...facts, wire: wireTo(10, { address: `0x${'99'.repeat(20)}` }) })).toBe(
      'account.address',
    )
  })

  it('end with the approval, and are settled 35 s after sending', () => {
    const wire = wireTo(10, { until: 5_000 })
    expect([arcus.deadlineOf(wire), arcus.expiresAfterOf(wire), arcus.overAt(wire, 1_000)]).toEqual([
      5_000,
      5_000,
      1_000 + settledAfterMs,
    ])
    expect(settledAfterMs).toBe(35_000)
  })

  it('have the defaults of one place where the account says nothing', () => {
    expect(valueOf(readArcusSettings({}))).toEqual(arcusDefaults)
  })
})

describe('the text that is signed', () => {
  it('has exact nanoseconds at any time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        (ms) => nanosecondsOf(ms) === (ms === 0 ? '0' : `${ms}000000`),
      ),
    )
  })

  it('is one for one change: any two that differ differ in it, and a signature of one is none of the other', () => {
    const wires = fc.record({
      accountIndex: fc.integer({ min: 0, max: 9 }),
      marketId: fc.integer({ min: 0, max: 65_535 }),
      leverage: fc.integer({ min: 1, max: 1000 }),
      isolated: fc.constantFrom(null, true, false),
    })
    fc.assert(
      fc.property(wires, wires, (a, b) => {
        const [one, two] = [a, b].map((change) => signingText('1', arcus.bodyOf(wireTo(1, change), null)))
        expect(one === two).toBe(JSON.stringify(a) === JSON.stringify(b))
        const signature = practiceKey.sign(one ?? '')
        expect(isSignedBy(practiceKey.keyId, signature, two ?? '')).toBe(one === two)
      }),
      { numRuns: 30 },
    )
  })

  it('verifies nothing for keys and signatures that are none, and never throws', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string(),
        (key, signature, text) => !isSignedBy(key, signature, text),
      ),
    )
  })
})

describe('markets, leverages, positions and time', () => {
  it.each([
    ['0.025', 40],
    ['0.04', 25],
    ['0.03', 33],
    ['0.0667', 14],
    ['1', 1],
    ['0.0001', 1000],
  ])('1 / %s is at most %ix', (fraction, max) => {
    expect(maxLeverageOf(fraction)).toBe(max)
  })

  const row = { marketDisplayName: 'A-USD', marketId: 1, status: 'ONLINE', initialMarginFraction: '0.1' }

  const other = { marketDisplayName: 'Z-USD', marketId: 9, status: 'ONLINE', initialMarginFraction: '0.1' }

  it.each([undefined, null, '0', '1.5', '-1', '1e-2', 0.1])(
    'a market with the margin fraction %j is not offered, and named; the others are',
    (initialMarginFraction) => {
      expect(
        valueOf(readArcusMarkets({ markets: [{ ...row, initialMarginFraction }, other] })),
      ).toMatchObject({
        taken: [{ symbol: 'Z-USD', id: 9 }],
        leftOut: [{ name: 'A-USD', reason: expect.stringContaining('initialMarginFraction') }],
      })
    },
  )

  it('two markets of one name, or of one number, are neither offered', () => {
    const twice = { ...row, marketId: 2 }
    expect(valueOf(readArcusMarkets({ markets: [row, twice, other] }))).toMatchObject({
      taken: [{ symbol: 'Z-USD' }],
      leftOut: [
        {
          name: 'A-USD',
          reason: 'the venue lists it twice: once with the number 1, once with the number 2.',
        },
        {
          name: 'A-USD',
          reason: 'the venue lists it twice: once with the number 2, once with the number 1.',
        },
      ],
    })
    const renamed = { ...row, marketDisplayName: 'B-USD' }
    expect(valueOf(readArcusMarkets({ markets: [row, renamed, other] }))).toMatchObject({
      taken: [{ symbol: 'Z-USD' }],
      leftOut: [
        { name: 'A-USD', reason: 'the venue gives its number 1 to B-USD too.' },
        { name: 'B-USD', reason: 'the venue gives its number 1 to A-USD too.' },
      ],
    })
  })

  const account = { address: user, accountIndex: 2 }
  const leverages = (rows: readonly object[], change = {}) => ({ ...account, leverages: rows, ...change })

  it('a leverage is read in every form in which the mode is told, and never where it contradicts itself', () => {
    const base = { marketId: 1, leverage: 7 }
    expect(valueOf(readLeverage(leverages([base]), account, 1))).toEqual({ leverage: '7', isCross: true })
    expect(valueOf(readLeverage(leverages([{ ...base, isolated: true }]), account, 1)).isCross).toBe(false)
    expect(valueOf(readLeverage(leverages([{ ...base, marginMode: 'ISOLATED' }]), account, 1)).isCross).toBe(
      false,
    )
    const contradiction = leverages([{ ...base, isolated: false, marginMode: 'ISOLATED' }])
    expect(readLeverage(contradiction, account, 1).ok).toBe(false)
  })

  it('a leverage is never read from an answer about another account, nor without exactly one row', () => {
    const base = { marketId: 1, leverage: 7 }
    const wrong = [
      leverages([base], { accountIndex: 0 }),
      leverages([base], { address: `0x${'99'.repeat(20)}` }),
      leverages([]),
      leverages([base, base]),
      leverages([{ ...base, leverage: 0 }]),
    ]
    for (const value of wrong) expect(readLeverage(value, account, 1).ok).toBe(false)
  })

  it('a position of another account or one that contradicts itself is no answer; a flat one is none', () => {
    const held = {
      ...account,
      marketId: 1,
      marketDisplayName: 'A-USD',
      side: 'LONG',
      size: '2',
      leverage: '10',
      marginMode: 'CROSS',
      marginUsed: '1',
      positionValueNotional: '10',
    }
    const positions = (change: object) =>
      readPosition({ positions: { 1: { ...held, ...change } } }, account, 1)
    expect(valueOf(positions({}))).toMatchObject({ size: '2', isCross: true })
    expect(valueOf(positions({ size: '0.00' }))).toBeNull()
    for (const change of [
      { side: 'SHORT' },
      { size: '-2' },
      { accountIndex: 0 },
      { marketId: 2 },
      { leverage: '-1' },
    ])
      expect(positions(change).ok).toBe(false)
  })

  it('a time in milliseconds, or one that is no time, is no answer', () => {
    expect(valueOf(readTime({ timeNs: '1790000000000123456' }))).toBe(1_790_000_000_000)
    for (const timeNs of [1_790_000_000_000, '1790000000000', 'now', null, -1e18])
      expect(readTime({ timeNs }).ok).toBe(false)
  })
})

const look = (value: unknown) => inspect(JSON.stringify(value), { network: null, nowMs: 0 })

describe('inspecting a body', () => {
  const body = { address: user, accountIndex: 0, marketId: 1, leverage: 10 }
  const timestamp = '1790000000000000000'
  const text = signingText(timestamp, `{"accountIndex":0,"address":"${user}","leverage":10,"marketId":1}`)
  const headers = {
    'x-api-key': practiceKey.keyId,
    'x-timestamp': timestamp,
    'x-signature': practiceKey.sign(text),
  }

  it('without headers is computed, and has no text, for the time is a part of it', () => {
    expect(look(body)).toMatchObject({ verdict: 'computed', signingText: null, signatureValid: null })
  })

  it('with key and time but no signature is computed, with the text', () => {
    const { 'x-signature': _, ...unsigned } = headers
    expect(look({ ...body, headers: unsigned })).toMatchObject({
      verdict: 'computed',
      signingText: text,
      signatureValid: null,
    })
  })

  it('compares everything that was asked for', () => {
    const asked = (request: object) => look({ venue: 'arcus', request, payload: body, headers })
    expect(
      asked({ assetId: 1, leverage: 10, account: user, asset: 'BTC-USD', apiKey: practiceKey.keyId }),
    ).toMatchObject({
      verdict: 'verified',
    })
    expect(asked({ isCross: true })).toMatchObject({
      verdict: 'verified',
      notes: expect.arrayContaining([expect.stringContaining('margin mode')]) as unknown,
    })
    for (const [request, field] of [
      [{ assetId: 2 }, 'marketId'],
      [{ asset: 2 }, 'marketId'],
      [{ leverage: 9 }, 'leverage'],
      [{ sellLeverage: 9 }, 'leverage'],
      [{ apiKey: otherKey.keyId }, 'headers.X-API-Key'],
      [{ account: `0x${'99'.repeat(20)}` }, 'address'],
    ] as const)
      expect(asked(request)).toMatchObject({
        verdict: 'mismatch',
        problems: [{ code: 'payload.fieldDiffers', field }],
      })
    expect(look({ request: { isCross: true }, payload: { ...body, isolated: true } })).toMatchObject({
      verdict: 'mismatch',
      problems: [{ field: 'isolated' }],
    })
  })

  it.each([
    ['an unknown field', { ...body, nonce: 1 }],
    ['a leverage in a string', { ...body, leverage: '10' }],
    ['a market above 16 bits', { ...body, marketId: 70_000 }],
    [
      'a signature without a key',
      { ...body, headers: { 'x-timestamp': timestamp, 'x-signature': headers['x-signature'] } },
    ],
    ['a signature without a time', { ...body, headers: { ...headers, 'x-timestamp': undefined } }],
    [
      'a signature in capitals',
      { ...body, headers: { ...headers, 'x-signature': headers['x-signature'].toUpperCase() } },
    ],
    ['a header that stands twice', { ...body, headers: { ...headers, 'X-API-KEY': practiceKey.keyId } }],
    ['an unknown header', { ...body, headers: { ...headers, 'x-forwarded-for': 'me' } }],
    ['headers in two places', { payload: { ...body, headers }, headers }],
    ['headers that are none', { ...body, headers: 'none' }],
    ['the name of another venue', { venue: 'hyperliquid', payload: body }],
  ])('with %s is refused', (_, value) => {
    expect(look(value).verdict).toBe('refused')
  })
})
