import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import {
  freshV5,
  practiceOnlyBybitKey as bybitKey,
  practiceOnlyCoinSwitchKey as coinSwitchKey,
  type PracticeV5Account,
} from '../../electron/venues/practice/v5-state.ts'
import { altered } from '../support/altered.ts'
import {
  accountOf,
  bodyText,
  ed25519Name,
  ed25519Sign,
  hmacSign,
  stateWith,
  v5Names,
  type V5Name,
} from './support.ts'

const now = 1_790_000_000_000
const path = '/v5/position/set-leverage'

let venue: PracticeVenue
const begin = async (name?: V5Name, parts: Partial<PracticeV5Account> = {}) => {
  await venue?.close()
  venue = await startPracticeVenue({ now: () => now, ...(name ? { state: stateWith(name, parts) } : {}) })
}
beforeEach(() => begin())
afterEach(() => venue.close())

interface Sent {
  readonly stamp?: number | string
  readonly keyId?: string
  readonly secret?: string
  readonly target?: string
  /** What is signed in place of the right text. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

function coinSwitchHeaders(method: string, target: string, sent: Sent): Record<string, string> {
  const { stamp = now, keyId = coinSwitchKey.keyId, secret = coinSwitchKey.seed } = sent
  const text = sent.text ?? `${method}${decodeURIComponent(target.replaceAll('+', ' '))}${stamp}`
  return {
    'x-auth-apikey': keyId,
    'x-auth-epoch': String(stamp),
    'x-auth-signature': ed25519Sign(secret, text),
    ...sent.headers,
  }
}

function bybitHeaders(payload: string, sent: Sent): Record<string, string> {
  const { stamp = now, keyId = bybitKey.keyId, secret = bybitKey.secret } = sent
  return {
    'x-bapi-api-key': keyId,
    'x-bapi-timestamp': String(stamp),
    'x-bapi-recv-window': '5000',
    'x-bapi-sign': hmacSign(secret, sent.text ?? `${stamp}${keyId}5000${payload}`),
    ...sent.headers,
  }
}

async function call(method: 'GET' | 'POST', target: string, headers: Record<string, string>, body?: string) {
  const present = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))
  const answer = await fetch(`${venue.url}${target}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...present },
    ...(body === undefined ? {} : { body }),
  })
  const text = await answer.text()
  const json = JSON.parse(text) as { retCode?: number; retMsg?: string; message?: string; result?: unknown }
  return { status: answer.status, ...json }
}

const change = (name: V5Name, body: string, sent: Sent = {}) =>
  call(
    'POST',
    path,
    name === 'bybit' ? bybitHeaders(body, sent) : coinSwitchHeaders('POST', path, sent),
    body,
  )

const ask = (name: V5Name, target: string, sent: Sent = {}) =>
  call(
    'GET',
    target,
    name === 'bybit'
      ? bybitHeaders(target.split('?')[1] ?? '', sent)
      : coinSwitchHeaders('GET', target, sent),
  )

const applied = (name: V5Name) => accountOf(venue, name).applied.length

describe.each(v5Names)('a change at %s', (name) => {
  const refused: readonly (readonly [string, string, number])[] = [
    ['no JSON', '{', 10001],
    ['a key that stands twice', altered(bodyText('BTCUSDT', '7'), '{', '{"symbol":"ETHUSDT",'), 10001],
    ['a field too many', altered(bodyText('BTCUSDT', '7'), '}', ',"x":1}'), 10001],
    [
      'a number as leverage',
      '{"category":"linear","symbol":"BTCUSDT","buyLeverage":7,"sellLeverage":7}',
      10001,
    ],
    ['no sell side', '{"category":"linear","symbol":"BTCUSDT","buyLeverage":"7"}', 10001],
    ['an unknown symbol', bodyText('NONEUSDT', '7'), 10001],
    ['a symbol of the other category', bodyText('BTCUSD', '7'), 10001],
    ['a market that is closed', bodyText('OLDUSDT', '7'), 10001],
    ['a leverage below the least', bodyText('XRPUSDT', '1.99'), 10001],
    ['a leverage above the most', bodyText('ETHUSDT', '50.01'), 10001],
    ['a leverage off the step', bodyText('SOLUSDT', '7.25'), 10001],
    ['a finer leverage than a hundredth', bodyText('BTCUSDT', '7.005'), 10001],
    ['no leverage at all', bodyText('BTCUSDT', '0'), 10001],
    ['an exponent', bodyText('BTCUSDT', '1e1'), 10001],
    ['a negative leverage', bodyText('BTCUSDT', '-7'), 10001],
    ['two leverages in one-way mode', bodyText('BTCUSDT', '7', '8'), 10001],
    ['the leverage that is set', bodyText('BTCUSDT', '5.0'), 110043],
    ['less leverage than the margin allows', bodyText('BTCUSDT', '1'), 110044],
    ['more leverage than the size of the position allows', bodyText('SOLUSDT', '25.5'), 110013],
  ]
  it.each(refused)('with %s is refused', async (_, body, retCode) => {
    expect(await change(name, body)).toMatchObject({ status: 200, retCode })
    expect(applied(name)).toBe(0)
  })

  it('is refused for want of margin in isolated mode, and in portfolio mode always', async () => {
    await begin(name, { marginMode: 'ISOLATED_MARGIN' })
    expect(await change(name, bodyText('BTCUSDT', '1'))).toMatchObject({ retCode: 110012 })
    await begin(name, { marginMode: 'PORTFOLIO_MARGIN' })
    expect(await change(name, bodyText('BTCUSDT', '7'))).toMatchObject({ retCode: 110038 })
    expect(applied(name)).toBe(0)
  })

  it('may set the sides apart in hedge mode, but not in cross margin', async () => {
    await begin(name, { hedge: true })
    expect(await change(name, bodyText('BTCUSDT', '7', '8'))).toMatchObject({ retCode: 10001 })
    await begin(name, { hedge: true, marginMode: 'ISOLATED_MARGIN' })
    expect(await change(name, bodyText('BTCUSDT', '7', '8'))).toMatchObject({ retCode: 0, result: {} })
    expect(applied(name)).toBe(1)
  })

  it('is taken once: the same stamp of the same key a second time is refused', async () => {
    expect(await change(name, bodyText('BTCUSDT', '7'))).toMatchObject({ retCode: 0 })
    const again = await change(name, bodyText('BTCUSDT', '8'))
    expect(name === 'bybit' ? again.retCode : again.status).toBe(name === 'bybit' ? 10014 : 401)
    expect(applied(name)).toBe(1)
    expect(await change(name, bodyText('BTCUSDT', '8'), { stamp: now + 1 })).toMatchObject({ retCode: 0 })
  })

  it('needs the permission, where a key may only read', async () => {
    const { keys } = freshV5()[name]
    const readOnly = Object.fromEntries(
      Object.entries(keys).map(([keyId, key]) => [keyId, { ...key, readOnly: true }]),
    )
    await begin(name, { keys: readOnly })
    expect(await change(name, bodyText('BTCUSDT', '7'))).toMatchObject({ retCode: 10005 })
    expect(await ask(name, '/v5/position/list?category=linear&symbol=BTCUSDT')).toMatchObject({ retCode: 0 })
  })

  it('is refused without the JSON content type, by another method and on another path', async () => {
    const body = bodyText('BTCUSDT', '7')
    const headers = name === 'bybit' ? bybitHeaders(body, {}) : coinSwitchHeaders('POST', path, {})
    const plain = { ...headers, 'content-type': 'text/plain' }
    expect((await fetch(`${venue.url}${path}`, { method: 'POST', headers: plain, body })).status).toBe(415)
    expect((await ask(name, path)).status).toBe(404)
    expect((await ask(name, '/v5/order/create')).status).toBe(404)
    expect(applied(name)).toBe(0)
  })

  it('with the headers of neither or of both venues is nobody\u2019s', async () => {
    const body = bodyText('BTCUSDT', '7')
    expect((await call('POST', path, {}, body)).status).toBe(401)
    const both = { ...coinSwitchHeaders('POST', path, {}), ...bybitHeaders(body, {}) }
    expect((await call('POST', path, both, body)).status).toBe(401)
    expect(applied(name)).toBe(0)
  })

  it('survives in the state that is kept, and leaves the other venue alone', async () => {
    await change(name, bodyText('BTCUSDT', '7'))
    const other = name === 'bybit' ? 'coinswitch' : 'bybit'
    const kept = JSON.parse(JSON.stringify(venue.state)) as typeof venue.state
    await venue.close()
    venue = await startPracticeVenue({ now: () => now, state: kept })
    expect([applied(name), applied(other)]).toEqual([1, 0])
    expect((await change(name, bodyText('BTCUSDT', '9'))).retCode).not.toBe(0)
  })
})

describe('a key at CoinSwitch', () => {
  const body = bodyText('BTCUSDT', '7')
  const stranger = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'

  it.each([
    ['no epoch', { headers: { 'x-auth-epoch': '' } }, 400],
    ['an epoch that is no number', { stamp: 'soon' }, 400],
    ['an epoch that is too old', { stamp: now - 60_001 }, 401],
    ['an epoch that is too far ahead', { stamp: now + 60_001 }, 401],
    ['no signature', { headers: { 'x-auth-signature': '' } }, 401],
    ['a signature in capitals', { headers: { 'x-auth-signature': 'AB'.repeat(64) } }, 401],
    ['a key that is not known', { keyId: ed25519Name(stranger), secret: stranger }, 401],
    ['the signature of another key', { secret: stranger }, 401],
    ['another method signed', { text: `GET${path}${now}` }, 401],
    ['another path signed', { text: `POST/v5/position/switch-mode${now}` }, 401],
    ['the body signed as well', { text: `POST${path}${now}${body}` }, 401],
    ['another time signed', { text: `POST${path}${now - 1}` }, 401],
  ])('with %s is refused', async (_, sent, status) => {
    expect((await change('coinswitch', body, sent)).status).toBe(status)
    expect(applied('coinswitch')).toBe(0)
  })

  it('signs the path with its query, decoded', async () => {
    const target = '/v5/position/list?category=linear&symbol=BTC%55SDT'
    expect(await ask('coinswitch', target)).toMatchObject({ status: 200, retCode: 0 })
    expect((await ask('coinswitch', target, { text: `GET${target}${now}` })).status).toBe(401)
  })

  it('may send seconds, as one old sample does', async () => {
    expect(await change('coinswitch', body, { stamp: now / 1000 })).toMatchObject({ retCode: 0 })
  })

  it('is checked at its own path', async () => {
    const target = '/trade/api/v2/validate/keys'
    expect(await ask('coinswitch', target)).toMatchObject({ status: 200, message: 'Valid Access' })
    expect((await ask('coinswitch', target, { secret: stranger })).status).toBe(401)
    expect((await ask('bybit', target)).status).toBe(404)
  })

  it('gives one signature for every body: the venue takes another change with it', async () => {
    const headers = coinSwitchHeaders('POST', path, {})
    expect(await call('POST', path, headers, bodyText('BTCUSDT', '99'))).toMatchObject({ retCode: 0 })
  })
})

describe('a key at Bybit', () => {
  const body = bodyText('BTCUSDT', '7')

  it.each([
    ['no key', { headers: { 'x-bapi-api-key': '' } }, 10003],
    ['a key that is not known', { keyId: 'stranger' }, 10003],
    ['the name of something that every object has', { keyId: 'constructor' }, 10003],
    ['a time stamp that is no number', { stamp: 'soon' }, 10001],
    ['a time stamp in seconds', { stamp: now / 1000 }, 10001],
    ['a time stamp older than the window', { stamp: now - 5001 }, 10002],
    ['a time stamp a second ahead', { stamp: now + 1000 }, 10002],
    ['another secret', { secret: 'guess' }, 10004],
    ['no signature', { headers: { 'x-bapi-sign': '' } }, 10004],
    ['another body signed', { text: `${now}${bybitKey.keyId}5000${bodyText('BTCUSDT', '8')}` }, 10004],
    ['another spacing signed', { text: `${now}${bybitKey.keyId}5000${altered(body, ':', ': ')}` }, 10004],
    ['another window signed', { headers: { 'x-bapi-recv-window': '6000' } }, 10004],
    ['another time signed', { text: `${now - 1}${bybitKey.keyId}5000${body}` }, 10004],
  ])('with %s is refused', async (_, sent, retCode) => {
    expect(await change('bybit', body, sent)).toMatchObject({ status: 200, retCode })
    expect(applied('bybit')).toBe(0)
  })

  it('is taken up to the ends of its window', async () => {
    expect(await change('bybit', body, { stamp: now - 5000 })).toMatchObject({ retCode: 0 })
    expect(await change('bybit', bodyText('BTCUSDT', '8'), { stamp: now + 999 })).toMatchObject({
      retCode: 0,
    })
  })

  it('that has expired is refused', async () => {
    const { keys } = freshV5().bybit
    const expired = Object.fromEntries(
      Object.entries(keys).map(([keyId, key]) => [keyId, { ...key, expiresAtMs: now }]),
    )
    await begin('bybit', { keys: expired })
    expect(await change('bybit', body)).toMatchObject({ retCode: 33004 })
  })

  it('needs the permission for positions, or for derivatives', async () => {
    const given = async (permissions: Readonly<Record<string, readonly string[]>>) => {
      const { keys } = freshV5().bybit
      const changed = Object.entries(keys).map(([keyId, key]) => [keyId, { ...key, permissions }])
      await begin('bybit', { keys: Object.fromEntries(changed) })
      return change('bybit', body)
    }
    expect(await given({ ContractTrade: ['Order'], Wallet: ['Withdraw'] })).toMatchObject({ retCode: 10005 })
    expect(applied('bybit')).toBe(0)
    expect(await given({ ContractTrade: ['Position'] })).toMatchObject({ retCode: 0 })
    expect(await given({ Derivatives: ['DerivativesTrade'] })).toMatchObject({ retCode: 0 })
  })

  it('says what it may do and until when, and in what mode the account is', async () => {
    expect(await ask('bybit', '/v5/user/query-api')).toMatchObject({
      result: {
        apiKey: bybitKey.keyId,
        readOnly: 0,
        permissions: { ContractTrade: ['Position'], Spot: [], Wallet: [] },
        deadlineDay: -2,
        expiredAt: '1970-01-01T00:00:00Z',
      },
    })
    expect(await ask('bybit', '/v5/user/query-api?x=1')).toMatchObject({ retCode: 10001 })
    expect((await ask('coinswitch', '/v5/user/query-api')).status).toBe(404)
    expect(await ask('bybit', '/v5/account/info')).toMatchObject({ result: { marginMode: 'REGULAR_MARGIN' } })
    expect((await ask('coinswitch', '/v5/account/info')).status).toBe(404)
  })
})

describe('what everybody may read', () => {
  it('is the time and the markets, by symbol, by page and by category', async () => {
    expect(await call('GET', '/v5/market/time', {})).toMatchObject({
      retCode: 0,
      time: now,
      result: { timeSecond: '1790000000', timeNano: '1790000000000000000' },
    })
    const list = (query: string) => call('GET', `/v5/market/instruments-info?${query}`, {})
    expect(await list('category=linear&limit=2')).toMatchObject({
      result: { nextPageCursor: '2', list: [{ symbol: 'BTCUSDT' }, { symbol: 'ETHUSDT' }] },
    })
    expect(await list('category=linear&limit=2&cursor=2')).toMatchObject({
      result: { nextPageCursor: '', list: [{ symbol: 'SOLUSDT' }, { symbol: 'XRPUSDT' }] },
    })
    expect(await list('category=linear&symbol=ETHUSDT')).toMatchObject({
      result: { list: [{ symbol: 'ETHUSDT' }] },
    })
    expect(await list('category=option')).toMatchObject({ retCode: 10001 })
  })

  it('is not what an account has', async () => {
    expect((await call('GET', '/v5/position/list?category=linear&symbol=BTCUSDT', {})).status).toBe(401)
  })
})
