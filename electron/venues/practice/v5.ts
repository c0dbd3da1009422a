/**
 * The V5 paths of the practice venue, for CoinSwitch and Bybit at once: they have the same names and bodies, and are told
 * apart by the headers that carry the key.
 */
import type { Json } from '../../../shared/strict-json.ts'
import { authenticateBybit, practiceAccountInfo, practiceKeyInfo } from './bybit.ts'
import { authenticateCoinSwitch } from './coinswitch.ts'
import type { PracticeState } from './port.ts'
import type { RoutedAnswer, RoutedRequest } from './routed.ts'
import { bare, coded, envelope, plain } from './v5-answers.ts'
import { changeLeverage } from './v5-change.ts'
import {
  freshV5,
  maySetLeverage,
  practiceV5Markets,
  v5LeverageOf,
  v5WorthOf,
  type PracticeV5,
  type PracticeV5Account,
  type PracticeV5Market,
} from './v5-state.ts'

/** Where a change of leverage is posted. */
export const practiceSetLeveragePath = '/v5/position/set-leverage'

const keyCheckPath = '/trade/api/v2/validate/keys'

/** Whether a path is one of these. */
export const isV5Path = (path: string): boolean => path.startsWith('/v5/') || path === keyCheckPath

/** What says that a change was carried out. `time` stands still: nothing reads it. */
export const v5Accepted: RoutedAnswer = envelope(1_756_460_695_432, {})

/** What the V5 routes need of the venue around them. */
export interface V5Context {
  readonly state: () => PracticeState
  readonly keep: (state: PracticeState) => void
  readonly nowMs: number
}

type VenueName = keyof PracticeV5

const keptStamps = 100

const instrument = ({ symbol, status, ...market }: PracticeV5Market): Json => ({
  symbol,
  contractType: market.category === 'linear' ? 'LinearPerpetual' : 'InversePerpetual',
  status,
  leverageFilter: {
    minLeverage: market.minLeverage,
    maxLeverage: market.maxLeverage,
    leverageStep: market.leverageStep,
  },
  unifiedMarginTrade: true,
  fundingInterval: 480,
})

function instruments({ url }: RoutedRequest, nowMs: number): RoutedAnswer {
  const query = url.searchParams
  const category = query.get('category')
  const listed = practiceV5Markets.filter(
    (market) =>
      market.category === category &&
      (query.get('symbol') ?? market.symbol) === market.symbol &&
      market.status === (query.get('status') ?? 'Trading'),
  )
  if (category !== 'linear' && category !== 'inverse') return coded(nowMs, 10001, 'params error: category')
  const from = Number(query.get('cursor') ?? 0)
  const to = from + Number(query.get('limit') ?? 500)
  const nextPageCursor = to < listed.length ? String(to) : ''
  return envelope(nowMs, { category, list: listed.slice(from, to).map(instrument), nextPageCursor })
}

function positionRow(
  account: PracticeV5Account,
  market: PracticeV5Market,
  positionIdx: 0 | 1 | 2,
): Readonly<Record<string, Json>> {
  const { buy, sell } = v5LeverageOf(account, market.symbol)
  const leverage = positionIdx === 2 ? sell : buy
  const wanted = [null, 'Buy', 'Sell'][positionIdx] ?? null
  const held = (account.positions[market.symbol] ?? []).find(({ side }) => wanted === null || side === wanted)
  // Inverse contracts are valued and margined in their coin.
  const unit = market.category === 'inverse' ? Number(market.markPrice) : 1
  const worth = held ? v5WorthOf(held, market) / unit : 0
  const portfolio = account.marginMode === 'PORTFOLIO_MARGIN'
  return {
    positionIdx,
    riskId: 1,
    symbol: market.symbol,
    side: held?.side ?? '',
    size: held?.size ?? '0',
    positionValue: worth === 0 ? '' : worth.toFixed(8),
    tradeMode: 0,
    leverage: portfolio ? '' : leverage,
    markPrice: market.markPrice,
    liqPrice: '',
    positionIM: portfolio || worth === 0 ? '' : (worth / Number(leverage)).toFixed(8),
    positionBalance: '0',
    positionStatus: 'Normal',
  }
}

function positionList(account: PracticeV5Account, { url }: RoutedRequest, nowMs: number): RoutedAnswer {
  const category = url.searchParams.get('category')
  const symbol = url.searchParams.get('symbol')
  const market = practiceV5Markets.find((one) => one.category === category && one.symbol === symbol)
  if (!market) return coded(nowMs, 10001, 'params error: symbol invalid')
  const rows = account.hedge
    ? [positionRow(account, market, 1), positionRow(account, market, 2)]
    : [positionRow(account, market, 0)]
  const flat = (account.positions[market.symbol] ?? []).length === 0
  const list = flat && !account.listsFlat ? [] : rows
  return envelope(nowMs, { category, list, nextPageCursor: '' })
}

/** Refuses what was asked for once already, and remembers what is asked for now. */
function spend(
  account: PracticeV5Account,
  name: VenueName,
  stamp: string,
  nowMs: number,
): { readonly account: PracticeV5Account } | { readonly refusal: RoutedAnswer } {
  if (!account.stamps.includes(stamp))
    return { account: { ...account, stamps: [...account.stamps, stamp].slice(-keptStamps) } }
  return {
    refusal:
      name === 'bybit'
        ? coded(nowMs, 10014, 'Invalid duplicate request.')
        : plain(401, 'Invalid access: epoch was used before'),
  }
}

function setLeverage(
  name: VenueName,
  request: RoutedRequest,
  by: { readonly keyId: string; readonly stamp: string },
  { state, keep, nowMs }: V5Context,
): RoutedAnswer {
  const before = state()
  const v5 = before.v5 ?? freshV5()
  const account = v5[name]
  const key = account.keys[by.keyId]
  if (!key || !maySetLeverage(key))
    return coded(nowMs, 10005, 'Permission denied, please check your API key permissions.')
  const spent = spend(account, name, `${by.keyId} ${by.stamp}`, nowMs)
  if ('refusal' in spent) return spent.refusal
  const categories = name === 'bybit' ? ['linear', 'inverse'] : ['linear']
  const change = changeLeverage(spent.account, request.body, { ...by, atMs: nowMs }, categories)
  keep({ ...before, v5: { ...v5, [name]: change.account ?? spent.account } })
  return change.refusal === null ? envelope(nowMs, {}) : coded(nowMs, ...change.refusal)
}

/** Which venue a request is for, by the headers that carry its key; null for neither or both. */
function venueOf({ header }: RoutedRequest): VenueName | null {
  const coinswitch = header('x-auth-apikey') !== '' || header('x-auth-signature') !== ''
  const bybit = header('x-bapi-api-key') !== '' || header('x-bapi-sign') !== ''
  if (coinswitch === bybit) return null
  return coinswitch ? 'coinswitch' : 'bybit'
}

function signedRoute(name: VenueName, request: RoutedRequest, context: V5Context): RoutedAnswer {
  const { nowMs } = context
  const account = (context.state().v5 ?? freshV5())[name]
  const who =
    name === 'bybit'
      ? authenticateBybit(account, request, nowMs)
      : authenticateCoinSwitch(account, request, nowMs)
  if (who.refusal !== null) return who.refusal
  const operation = `${request.method} ${request.url.pathname}`
  if (operation === `POST ${practiceSetLeveragePath}`) return setLeverage(name, request, who, context)
  if (operation === 'GET /v5/position/list') return positionList(account, request, nowMs)
  if (name === 'coinswitch' && operation === `GET ${keyCheckPath}`) return bare({ message: 'Valid Access' })
  if (name === 'bybit' && operation === 'GET /v5/user/query-api')
    return practiceKeyInfo(account, who.keyId, request, nowMs)
  if (name === 'bybit' && operation === 'GET /v5/account/info')
    return envelope(nowMs, practiceAccountInfo(account))
  return plain(404, 'No such endpoint.')
}

/** The honest answer to a request to one of the V5 paths. */
export function v5Route(request: RoutedRequest, context: V5Context): RoutedAnswer {
  const { nowMs } = context
  const operation = `${request.method} ${request.url.pathname}`
  if (operation === 'GET /v5/market/time') {
    const timeNano = `${nowMs}000000`
    return envelope(nowMs, { timeSecond: String(Math.floor(nowMs / 1000)), timeNano })
  }
  if (operation === 'GET /v5/market/instruments-info') return instruments(request, nowMs)
  const name = venueOf(request)
  return name === null
    ? plain(401, 'The headers of one API key are needed.')
    : signedRoute(name, request, context)
}
