/**
 * Synthetix' endpoints of the practice venue: `/v1/info`, `/v1/trade` and `/v1/exchange/status`. Nothing is carried out
 * whose signature, nonce, expiry, subaccount, market and margin are not all in order.
 */
import { isObject } from '../../../shared/check.ts'
import type { Hex } from '../../../shared/hex.ts'
import { parseStrictJson, type Json } from '../../../shared/strict-json.ts'
import type { RoutedAnswer, RoutedRequest } from './routed.ts'
import type { RouteContext } from './routes.ts'
import { idsAnswer, marketsAnswer, pricesAnswer, subAccountAnswer } from './synthetix-info.ts'
import { maxLeverageAt, synthetixMarket } from './synthetix-markets.ts'
import {
  actionOf,
  readSynthetixRequest,
  synthetixSigner,
  type SynthetixRequest,
} from './synthetix-request.ts'
import {
  accountValue,
  leverageIn,
  marginUsed,
  standing,
  synthetixOf,
  worth,
  type SynthetixState,
  type SynthetixSubAccount,
} from './synthetix-state.ts'

const paths = ['/v1/info', '/v1/trade', '/v1/exchange/status']

/** Whether a path is one of Synthetix'. */
export const isSynthetixPath = (path: string): boolean => paths.includes(path)

/** Whether a request may change something: of the signed ones only a change of leverage. */
export const changesLeverage = (path: string, body: string): boolean =>
  path === '/v1/trade' && actionOf(body) === 'updateLeverage'

/** A refusal by the venue: HTTP status, code, category and words. */
interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

interface Ruling {
  readonly state: SynthetixState
  readonly answer: Json | Refusal
}

const isRefusal = (answer: Json | Refusal): answer is Refusal =>
  isObject(answer) && typeof answer['status'] === 'number' && typeof answer['code'] === 'string'

const json = (status: number, value: Json): RoutedAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
})

const requestId = '5ccf215d37e3ae6d'

const categories: Readonly<Record<string, string>> = {
  UNAUTHORIZED: 'AUTH',
  FORBIDDEN: 'AUTH',
  MARKET_NOT_FOUND: 'TRADING',
  MARKET_CLOSED: 'TRADING',
  INSUFFICIENT_MARGIN: 'TRADING',
  METHOD_NOT_ALLOWED: 'SYSTEM',
}

const answered = (answer: Json | Refusal, nowMs: number): RoutedAnswer => {
  const stamp = { request_id: requestId, timestamp: new Date(nowMs).toISOString() }
  if (!isRefusal(answer)) return json(200, { status: 'ok', response: answer, ...stamp })
  const { status, code, message } = answer
  const category = categories[code] ?? 'REQUEST'
  return json(status, { status: 'error', error: { code, category, message, retryable: false }, ...stamp })
}

const refuse = (status: number, code: string, message: string): Refusal => ({ status, code, message })

/** What the venue says to a change that it carries out. */
export function acceptedChange(body: string, nowMs: number): RoutedAnswer {
  const read = readSynthetixRequest(body)
  const { symbol = '', leverage = '' } = 'request' in read ? read.request : {}
  return answered({ symbol, previousLeverage: '10', newLeverage: leverage }, nowMs)
}

function marginProblem(account: SynthetixSubAccount, symbol: string, leverage: number): Refusal | null {
  if (!account.positions[symbol] || leverage >= leverageIn(account, symbol)) return null
  const after = { ...account, leverages: { ...account.leverages, [symbol]: leverage } }
  return marginUsed(after) <= accountValue(account)
    ? null
    : refuse(200, 'INSUFFICIENT_MARGIN', 'Not enough margin')
}

function changeProblem(account: SynthetixSubAccount, { symbol, leverage }: SynthetixRequest): Refusal | null {
  if (!/^[1-9]\d{0,8}$/.test(leverage)) return refuse(400, 'VALIDATION_ERROR', 'Invalid leverage value')
  const market = synthetixMarket(symbol)
  if (!market) return refuse(200, 'MARKET_NOT_FOUND', 'Invalid market symbol')
  if (!market.isOpen) return refuse(200, 'MARKET_CLOSED', 'Market is closed')
  const held = account.positions[symbol]
  if (Number(leverage) > maxLeverageAt(market, held ? worth(symbol, held) : 0))
    return refuse(400, 'VALIDATION_ERROR', 'Leverage exceeds maximum allowed')
  return marginProblem(account, symbol, Number(leverage))
}

function changeLeverage(
  state: SynthetixState,
  request: SynthetixRequest,
  account: SynthetixSubAccount,
  signer: Hex,
  nowMs: number,
): Ruling {
  const problem = changeProblem(account, request)
  if (problem) return { state, answer: problem }
  const { symbol } = request
  const subAccountId = String(request.subAccountId)
  const leverage = Number(request.leverage)
  const after = { ...account, leverages: { ...account.leverages, [symbol]: leverage } }
  const done = { subAccountId, signer, symbol, leverage, nonce: request.nonce ?? 0, atMs: nowMs }
  return {
    state: {
      ...state,
      subAccounts: { ...state.subAccounts, [subAccountId]: after },
      applied: [...state.applied, done],
    },
    answer: {
      symbol,
      previousLeverage: String(leverageIn(account, symbol)),
      newLeverage: request.leverage,
    },
  }
}

const isExpired = ({ expiresAfter }: SynthetixRequest, { expiresAfterUnit }: SynthetixState, nowMs: number) =>
  expiresAfter !== 0 && (expiresAfterUnit === 'ms' ? expiresAfter : expiresAfter * 1000) <= nowMs

/** Uses up the nonce of a change, before it is looked at who may do what (Fenway-snx/synthetix-mcp, `lib/auth`). */
function withNonce(
  state: SynthetixState,
  { nonce }: SynthetixRequest,
  signer: Hex,
): SynthetixState | Refusal {
  if (nonce === null) return refuse(400, 'MISSING_REQUIRED_FIELD', 'nonce is required')
  return nonce > (state.nonces[signer] ?? 0)
    ? { ...state, nonces: { ...state.nonces, [signer]: nonce } }
    : refuse(401, 'UNAUTHORIZED', 'Nonce already used')
}

/** Rules on a request whose signer was recovered. */
function rule(before: SynthetixState, request: SynthetixRequest, signer: Hex | null, nowMs: number): Ruling {
  const stop = (answer: Refusal, state = before): Ruling => ({ state, answer })
  const isChange = request.action === 'updateLeverage'
  if (!signer) return stop(refuse(401, 'UNAUTHORIZED', 'Invalid signature'))
  if (isExpired(request, before, nowMs)) return stop(refuse(400, 'VALIDATION_ERROR', 'Request expired'))
  const state = isChange ? withNonce(before, request, signer) : before
  if ('code' in state) return stop(state)
  const id = String(request.subAccountId)
  const account = Object.hasOwn(state.subAccounts, id) ? state.subAccounts[id] : undefined
  if (!account || standing(account, signer, nowMs) === 'none')
    return stop(refuse(403, 'FORBIDDEN', `${signer} is not authorized for subaccount ${id}`), state)
  if (isChange) return changeLeverage(state, request, account, signer, nowMs)
  if (request.action === 'getSubAccount') return { state, answer: subAccountAnswer(id, account) }
  return stop(refuse(400, 'VALIDATION_ERROR', `unknown action ${request.action}`), state)
}

async function trade(body: string, { state, keep, nowMs }: RouteContext): Promise<RoutedAnswer> {
  const read = readSynthetixRequest(body)
  if ('code' in read) return answered(refuse(400, read.code, read.message), nowMs)
  const signer = await synthetixSigner(read.request)
  const whole = state()
  const before = synthetixOf(whole)
  const ruling = rule(before, read.request, signer, nowMs)
  if (ruling.state !== before) keep({ ...whole, synthetix: ruling.state })
  return answered(ruling.answer, nowMs)
}

function info(body: string, { state, nowMs }: RouteContext): RoutedAnswer {
  const parsed = parseStrictJson(body)
  const params = parsed.ok && isObject(parsed.value) ? parsed.value['params'] : null
  if (!isObject(params)) return answered(refuse(400, 'INVALID_FORMAT', 'Invalid request body'), nowMs)
  switch (params['action']) {
    case 'getMarkets':
      return answered(marketsAnswer(), nowMs)
    case 'getMarketPrices':
      return answered(pricesAnswer(nowMs), nowMs)
    case 'getSubAccountIds': {
      const { walletAddress, includeDelegations } = params
      const ids = idsAnswer(synthetixOf(state()), walletAddress, includeDelegations, nowMs)
      return answered('answer' in ids ? ids.answer : refuse(400, 'VALIDATION_ERROR', ids.refusal), nowMs)
    }
    default:
      return answered(refuse(400, 'VALIDATION_ERROR', 'unknown action'), nowMs)
  }
}

/** Works out the honest answer to a request for one of Synthetix' paths. */
export function synthetixRoute(
  { method, url, body, header }: RoutedRequest,
  context: RouteContext,
): RoutedAnswer | Promise<RoutedAnswer> {
  const { nowMs } = context
  if (header('user-agent') === '')
    return answered(refuse(403, 'FORBIDDEN', 'A User-Agent is required'), nowMs)
  if (url.pathname === '/v1/exchange/status')
    return method === 'GET'
      ? json(200, { accepting_orders: true, exchange_status: 'RUNNING', message: '', timestamp_ms: nowMs })
      : answered(refuse(405, 'METHOD_NOT_ALLOWED', 'Method not allowed'), nowMs)
  if (method !== 'POST') return answered(refuse(405, 'METHOD_NOT_ALLOWED', 'Method not allowed'), nowMs)
  return url.pathname === '/v1/info' ? info(body, context) : trade(body, context)
}
