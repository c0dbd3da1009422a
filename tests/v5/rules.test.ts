import { isRead } from '../../electron/secrets/reading-gate.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { approvalFactsOf } from '../../shared/approvals/approval.ts'
import { productOf, sumOf } from '../../shared/decimal.ts'
import type { LeverageSetting, Market } from '../../shared/market.ts'
import {
  preparedRequestSchema,
  readPreparedRequest,
  recomputeDigests,
  type UndigestedRequest,
} from '../../shared/prepared-request.ts'
import { isCrossAt } from '../../shared/venues/bybit/account.ts'
import { checkBybitKey, readBybitKey } from '../../shared/venues/bybit/api-keys.ts'
import { unneededPermissions } from '../../shared/keys.ts'
import { bybit } from '../../shared/venues/bybit/module.ts'
import { coinswitch } from '../../shared/venues/coinswitch/module.ts'
import type { WireInput } from '../../shared/venues/module.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { readMarketPage } from '../../shared/venues/v5/markets.ts'
import { positionOf, readRows, settingOf } from '../../shared/venues/v5/positions.ts'
import { knownRetCodes } from '../../shared/venues/v5/ret-codes.ts'
import { user, v5Names, valueOf, type V5Name } from './support.ts'

const now = 1_790_000_000_000
const keyId = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const market: Market = {
  symbol: 'BTCUSDT',
  id: null,
  minLeverage: 1,
  maxLeverage: 100,
  leverageStep: 0.01,
  crossAllowed: true,
  isolatedAllowed: true,
  delisted: false,
}

const inputOf = (
  from: LeverageSetting,
  to: LeverageSetting,
  more: Partial<WireInput> = {},
  settings: WireInput['account']['settings'] = {},
): WireInput => ({
  account: { name: 'a', network: 'mainnet', address: user, signer: user, vaultAddress: null, settings },
  network: 'mainnet',
  market,
  from,
  to,
  nonce: 0,
  expiresAfter: now,
  keyId,
  ...more,
})

const five = { leverage: '5', isCross: true }
const twelve = { leverage: '12.5', isCross: true }

const answered = (status: number, body: string) => ({ status, body, lost: '', sent: true })
const coded = (retCode: number, retMsg = 'said') =>
  answered(200, JSON.stringify({ retCode, retMsg, result: {} }))

describe.each(v5Names)('the wire of %s', (name) => {
  const rules = rulesOf(name)

  it('holds both sides as exact decimals, the key and the end of the approval', () => {
    expect(valueOf(rules.buildWire(inputOf(five, twelve)))).toMatchObject({
      category: 'linear',
      symbol: 'BTCUSDT',
      buyLeverage: '12.5',
      sellLeverage: '12.5',
      keyId,
      until: now,
    })
  })

  it('sends exactly the four fields of the documentation', () => {
    const wire = valueOf(rules.buildWire(inputOf(five, twelve)))
    expect(rules.bodyOf(wire, null)).toBe(
      '{"category":"linear","symbol":"BTCUSDT","buyLeverage":"12.5","sellLeverage":"12.5"}',
    )
  })

  it('cannot be made without an end, with another margin mode, or for a vault', () => {
    const isolated = { ...twelve, isCross: false }
    expect(rules.buildWire(inputOf(five, twelve, { expiresAfter: null }))).toMatchObject({
      error: { code: 'input.badField', field: 'expiresInMs' },
    })
    expect(rules.buildWire(inputOf(five, isolated))).toMatchObject({ error: { code: 'request.venueCannot' } })
    const { account } = inputOf(five, twelve)
    const vault = { ...account, vaultAddress: user }
    expect(rules.buildWire(inputOf(five, twelve, { account: vault })).ok).toBe(false)
  })

  it('is of no use from the end of the approval on', () => {
    const wire = valueOf(rules.buildWire(inputOf(five, twelve)))
    expect(rules.deadlineOf(wire)).toBe(now)
    expect(rules.expiresAfterOf(wire)).toBe(now)
    expect(rules.nonceOf(wire)).toBe(null)
    expect(rules.typedDataOf(wire, 'mainnet')).toBe(null)
  })
})

describe('how long something that was sent can still be applied', () => {
  it('at Bybit for its window and a margin, whatever window the account has', () => {
    const usual = valueOf(bybit.buildWire(inputOf(five, twelve)))
    expect(bybit.overAt(usual, 1000)).toBe(1000 + 5000 + 10_000)
    const long = valueOf(bybit.buildWire(inputOf(five, twelve, {}, { recvWindowMs: 20_000 })))
    expect(bybit.overAt(long, 1000)).toBe(1000 + 20_000 + 10_000)
  })

  it('at CoinSwitch for 65 s, or as long as the account says', () => {
    const usual = valueOf(coinswitch.buildWire(inputOf(five, twelve)))
    expect(coinswitch.overAt(usual, 1000)).toBe(66_000)
    const long = valueOf(coinswitch.buildWire(inputOf(five, twelve, {}, { signatureLifeSeconds: 86_400 })))
    expect(coinswitch.overAt(long, 1000)).toBe(86_401_000)
  })
})

describe('buy and sell apart', () => {
  const from = { leverage: '5', sellLeverage: '5', isCross: false }
  const to = { leverage: '12.5', sellLeverage: '3', isCross: false }

  it.each(v5Names)('are both carried by %s', (name) => {
    expect(valueOf(rulesOf(name).buildWire(inputOf(from, to)))).toMatchObject({
      buyLeverage: '12.5',
      sellLeverage: '3',
    })
  })

  it('are refused before anything is signed where Bybit margins from the whole account', () => {
    const [a, b] = [
      { ...from, isCross: true },
      { ...to, isCross: true },
    ]
    expect(bybit.buildWire(inputOf(a, b))).toMatchObject({ error: { code: 'request.venueCannot' } })
    expect(coinswitch.buildWire(inputOf(a, b)).ok).toBe(true)
  })
})

function requestOf(name: V5Name, to: LeverageSetting = twelve) {
  const wire = valueOf(rulesOf(name).buildWire(inputOf(five, to)))
  const request = {
    format: 1,
    venue: name,
    network: 'mainnet',
    origin: 'practice',
    account: { name: 'a', address: user },
    signer: { address: user, path: "44'/60'/0'/0/0" },
    market: { symbol: 'BTCUSDT', id: null, maxLeverage: 100 },
    from: { ...five, readAtMs: now },
    to,
    stake: { markPrice: null, position: null },
    approval: 'text',
    wire,
  } as UndigestedRequest
  return { ...request, digests: recomputeDigests(request) }
}

describe.each(v5Names)('a prepared request for %s', (name) => {
  it('is read back, and its digest is the one that is approved', () => {
    const request = valueOf(readPreparedRequest(requestOf(name), 'R'))
    expect(request.digests).toMatchObject({ connectionId: null, domainHash: null, messageHash: null })
    expect(request.digests.digest).toBe(request.digests.request)
    const facts = valueOf(approvalFactsOf('01J9ZQ3V9Q8T0000000000000A', request))
    expect(facts).toMatchObject({
      market: 'BTCUSDT',
      change: '5x -> 12.5x',
      mode: 'cross',
      venue: `${name} mainnet`,
      subject: `key ${keyId}`,
    })
  })

  const change = (parts: object) => {
    const request = requestOf(name)
    return { ...request, wire: { ...request.wire, ...parts } }
  }
  it.each([
    ['another key', { keyId: 'other' }],
    ['another end', { until: now + 1 }],
    ['another leverage', { buyLeverage: '13', sellLeverage: '13' }],
    ['another sell side', { sellLeverage: '13' }],
    ['another market', { symbol: 'ETHUSDT' }],
    ['a leverage that is written otherwise', { buyLeverage: '12.50' }],
    ['a field too many', { leverage: '12.5' }],
  ])('with %s is found out', (_, parts) => {
    expect(readPreparedRequest(change(parts), 'R')).toMatchObject({ error: { code: 'request.altered' } })
  })

  it.each([
    ['wire', { symbol: 'ETHUSDT' }, 'market.symbol'],
    ['wire', { buyLeverage: '13' }, 'to.leverage'],
    ['wire', { sellLeverage: '13' }, 'to.sellLeverage'],
    ['to', { sellLeverage: '12.5' }, 'to.sellLeverage'],
    ['to', { isCross: false }, 'to.isCross'],
    ['market', { id: 0 }, 'market.id'],
  ] as const)('whose %s shows %o, with digests to match, is refused for it', (part, parts, field) => {
    const { digests: _, ...request } = requestOf(name)
    const other = { ...request, [part]: { ...request[part], ...parts } } as UndigestedRequest
    expect(readPreparedRequest({ ...other, digests: recomputeDigests(other) }, 'R')).toMatchObject({
      error: { code: 'request.altered', message: expect.stringContaining(field) },
    })
  })

  it('has another digest for another key, so an approval is good for one key only', () => {
    const { digests: _, ...request } = requestOf(name)
    const other = { ...request, wire: { ...request.wire, keyId: 'other' } } as UndigestedRequest
    expect(recomputeDigests(other).request).not.toBe(recomputeDigests(request).request)
  })

  it('is never without an approval', () => {
    const { digests: _, ...request } = requestOf(name)
    const bare = { ...request, approval: 'none' } as UndigestedRequest
    expect(readPreparedRequest({ ...bare, digests: recomputeDigests(bare) }, 'R')).toMatchObject({
      error: { code: 'request.altered', field: 'approval' },
    })
  })

  it('is of exactly one venue', () => {
    expect(preparedRequestSchema.options.filter((one) => one.entries.venue.literal === name)).toHaveLength(1)
  })
})

describe.each(v5Names)('an answer of %s', (name) => {
  const rules = rulesOf(name)
  const wire = valueOf(rules.buildWire(inputOf(five, twelve)))
  const outcome = (answer: Parameters<typeof rules.readAnswer>[0]) => rules.readAnswer(answer, wire)

  it.each([0, 110043])('with retCode %i is taken as done, and is then proven by reading', (code) => {
    expect(outcome(coded(code))).toEqual({ kind: 'accepted' })
    expect(outcome({ ...coded(code), status: 201 })).toEqual({ kind: 'accepted' })
  })

  const unknown = [10000, 10014, 10016]
  it.each([-1, -2015, -999_999])('with the negative retCode %i is a refusal', (code) => {
    expect(outcome(coded(code, 'Request expired'))).toMatchObject({
      kind: 'refused',
      failure: { message: expect.stringContaining(`"Request expired" (retCode ${code})`) },
    })
  })

  it.each([110_087, 110_068, 110_080, 110_028, 10_024, 10_029, 429])(
    'with retCode %i, of which the documentation says that nothing was done, is a refusal',
    (code) => {
      expect(outcome(coded(code)).kind).toBe('refused')
    },
  )

  it.each([...unknown, 1, 99_999, 170_001])('with retCode %i leaves it open', (code) => {
    expect(outcome(coded(code)).kind).toBe('unknown')
  })

  it.each(knownRetCodes.filter((code) => code !== 0 && code !== 110043 && !unknown.includes(code)))(
    'with retCode %i is a refusal in words, with what the venue says',
    (code) => {
      expect(outcome(coded(code, 'the venue says so'))).toMatchObject({
        kind: 'refused',
        failure: { code: 'answer.refused', message: expect.stringContaining('"the venue says so"') },
      })
    },
  )

  it.each([
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['another shape', '{"ok":true}'],
    ['a code in a string', '{"retCode":"0","retMsg":"OK"}'],
    ['no message', '{"retCode":0}'],
    ['a fraction as code', '{"retCode":0.5,"retMsg":"OK"}'],
    ['a code that stands twice', '{"retCode":0,"retCode":10001,"retMsg":"OK"}'],
    ['a list', '[{"retCode":0,"retMsg":"OK"}]'],
  ])('that is %s leaves it open', (_, body) => {
    expect(outcome(answered(200, body)).kind).toBe('unknown')
  })

  it.each([500, 502, 503, 504, 403, 408, 302, 418])(
    'with HTTP %i leaves it open, whatever it says',
    (status) => {
      expect(outcome({ ...coded(0), status }).kind).toBe('unknown')
    },
  )

  it.each([400, 401, 429])('with HTTP %i is a refusal, and quotes no more than a line', (status) => {
    const refused = outcome(answered(status, 'x'.repeat(5000)))
    expect(refused.kind).toBe('refused')
    if (refused.kind === 'refused') expect(refused.failure.message.length).toBeLessThan(500)
  })

  it('that was lost is open, and one that was never asked for was not sent', () => {
    expect(outcome({ status: null, body: '', lost: 'gone.', sent: true }).kind).toBe('unknown')
    expect(outcome({ status: null, body: '', lost: 'gone.', sent: false }).kind).toBe('notSent')
  })
})

const instrument = (symbol: string, filter: object = {}, status = 'Trading') => ({
  symbol,
  status,
  leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01', ...filter },
})

describe('the list of markets', () => {
  it('gives exact limits, and names what no Ledger could show', () => {
    const list = [
      instrument('BTCUSDT'),
      instrument('\u5e01\u5b89USDT'),
      instrument('XUSDT', { leverageStep: '0.10' }, 'Closed'),
    ]
    expect(valueOf(readMarketPage({ list, nextPageCursor: 'next' }))).toEqual({
      cursor: 'next',
      taken: [market, { ...market, symbol: 'XUSDT', leverageStep: 0.1, delisted: true }],
      leftOut: [
        { name: '\u5e01\u5b89USDT', reason: expect.stringContaining('"instruments-info.list.1.symbol"') },
      ],
    })
  })

  it.each([
    ['no limit', { maxLeverage: '' }],
    ['a limit of nothing', { leverageStep: '0.00' }],
    ['a negative limit', { minLeverage: '-1' }],
    ['the limits the wrong way round', { minLeverage: '101' }],
    ['a number that is not in a string', { maxLeverage: 100 }],
    ['an exponent', { maxLeverage: '1e2' }],
    ['a step that JavaScript would write with an exponent', { leverageStep: '0.0000001' }],
  ])('without the one that has %s', (_, filter) => {
    expect(readMarketPage({ list: [instrument('BTCUSDT', filter), instrument('XUSDT')] })).toMatchObject({
      value: {
        taken: [{ symbol: 'XUSDT' }],
        leftOut: [{ name: 'BTCUSDT', reason: expect.stringContaining('leverageFilter') }],
      },
    })
  })
})

const row = (positionIdx: number, parts: object = {}) => ({
  positionIdx,
  symbol: 'BTCUSDT',
  side: '',
  size: '0',
  leverage: '10',
  tradeMode: 0,
  positionValue: '',
  positionIM: '',
  positionBalance: '0',
  markPrice: '97250.00',
  liqPrice: '',
  ...parts,
})
const rowsOf = (...list: object[]) => readRows({ list }, 'BTCUSDT', 'Bybit')
const open = (size: string, side: string, parts: object = {}) => ({
  size,
  side,
  positionValue: '38900.10',
  positionIM: '7780.02',
  liqPrice: '80000.5',
  ...parts,
})

const setting = (...list: object[]) => {
  const rows = valueOf(rowsOf(...list))
  if (!rows) throw new Error('rows are expected')
  return settingOf(rows, true, 'Bybit')
}

const position = (...list: object[]) => {
  const rows = valueOf(rowsOf(...list))
  if (!rows) throw new Error('rows are expected')
  return positionOf(rows, five, { category: 'linear', venue: 'Bybit' })
}

describe('the list of positions', () => {
  it('gives the leverage without a position, in exact decimals', () => {
    expect(valueOf(setting(row(0, { leverage: '12.50' })))).toEqual({ leverage: '12.5', isCross: true })
    expect(valueOf(position(row(0)))).toBe(null)
  })

  it('gives both sides in hedge mode, in whatever order they stand', () => {
    const both = [row(2, { leverage: '3' }), row(1, { leverage: '12.5' })]
    expect(valueOf(setting(...both))).toEqual({ leverage: '12.5', sellLeverage: '3', isCross: true })
  })

  it('is told from an empty one', () => {
    expect(valueOf(rowsOf())).toBe(null)
  })

  it.each([
    ['another market', [row(0, { symbol: 'ETHUSDT' })]],
    ['one side only', [row(1)]],
    ['one side twice', [row(1), row(1)]],
    ['both modes at once', [row(0), row(1)]],
    ['three rows', [row(0), row(1), row(2)]],
    ['a side that does not exist', [row(3)]],
  ])('with %s is refused', (_, list) => {
    expect(rowsOf(...list).ok).toBe(false)
  })

  it('without a leverage, as in portfolio margin mode, says so; a senseless one is refused', () => {
    expect(setting(row(0, { leverage: '' }))).toMatchObject({ error: { code: 'venue.leverageNotShown' } })
    for (const leverage of ['0', '-5', '1e1', 'ten'])
      expect(setting(row(0, { leverage }))).toMatchObject({ error: { code: 'venue.badAnswer' } })
  })

  it('gives an open position with its sign, margin and liquidation price', () => {
    expect(valueOf(position(row(0, open('0.400', 'Sell'))))).toMatchObject({
      size: '-0.4',
      value: '38900.1',
      marginUsed: '7780.02',
      liquidationPrice: '80000.5',
    })
  })

  it('gives an inverse position in USD, although the venue values it in its coin', () => {
    const held = { size: '300', side: 'Sell', positionValue: '0.0031', positionIM: '0.00031' }
    const rows = valueOf(rowsOf(row(0, held)))
    if (!rows) throw new Error('rows are expected')
    expect(valueOf(positionOf(rows, five, { category: 'inverse', venue: 'Bybit' }))).toMatchObject({
      size: '-300',
      value: '300',
      marginUsed: '30.1475',
    })
  })

  it('sets the two sides off and adds up what they are worth', () => {
    const both = [
      row(1, open('0.5', 'Buy')),
      row(2, open('0.125', 'Sell', { positionValue: '0.00000000000001' })),
    ]
    expect(valueOf(position(...both))).toMatchObject({
      size: '0.375',
      value: '38900.10000000000001',
      marginUsed: '15560.04',
      liquidationPrice: null,
    })
  })

  it.each([
    ['side', { side: '' }],
    ['value', { positionValue: '' }],
    ['margin', { positionIM: '', positionBalance: '' }],
  ])('is refused where an open position has no %s', (_, parts) => {
    expect(position(row(0, open('1', 'Buy', parts)))).toMatchObject({ error: { code: 'venue.badAnswer' } })
  })
})

const keyInfo = (parts: object = {}) =>
  readBybitKey({
    apiKey: 'K',
    readOnly: 0,
    permissions: { ContractTrade: ['Order', 'Position'] },
    ips: ['*'],
    expiredAt: '',
    ...parts,
  })
const key = (parts: object = {}) => valueOf(keyInfo(parts))

describe('an account at Bybit', () => {
  it.each([
    [1, 'ISOLATED_MARGIN', 0, 'linear', true],
    [1, 'REGULAR_MARGIN', 1, 'linear', false],
    [3, 'ISOLATED_MARGIN', 0, 'linear', false],
    [4, 'ISOLATED_MARGIN', 0, 'inverse', true],
    [5, 'ISOLATED_MARGIN', 0, 'inverse', false],
    [6, 'REGULAR_MARGIN', 0, 'linear', true],
    [6, 'PORTFOLIO_MARGIN', 0, 'linear', true],
    [7, 'REGULAR_MARGIN', null, 'linear', true],
    [1, 'MULTI_ASSET_MARGIN', 1, 'linear', false],
    [6, 'ISOLATED_MARGIN', 9, 'linear', false],
  ] as const)(
    'of status %i, %s, tradeMode %i, %s: cross is %s',
    (status, marginMode, mode, category, cross) => {
      expect(valueOf(isCrossAt({ unifiedMarginStatus: status, marginMode }, mode, category))).toBe(cross)
    },
  )

  it.each([
    [7, 'MULTI_ASSET_MARGIN', 0, 'account/info.marginMode'],
    [1, 'REGULAR_MARGIN', 2, 'position/list.tradeMode'],
  ] as const)(
    'of status %i, %s, tradeMode %i: the field that decides is named',
    (status, marginMode, mode, field) => {
      expect(isCrossAt({ unifiedMarginStatus: status, marginMode }, mode, 'linear')).toMatchObject({
        error: { code: 'input.badField', field },
      })
    },
  )

  it.each([
    [{ ContractTrade: ['Position'], Earn: null }, ['ContractTrade:Position']],
    [{ Wallet: 'Withdraw' }, ['Wallet:unreadable']],
    [{ Wallet: ['may withdraw <b>nothing</b>', 'Withdraw'] }, ['Wallet:unreadable', 'Wallet:Withdraw']],
    [{ 'Fiat P2P': ['Order'] }, ['unreadable:Order']],
  ])('says of the permissions %j which cannot be read', (permissions, told) => {
    expect(key({ permissions }).permissions).toEqual(told)
    expect(unneededPermissions('bybit', told)).toEqual(told.filter((one) => one !== 'ContractTrade:Position'))
  })

  it('says of a key what it may do, and until when', () => {
    const permissions = { ContractTrade: ['Position'], Spot: [], Wallet: ['AccountTransfer', 'Withdraw'] }
    expect(key({ permissions, expiredAt: '2026-05-15T03:13:24Z' })).toEqual({
      keyId: 'K',
      readOnly: false,
      permissions: ['ContractTrade:Position', 'Wallet:AccountTransfer', 'Wallet:Withdraw'],
      expiresAt: '2026-05-15T03:13:24.000Z',
    })
    expect(checkBybitKey(key(), 'K', now).ok).toBe(true)
    expect(checkBybitKey(key({ permissions: { Derivatives: ['DerivativesTrade'] } }), 'K', now).ok).toBe(true)
  })

  it('tells what a key may do beside changing leverage', () => {
    const all = {
      ContractTrade: ['Order', 'Position'],
      Derivatives: ['DerivativesTrade'],
      Wallet: ['Withdraw'],
    }
    const { permissions } = key({ permissions: all })
    expect(unneededPermissions('bybit', permissions)).toEqual(['ContractTrade:Order', 'Wallet:Withdraw'])
    expect(
      unneededPermissions('bybit', key({ permissions: { ContractTrade: ['Position'] } }).permissions),
    ).toEqual([])
    expect(unneededPermissions('coinswitch', null)).toEqual([])
  })

  // Recorded answers about keys that are bound to internet addresses have "deadlineDay": -2 and this time.
  it.each([['1970-01-01T00:00:00Z'], [''], [null]])(
    'takes a key whose end is "%s" as one without an end',
    (expiredAt) => {
      expect(key({ expiredAt }).expiresAt).toBeNull()
      expect(checkBybitKey(key({ expiredAt }), 'K', now).ok).toBe(true)
    },
  )

  it.each([
    ['an end that is no time', { expiredAt: 'soon' }],
    ['an end that is a number', { expiredAt: 1_790_000_000 }],
    ['a day that no month has', { expiredAt: '2026-13-40T00:00:00Z' }],
    ['a third state of readOnly', { readOnly: 2 }],
    ['no permissions at all', { permissions: undefined }],
  ])('is not guessed from %s', (_, parts) => {
    expect(keyInfo(parts)).toMatchObject({ ok: false })
  })

  it.each([
    ['another key', { apiKey: 'L' }, 'answers for the key'],
    ['a key that may only read', { readOnly: 1 }, 'only read'],
    ['a key without the permission', { permissions: { Spot: ['SpotTrade'] } }, 'no permission'],
    ['a key that has expired', { expiredAt: '2023-05-15T03:13:24Z' }, 'expired'],
  ])('is not changed by %s', (_, parts, words) => {
    expect(checkBybitKey(key(parts), 'K', now)).toMatchObject({
      error: { code: 'request.signerNotAllowed', message: expect.stringContaining(words) },
    })
  })
})

const exact = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(`${whole}${fraction.padEnd(40, '0')}`)
}

describe('sums of decimals', () => {
  it('are exact, whatever their length', () => {
    const decimals = fc
      .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 30 }))
      .map(([digits, places]) => {
        const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0')
        const at = text.length - places
        return `${digits < 0n ? '-' : ''}${text.slice(0, at)}${places === 0 ? '' : `.${text.slice(at)}`}`
      })
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        expect(exact(sumOf(a, b))).toBe(exact(a) + exact(b))
        expect(sumOf(a, b)).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
        expect(sumOf(a, b)).toBe(sumOf(b, a))
      }),
    )
    expect(sumOf('0.1', '0.2')).toBe('0.3')
    expect(sumOf('-0.5', '0.50')).toBe('0')
    expect(() => sumOf('1e1', '0')).toThrow()
    expect(productOf('0.00031', '97250.00')).toBe('30.1475')
    expect(productOf('-0.5', '0.20')).toBe('-0.1')
    expect(productOf('-3', '0.0')).toBe('0')
  })
})

describe('a text to be signed', () => {
  const stamp = '1790000000000'
  const query = 'category=linear&symbol=BTCUSDT'

  it('at Bybit is a question only with a query or nothing behind the window', () => {
    for (const asked of [`${stamp}K15000${query}`, `${stamp}K15000`, `${stamp}K120000${query}`])
      expect(isRead('bybit', 'K1', asked)).toBe(true)
    const body = '{"category":"linear","symbol":"BTCUSDT","buyLeverage":"7","sellLeverage":"7"}'
    for (const other of [
      `${stamp}K15000${body}`,
      `${stamp}K15000${query}${body}`,
      `${stamp}K15000${query}\n${body}`,
      `${stamp}K25000${query}`,
      `POST/v5/position/set-leverage${stamp}`,
      '',
    ])
      expect(isRead('bybit', 'K1', other)).toBe(false)
  })

  it('at CoinSwitch is a question only where the method says so', () => {
    expect(isRead('coinswitch', '', `GET/v5/position/list?${query}${stamp}`)).toBe(true)
    for (const other of [
      `POST/v5/position/set-leverage${stamp}`,
      `get/v5${stamp}`,
      ` GET/v5${stamp}`,
      'GETX/',
    ])
      expect(isRead('coinswitch', '', other)).toBe(false)
  })
})
