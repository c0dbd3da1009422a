/**
 * How the practice venue takes Bybit's keys: HMAC-SHA256 over time, key, window and the exact body or query. Written apart
 * from the desk's own signing. Source: Bybit V5 docs, guide and error.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Json } from '../../../shared/strict-json.ts'
import type { Authentication } from './coinswitch.ts'
import type { RoutedRequest } from './routed.ts'
import { coded } from './v5-answers.ts'
import type { PracticeV5Account } from './v5-state.ts'

/** How far a time stamp may be ahead of the venue's clock, in ms. */
const aheadMs = 1000

const queryOf = (target: string): string => target.split('?').slice(1).join('?')

const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** Checks key, time stamp and signature of a request. */
export function authenticateBybit(
  { keys }: PracticeV5Account,
  { method, target, header, body }: RoutedRequest,
  nowMs: number,
): Authentication {
  const refuse = (code: number, message: string): Authentication => ({ refusal: coded(nowMs, code, message) })
  const keyId = header('x-bapi-api-key')
  const key = Object.hasOwn(keys, keyId) ? keys[keyId] : undefined
  if (!key || key.secret === null) return refuse(10003, 'API key is invalid.')
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return refuse(33004, 'Your api key has expired.')
  const timestamp = header('x-bapi-timestamp')
  const recvWindow = header('x-bapi-recv-window')
  if (!/^\d{13}$/.test(timestamp) || !/^\d{0,5}$/.test(recvWindow))
    return refuse(10001, 'params error: timestamp or recv_window')
  const windowMs = recvWindow === '' ? 5000 : Number(recvWindow)
  if (Number(timestamp) < nowMs - windowMs || Number(timestamp) >= nowMs + aheadMs)
    return refuse(10002, `invalid request, please check your server timestamp or recv_window param`)
  const payload = method === 'GET' ? queryOf(target) : body
  const right = createHmac('sha256', key.secret)
    .update(`${timestamp}${keyId}${recvWindow}${payload}`)
    .digest('hex')
  if (!sameText(right, header('x-bapi-sign'))) return refuse(10004, 'error sign! origin_string')
  return { keyId, stamp: timestamp, refusal: null }
}

/** `result` of `GET /v5/user/query-api`. */
export function practiceKeyInfo({ keys }: PracticeV5Account, keyId: string): Json {
  const key = keys[keyId]
  return {
    id: '1',
    note: 'practice',
    apiKey: keyId,
    readOnly: key?.readOnly ? 1 : 0,
    secret: '',
    permissions: { ContractTrade: key?.readOnly ? [] : ['Order', 'Position'], Spot: [], Wallet: [] },
    ips: ['*'],
    type: 1,
    expiredAt: key?.expiresAtMs ? new Date(key.expiresAtMs).toISOString() : '',
    unified: 0,
    uta: 1,
  }
}

/** `result` of `GET /v5/account/info`: a unified account of the second kind. */
export const practiceAccountInfo = ({ marginMode }: PracticeV5Account): Json => ({
  unifiedMarginStatus: 5,
  marginMode,
  isMasterTrader: false,
  updatedTime: '1750000000000',
})
