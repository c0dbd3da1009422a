/**
 * How the practice venue takes Bybit's keys: HMAC-SHA256 over time, key, window and the exact body or query. Written apart
 * from the desk's own signing. Source: Bybit V5 docs, guide and error.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Json } from '../../../shared/strict-json.ts'
import type { Authentication } from './coinswitch.ts'
import type { RoutedAnswer, RoutedRequest } from './routed.ts'
import { coded, envelope } from './v5-answers.ts'
import { permissionsOf, type PracticeV5Account } from './v5-state.ts'

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

const dayMs = 86_400_000

/** All groups of permissions (Bybit V5 docs, user/apikey-info); each one is listed, with nothing in it where it is not given. */
const groups = [
  'ContractTrade',
  'Spot',
  'Wallet',
  'Options',
  'Derivatives',
  'Exchange',
  'Earn',
  'NFT',
  'BlockTrade',
  'Affiliate',
  'CopyTrading',
]

/** A time as Bybit writes it, to the second. */
const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

/** Answers `GET /v5/user/query-api`, which takes nothing: it is about the key that asks. */
export function practiceKeyInfo(
  { keys }: PracticeV5Account,
  keyId: string,
  { url }: RoutedRequest,
  nowMs: number,
): RoutedAnswer {
  const key = keys[keyId]
  if (!key || url.search !== '') return coded(nowMs, 10001, 'params error: no parameter is taken')
  const { readOnly, expiresAtMs } = key
  const permissions = permissionsOf(key)
  // A key that is bound to internet addresses does not end, which Bybit says in this way.
  const end =
    expiresAtMs === null
      ? { ips: ['192.0.2.1'], deadlineDay: -2, expiredAt: timeText(0) }
      : {
          ips: ['*'],
          deadlineDay: Math.floor((expiresAtMs - nowMs) / dayMs),
          expiredAt: timeText(expiresAtMs),
        }
  return envelope(nowMs, {
    id: '1',
    note: 'practice',
    apiKey: keyId,
    readOnly: readOnly ? 1 : 0,
    secret: '',
    permissions: Object.fromEntries(groups.map((group) => [group, [...(permissions[group] ?? [])]])),
    ...end,
    type: 1,
    createdAt: timeText(1_750_000_000_000),
    unified: 0,
    uta: 1,
    isMaster: true,
    parentUid: '0',
  })
}

/** `result` of `GET /v5/account/info`: a unified account of the second kind. */
export const practiceAccountInfo = ({ marginMode }: PracticeV5Account): Json => ({
  unifiedMarginStatus: 5,
  marginMode,
  isMasterTrader: false,
  updatedTime: '1750000000000',
})
