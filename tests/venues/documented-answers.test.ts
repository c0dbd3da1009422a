import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readRole as readHyperliquidRole } from '../../electron/venues/hyperliquid-permission.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import { readLeverage, readPosition as readArcusPosition } from '../../shared/venues/arcus/account.ts'
import { readKeyStanding } from '../../shared/venues/arcus/api-keys.ts'
import { readArcusMarkets } from '../../shared/venues/arcus/markets.ts'
import { readTime } from '../../shared/venues/arcus/time.ts'
import { isCrossAt, readBybitAccount } from '../../shared/venues/bybit/account.ts'
import { checkBybitKey, readBybitKey } from '../../shared/venues/bybit/api-keys.ts'
import { readOpportunities } from '../../shared/venues/compass/markets.ts'
import { readPrepared } from '../../shared/venues/compass/prepared.ts'
import { readAgents } from '../../shared/venues/hyperliquid/approve-agent.ts'
import { readMarkets } from '../../shared/venues/hyperliquid/markets.ts'
import { readActiveAsset, readPosition } from '../../shared/venues/hyperliquid/state.ts'
import { rulesOf, venueModules, type VenueId } from '../../shared/venues/registry.ts'
import { positionIn, readSubAccount, settingIn } from '../../shared/venues/synthetix/account.ts'
import { readResponse } from '../../shared/venues/synthetix/envelope.ts'
import { readMarkets as readSynthetixMarkets } from '../../shared/venues/synthetix/markets.ts'
import { readRole } from '../../shared/venues/synthetix/owners.ts'
import { openEnvelope } from '../../shared/venues/v5/envelope.ts'
import { readMarketPage } from '../../shared/venues/v5/markets.ts'
import { positionOf, readRows, settingOf } from '../../shared/venues/v5/positions.ts'
import { readServerTime } from '../../shared/venues/v5/time.ts'
import { pureCaseOf, pureCases } from '../conformance/cases.ts'
import { valueOf } from './support.ts'

interface Documented {
  readonly source: string
  readonly answers: Readonly<Record<string, unknown>>
}

const documented = (venue: VenueId): Documented['answers'] => {
  const url = new URL(`../data/documented/${venue}.json`, import.meta.url)
  return (JSON.parse(readFileSync(url, 'utf8')) as Documented).answers
}

/** The answer to a change, with the fields of the case's change in it. */
const answered = (body: unknown): HttpAnswer => ({
  status: 200,
  body: JSON.stringify(body),
  lost: '',
  sent: true,
})

const symbols = (markets: readonly { readonly symbol: string }[]) => markets.map(({ symbol }) => symbol)

const someone = '0xb65822a30bbaaa68942d6f4c43d78704faeabbbb'

it('Hyperliquid: markets, leverage, positions, roles, agents and the answer to a change', () => {
  const answers = documented('hyperliquid')
  const { taken, leftOut } = valueOf(readMarkets(answers['allPerpMetas'], answers['perpDexs']))
  expect(leftOut).toEqual([])
  expect(taken).toMatchObject([
    { symbol: 'BTC', id: 0, maxLeverage: 40, crossAllowed: true, delisted: false },
    { symbol: 'ETH', id: 1, maxLeverage: 25 },
    { symbol: 'kPEPE', id: 2 },
    { symbol: 'HPOS', id: 3, crossAllowed: false, delisted: true },
    { symbol: 'xyz:ABC', id: 110_000, crossAllowed: false },
  ])
  expect(valueOf(readActiveAsset(answers['activeAssetData'], someone, 'ABC'))).toEqual({
    leverage: '3',
    isCross: false,
    markPrice: '4.4716',
  })
  expect(valueOf(readPosition(answers['clearinghouseState'], 'ABC'))).toMatchObject({
    size: '0.0335',
    leverage: '20',
    liquidationPrice: '2866.26936529',
  })
  expect(valueOf(readPosition(answers['clearinghouseState'], 'DEF'))).toMatchObject({
    liquidationPrice: null,
  })
  expect(valueOf(readPosition(answers['clearinghouseState'], 'GHI'))).toBeNull()
  const roles = (answers['userRole'] as unknown[]).map((role) => valueOf(readHyperliquidRole(role)).kind)
  expect(roles).toEqual(['user', 'missing', 'vault', 'agent', 'subAccount'])
  expect(valueOf(readAgents(answers['extraAgents']))).toMatchObject({
    taken: [
      { name: 'desk', validUntil: 1_790_000_000_000 },
      { name: 'long', validUntil: null },
    ],
    leftOut: [],
  })
  const { wire } = pureCaseOf('hyperliquid')
  expect(rulesOf('hyperliquid').readAnswer(answered(answers['exchange']), wire)).toEqual({ kind: 'accepted' })
})

it('Compass: markets, prepared changes and the answer to a change', () => {
  const answers = documented('compass')
  expect(valueOf(readOpportunities(answers['opportunities']))).toMatchObject({
    taken: [
      { symbol: 'ABC', id: 110_000, maxLeverage: 10 },
      { symbol: 'GAS', id: 110_001, maxLeverage: 5 },
    ],
    leftOut: [],
  })
  expect(valueOf(readPrepared(answers['setLeverageAlready']))).toEqual({ kind: 'alreadySet' })
  expect(valueOf(readPrepared(answers['setLeverage']))).toMatchObject({
    action: { asset: 110_000, leverage: 5 },
  })
  const { wire } = pureCaseOf('compass')
  expect(rulesOf('compass').readAnswer(answered(answers['execute']), wire)).toEqual({ kind: 'accepted' })
})

it('Arcus: markets, leverage, positions, keys, time and the answer to a change', () => {
  const answers = documented('arcus')
  const account = { address: '0xfcad0b19bb29d4674531d6f115237e16afce377c', accountIndex: 0 } as const
  const { taken, leftOut } = valueOf(readArcusMarkets(answers['markets']))
  expect(taken).toMatchObject([{ symbol: 'ABC-USD', id: 1, maxLeverage: 40, delisted: false }])
  expect(leftOut).toMatchObject([
    { name: 'NEW-USD', reason: expect.stringContaining('initialMarginFraction') },
  ])
  expect(valueOf(readLeverage(answers['leverages'], account, 1))).toEqual({ leverage: '5', isCross: true })
  expect(valueOf(readLeverage(answers['leverages'], account, 2))).toEqual({ leverage: '40', isCross: true })
  expect(valueOf(readArcusPosition(answers['positions'], account, 1))).toBeNull()
  expect(
    valueOf(
      readKeyStanding(answers['apiKeys'], { ...account, keyId: 'ab'.repeat(32), nowMs: 1_780_000_000_000 }),
    ),
  ).toEqual({ keyId: 'ab'.repeat(32), name: 'desk', expiresAtMs: 1_790_000_000_000, permissions: null })
  expect(valueOf(readTime(answers['time']))).toBe(1_713_825_891_591)
  const wire = { ...pureCases.arcus.wire, address: account.address, leverage: 5 }
  expect(venueModules.arcus.readAnswer(answered(answers['setLeverage']), wire)).toEqual({ kind: 'accepted' })
})

it.each(['bybit', 'coinswitch'] as const)(
  '%s: time, markets, positions and the answer to a change',
  (venue) => {
    const answers = documented(venue)
    const inside = (path: string) => valueOf(openEnvelope(answers[path], venue))
    expect(valueOf(readServerTime(answers['market/time']))).toBe(
      venue === 'bybit' ? 1_688_639_403_423 : 1_756_460_695_432,
    )
    const page = valueOf(readMarketPage(inside('market/instruments-info')))
    expect(symbols(page.taken)).toEqual(['ABCUSDT'])
    expect(page.taken[0]).toMatchObject({ minLeverage: 1, maxLeverage: 100, leverageStep: 0.01 })
    expect(page.cursor).toBe('')
    expect(page.leftOut.map(({ name }) => name)).toEqual(venue === 'bybit' ? ['NEWUSDT'] : [])
    const rows = valueOf(readRows(inside('position/list'), 'ABCUSDT', venue))
    if (!rows) throw new Error('the page has a row')
    const setting = valueOf(settingOf(rows, true, venue))
    expect(setting).toEqual({ leverage: venue === 'bybit' ? '10' : '2', isCross: true })
    expect(valueOf(positionOf(rows, setting, { category: 'linear', venue }))?.size).toBe(
      venue === 'bybit' ? '-300' : undefined,
    )
    const { wire } = pureCaseOf(venue)
    for (const [path, answer] of Object.entries(answers).filter(([one]) =>
      one.startsWith('position/set-leverage'),
    ))
      expect(rulesOf(venue).readAnswer(answered(answer), wire), path).toEqual({ kind: 'accepted' })
  },
)

it('Bybit: an account whose answer has no time, and a key with a null permission and no end', () => {
  const answers = documented('bybit')
  const account = valueOf(readBybitAccount(valueOf(openEnvelope(answers['account/info'], 'Bybit'))))
  expect(valueOf(isCrossAt(account, 0, 'linear'))).toBe(true)
  const key = valueOf(readBybitKey(valueOf(openEnvelope(answers['user/query-api'], 'Bybit'))))
  expect(key).toMatchObject({ keyId: 'XXXXXX', readOnly: false, expiresAt: null })
  expect(key.permissions).toContain('ContractTrade:Position')
  expect(key.permissions?.some((one) => one.startsWith('Earn'))).toBe(false)
  expect(checkBybitKey(key, 'XXXXXX', 1_790_000_000_000).ok).toBe(true)
})

it('Synthetix: markets, subaccounts, roles and the answer to a change', () => {
  const answers = documented('synthetix')
  const id = '1867542890123456789'
  const { taken, leftOut } = valueOf(readSynthetixMarkets(valueOf(readResponse(answers['getMarkets']))))
  expect(leftOut).toEqual([])
  expect(taken).toMatchObject([
    { symbol: 'ABC-USDT', id: null, maxLeverage: 50, delisted: false },
    { symbol: 'DEF-USDT', maxLeverage: 20, delisted: true },
  ])
  const account = valueOf(readSubAccount(valueOf(readResponse(answers['getSubAccount'])), id))
  expect(valueOf(settingIn(account, 'ABC-USDT', null))).toEqual({ leverage: '20', isCross: true })
  expect(valueOf(positionIn(account, 'ABC-USDT', null))).toMatchObject({ size: '0.5', value: '15012.5' })
  for (const answer of answers['getSubAccountIds'] as unknown[])
    expect(valueOf(readRole(valueOf(readResponse(answer)), id))).toBe('owner')
  const wire = { ...pureCases.synthetix.wire, symbol: 'ABC-USDT', leverage: '20' }
  expect(venueModules.synthetix.readAnswer(answered(answers['updateLeverage']), wire)).toEqual({
    kind: 'accepted',
    previous: '10',
  })
})
