import { describe, expect, it } from 'vitest'
import { listAgents } from '../../electron/desk/agents.ts'
import { approveAgent } from '../../electron/desk/approve-agent.ts'
import { listMarkets, readSettings } from '../../electron/desk/markets.ts'
import { prepare } from '../../electron/desk/prepare.ts'
import { venueIds, type VenueId } from '../../shared/venues/registry.ts'
import { changeOf, deskCases, openDeskAt } from '../conformance/desk-cases.ts'
import { portsThrough, type Alter, type Asked } from '../support/altered-venue.ts'
import { must } from '../support/desk.ts'
import { attack, fault } from '../support/proven.ts'
import { drives } from '../support/hostile.ts'

type Fields = Record<string, unknown>

/** How each venue lists its markets. */
interface Listing {
  readonly isAsked: (asked: Asked) => boolean
  readonly recordsIn: (answer: never) => Fields[]
  /** The field that names a market. */
  readonly name: string
  /** What a market must say to be used, each as it can be odd. */
  readonly odd: readonly (readonly [change: Fields, field: string])[]
}

const action = ({ body }: Asked): unknown =>
  (body as { params?: { action?: unknown } } | undefined)?.params?.action

const listings: { readonly [id in VenueId]: Listing } = {
  hyperliquid: {
    isAsked: ({ body }) => (body as Fields | undefined)?.['type'] === 'allPerpMetas',
    recordsIn: (metas: { universe: Fields[] }[]) => metas[0]?.universe ?? [],
    name: 'name',
    odd: [
      [{ maxLeverage: 0 }, 'maxLeverage'],
      [{ maxLeverage: null }, 'maxLeverage'],
      [{ maxLeverage: '5' }, 'maxLeverage'],
      [{ isDelisted: 'no' }, 'isDelisted'],
    ],
  },
  compass: {
    isAsked: ({ path }) => path.endsWith('/opportunities'),
    recordsIn: (opportunities: Fields[]) => opportunities,
    name: 'asset',
    odd: [
      [{ max_leverage: null }, 'max_leverage'],
      [{ max_leverage: 0 }, 'max_leverage'],
      [{ asset_id: '110001' }, 'asset_id'],
      [{ asset_id: undefined }, 'asset_id'],
    ],
  },
  arcus: {
    isAsked: ({ path }) => path === '/v1/markets',
    recordsIn: ({ markets }: { markets: Fields[] }) => markets,
    name: 'marketDisplayName',
    odd: [
      [{ initialMarginFraction: null }, 'initialMarginFraction'],
      [{ initialMarginFraction: undefined }, 'initialMarginFraction'],
      [{ initialMarginFraction: '0' }, 'initialMarginFraction'],
      [{ marketId: -1 }, 'marketId'],
      [{ status: null }, 'status'],
    ],
  },
  coinswitch: {
    isAsked: ({ path }) => path.startsWith('/v5/market/instruments-info'),
    recordsIn: ({ result }: { result: { list: Fields[] } }) => result.list,
    name: 'symbol',
    odd: [
      [{ leverageFilter: undefined }, 'leverageFilter'],
      [{ leverageFilter: null }, 'leverageFilter'],
      [{ leverageFilter: { minLeverage: '1', maxLeverage: '0', leverageStep: '' } }, 'leverageFilter'],
      [{ status: undefined }, 'status'],
    ],
  },
  bybit: {
    isAsked: ({ path }) => path.startsWith('/v5/market/instruments-info'),
    recordsIn: ({ result }: { result: { list: Fields[] } }) => result.list,
    name: 'symbol',
    odd: [
      [{ leverageFilter: undefined }, 'leverageFilter'],
      [{ leverageFilter: {} }, 'leverageFilter.minLeverage'],
      [{ leverageFilter: { minLeverage: '5', maxLeverage: '1', leverageStep: '1' } }, 'leverageFilter'],
    ],
  },
  synthetix: {
    isAsked: (asked) => action(asked) === 'getMarkets',
    recordsIn: ({ response }: { response: Fields[] }) => response,
    name: 'symbol',
    odd: [
      [{ maintenanceMarginTiers: [] }, 'maintenanceMarginTiers.0'],
      [{ maintenanceMarginTiers: null }, 'maintenanceMarginTiers'],
      [{ maintenanceMarginTiers: [{ maxLeverage: 0 }] }, 'maintenanceMarginTiers.0.maxLeverage'],
      [{ isOpen: 'yes' }, 'isOpen'],
    ],
  },
}

/** Adds records to the end of the list of markets, where they change the number of no other. */
const adding =
  (venue: VenueId, records: (model: Fields) => readonly unknown[]): Alter =>
  (asked, answer) => {
    const { isAsked, recordsIn } = listings[venue]
    if (!isAsked(asked)) return answer
    const list: unknown[] = recordsIn(answer as never)
    list.push(...records(list[0] as Fields))
    return answer
  }

/** What is listed and what can still be prepared at a venue that answers otherwise. */
async function lookAt(venue: VenueId, alter: Alter, market = deskCases[venue].market) {
  const desk = await openDeskAt(venue)
  const through = await portsThrough(desk, alter, deskCases[venue].key)
  const ports = { ...through, keys: desk.ports.keys }
  const list = must(await listMarkets(ports, 'treasury'))
  return {
    list,
    ports,
    prepared: await prepare(ports, { ...changeOf(deskCases[venue]), market }),
    usual: await prepare(ports, changeOf(deskCases[venue])),
  }
}

const everyOdd = venueIds.flatMap((venue) => listings[venue].odd.map((odd) => ({ venue, odd })))

fault(
  'answer',
  'one market of the list cannot be understood, at any of the six venues',
  'that market is left out and named with its field; the others are prepared as before',
  24,
  async (time) => {
    expect(everyOdd).toHaveLength(24)
    const { venue, odd: [change, field] = [{}, ''] } = everyOdd[time] ?? { venue: 'bybit' }
    const { name } = listings[venue]
    const { list, prepared, usual } = await lookAt(
      venue,
      adding(venue, (model) => [{ ...model, [name]: 'ODD', ...change }]),
      'odd',
    )
    expect(list.leftOut, `${venue} ${field}`).toEqual([
      { name: 'ODD', reason: expect.stringContaining(`.${field}"`) },
    ])
    expect(prepared).toMatchObject({
      error: {
        code: 'request.marketLeftOut',
        field: 'market',
        outcome: 'not-sent',
        message: expect.stringContaining(`.${field}"`),
      },
    })
    expect(usual).toMatchObject({ ok: true, value: { kind: 'prepared' } })
  },
)

const hostile = 'ODD\u001b[2J\u202e\r\nBTC'

attack(
  'venue',
  'lists a market without a name, or with one that drives a terminal or turns a sentence round',
  'it is left out, its name is written visibly, and the others are prepared as before',
  async () => {
    for (const venue of venueIds) {
      const { name } = listings[venue]
      const { list, usual } = await lookAt(
        venue,
        adding(venue, (model) => [null, 7, [], { ...model, [name]: hostile }, { ...model, [name]: null }]),
      )
      expect(list.leftOut.map((one) => one.name).filter((one) => one.startsWith('ODD'))).toEqual([
        'ODD\\u001b[2J\\u202e\\u000d\\u000aBTC',
      ])
      expect(list.leftOut, venue).toHaveLength(5)
      expect(list.leftOut.filter((one) => drives(one.name) || drives(one.reason))).toEqual([])
      expect(usual, venue).toMatchObject({ ok: true, value: { kind: 'prepared' } })
    }
  },
)

attack(
  'venue',
  'lists two markets of one name',
  'neither is used and both are named; the others are prepared as before',
  async () => {
    const second: { readonly [id in VenueId]: Fields } = {
      hyperliquid: { maxLeverage: 3 },
      compass: { asset_id: 110_777 },
      arcus: { marketId: 777 },
      coinswitch: { leverageFilter: { minLeverage: '1', maxLeverage: '5', leverageStep: '0.01' } },
      bybit: { leverageFilter: { minLeverage: '1', maxLeverage: '5', leverageStep: '0.01' } },
      synthetix: { maintenanceMarginTiers: [{ maxLeverage: 3 }] },
    }
    const others: { readonly [id in VenueId]: string } = {
      hyperliquid: 'ETH',
      compass: 'CL',
      arcus: 'ETH-USD',
      coinswitch: 'ETHUSDT',
      bybit: 'ETHUSDT',
      synthetix: 'ETH-USDT',
    }
    for (const venue of venueIds) {
      const { name } = listings[venue]
      const { market } = deskCases[venue]
      const { list, usual, ports } = await lookAt(venue, (asked, answer) => {
        if (!listings[venue].isAsked(asked)) return answer
        const records = listings[venue].recordsIn(answer as never)
        const model = records.find((record) => record[name] === market) ?? {}
        records.push({ ...model, ...second[venue] })
        return answer
      })
      expect(
        list.leftOut.map((one) => one.name),
        venue,
      ).toEqual([market, market])
      expect(list.leftOut[0]?.reason).toMatch(/^the venue lists it twice/)
      expect(usual).toMatchObject({ error: { code: 'request.marketLeftOut', field: 'market' } })
      const other = must(await readSettings(ports, 'treasury', [others[venue], market]))
      expect(other.taken).toMatchObject([{ market: { symbol: others[venue] } }])
      expect(other.leftOut).toMatchObject([{ name: market }])
    }
  },
)

/** Other records of an account that a request has no need of, each as it can be odd. */
const beside: readonly (readonly [what: string, venue: VenueId, alter: Alter])[] = [
  [
    'a position in another market',
    'hyperliquid',
    ({ body }, answer) => {
      if ((body as Fields)['type'] !== 'clearinghouseState') return answer
      const state = answer as { assetPositions: unknown[] }
      state.assetPositions.push({ position: { coin: 'NEW', szi: null } }, null)
      return state
    },
  ],
  [
    'a mark price that is none',
    'hyperliquid',
    ({ body }, answer) =>
      (body as Fields)['type'] === 'activeAssetData' ? { ...(answer as Fields), markPx: null } : answer,
  ],
  [
    'the leverage and the position of another market, and another key',
    'arcus',
    ({ path }, answer) => {
      const fields = answer as Record<string, unknown[] | undefined>
      const list = fields['leverages'] ?? fields['apiKeys']
      list?.push(null, { marketId: 77, leverage: 0 }, { apiKey: 7 }, { apiKey: 'ab', status: null })
      return path.startsWith('/v1/positions')
        ? { positions: { ...fields['positions'], 77: null, x: { size: 0 } } }
        : fields
    },
  ],
  [
    'the leverage, the position and the subaccount of others',
    'synthetix',
    (asked, answer) => {
      const { response } = answer as { response: Record<string, unknown> }
      if (action(asked) === 'getSubAccountIds')
        (response['delegatedSubAccountIds'] as unknown[] | undefined)?.push(12, null)
      if (action(asked) !== 'getSubAccount') return answer
      ;(response['positions'] as unknown[]).push({ symbol: 'NEW-USDT', side: 'none' })
      Object.assign((response['marketPreferences'] as { leverages: object }).leverages, { 'NEW-USDT': null })
      return answer
    },
  ],
  [
    'rows of another market, and the fields of its own that may be null',
    'coinswitch',
    ({ path }, answer) => {
      if (!path.startsWith('/v5/position/list')) return answer
      const { result } = answer as { result: { list: Fields[] } }
      result.list = result.list.map((row) => ({ ...row, liqPrice: null }))
      result.list.push({ symbol: 'NEWUSDT', positionIdx: 9 }, null as never)
      return answer
    },
  ],
  [
    'permissions that are null, and an account of a new status',
    'bybit',
    ({ path }, answer) => {
      const { result } = answer as { result: { permissions: Fields } & Fields }
      if (path.startsWith('/v5/user/query-api')) result.permissions['Earn'] = null
      if (path.startsWith('/v5/account/info')) result['unifiedMarginStatus'] = 7
      if (path.startsWith('/v5/market/instruments-info')) result['nextPageCursor'] = null
      return answer
    },
  ],
  [
    'no time in any answer but that to the question for the time',
    'bybit',
    ({ path }, answer) => {
      if (path === '/v5/market/time') return answer
      const { time: _, retExtInfo: __, ...rest } = answer as Fields
      return rest
    },
  ],
  [
    'the time in nanoseconds only',
    'bybit',
    ({ path }, answer) => {
      if (path !== '/v5/market/time') return answer
      const { time, ...rest } = answer as { readonly time: number }
      return { ...rest, result: { timeSecond: String(Math.floor(time / 1000)), timeNano: `${time}213947` } }
    },
  ],
]

fault(
  'answer',
  'what a request has no need of is odd: other markets, positions, keys, subaccounts, null permissions, a new status, no time',
  'it is prepared as before',
  8,
  async (time) => {
    expect(beside).toHaveLength(8)
    const [what, venue, alter] = beside[time] ?? ['', 'bybit', (_: Asked, answer: unknown) => answer]
    const { usual } = await lookAt(venue, alter)
    expect(usual, `${venue}: ${what}`).toMatchObject({ ok: true, value: { kind: 'prepared' } })
  },
)

attack(
  'venue',
  'lists an agent in a way that cannot be read',
  'it is named as one that may trade, the others are shown, and nothing that could have its name is replaced unasked',
  async () => {
    const desk = await openDeskAt('hyperliquid')
    const agent = `0x${'5e'.repeat(20)}` as const
    const input = { account: 'treasury', agent, name: 'desk-1', validUntil: null, replace: false }
    must(await approveAgent(desk.ports, input))
    const through = await portsThrough(desk, ({ body }, answer) =>
      (body as Fields)['type'] === 'extraAgents'
        ? [...(answer as unknown[]), { address: hostile, name: 'desk-2', validUntil: 'soon' }, null]
        : answer,
    )
    const { agents, leftOut } = must(await listAgents(through, 'treasury'))
    expect(agents).toContainEqual({ address: agent, name: 'desk-1', validUntil: null })
    expect(leftOut).toEqual([
      {
        name: 'ODD\\u001b[2J\\u202e\\u000d\\u000aBTC',
        reason: expect.stringContaining('.address"'),
      },
      { name: expect.stringMatching(/^extraAgents\.\d$/), reason: expect.stringContaining('extraAgents.') },
    ])
    const second = { ...input, agent: `0x${'6f'.repeat(20)}`, name: 'desk-2' }
    expect(await approveAgent(through, second)).toMatchObject({
      error: { code: 'venue.badAnswer', outcome: 'not-sent', message: expect.stringContaining('desk-2') },
    })
    expect(must(await approveAgent(through, { ...second, replace: true })).failure).toBeNull()
  },
)

describe('what a request needs', () => {
  const needed: readonly (readonly [venue: VenueId, field: string, alter: Alter])[] = [
    [
      'hyperliquid',
      'clearinghouseState.assetPositions.0.position.szi',
      ({ body }, answer) => {
        if ((body as Fields)['type'] !== 'clearinghouseState') return answer
        return { assetPositions: [{ position: { coin: 'BTC', szi: null } }] }
      },
    ],
    [
      'hyperliquid',
      'clearinghouseState.assetPositions.0.coin',
      ({ body }, answer) =>
        (body as Fields)['type'] === 'clearinghouseState'
          ? { assetPositions: [{ position: { szi: '1' } }] }
          : answer,
    ],
    [
      'arcus',
      'leverages.leverages.0.leverage',
      ({ path }, answer) =>
        path.startsWith('/v1/leverages')
          ? { ...(answer as Fields), leverages: [{ marketId: 1, leverage: 0 }] }
          : answer,
    ],
    [
      'synthetix',
      'getSubAccount.marketPreferences.leverages.BTC-USDT',
      (asked, answer) => {
        if (action(asked) !== 'getSubAccount') return answer
        const { response } = answer as { response: { marketPreferences: { leverages: Fields } } }
        response.marketPreferences.leverages['BTC-USDT'] = 0
        return answer
      },
    ],
    [
      'bybit',
      'account/info.marginMode',
      ({ path }, answer) => {
        if (path.startsWith('/v5/account/info'))
          (answer as { result: Fields }).result['marginMode'] = 'MULTI_ASSET_MARGIN'
        return answer
      },
    ],
    [
      'bybit',
      'market/time.time',
      ({ path }, answer) =>
        path === '/v5/market/time' ? { ...(answer as Fields), time: null, result: {} } : answer,
    ],
    [
      'coinswitch',
      'position/list.list.0.positionIdx',
      ({ path }, answer) => {
        const { result } = answer as { result: { list: Fields[] } }
        if (path.startsWith('/v5/position/list'))
          result.list = result.list.map((row) => ({ ...row, positionIdx: null }))
        return answer
      },
    ],
  ]

  it.each(needed)('at %s is refused with the field %s where it is odd', async (venue, field, alter) => {
    const { usual } = await lookAt(venue, alter)
    expect(usual).toMatchObject({
      error: { code: 'venue.badAnswer', outcome: 'not-sent', message: expect.stringContaining(`"${field}"`) },
    })
  })
})
