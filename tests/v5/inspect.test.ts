import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inspect, isSound } from '../../shared/inspect/inspect.ts'
import { ed25519Sign, vectors } from './support.ts'

const look = (value: unknown) => inspect(JSON.stringify(value), { network: null, nowMs: 0 })
const change = vectors.coinswitch.vectors.find(({ body }) => body?.['buyLeverage'] === '12.5')
if (!change?.body) throw new Error('no vectors')
const { body, headers, apiKey, message } = change
const plain = { category: 'linear', symbol: 'BTCUSDT', buyLeverage: '2', sellLeverage: '2.0' }
const bybitHeaders = {
  'X-BAPI-API-KEY': 'testApiKey0001',
  'X-BAPI-TIMESTAMP': '1672281605082',
  'X-BAPI-RECV-WINDOW': '5000',
  'X-BAPI-SIGN': 'ab'.repeat(32),
}

describe('whose body it is', () => {
  it('bare and without headers is told to be either, with what it sets', () => {
    const found = look(plain)
    expect(found).toMatchObject({ venue: null, verdict: 'computed', signingText: null, signatureValid: null })
    expect(found.intent).toEqual({
      action: 'setLeverage',
      asset: 'BTCUSDT',
      isCross: null,
      leverage: '2',
      nonce: null,
    })
    expect(found.notes.join(' ')).toContain('CoinSwitch and Bybit take the same body')
  })

  it.each(['coinswitch', 'bybit'])('wrapped as %s without headers is computed, without its text', (venue) => {
    expect(look({ venue, payload: plain })).toMatchObject({ venue, verdict: 'computed', signingText: null })
  })

  it('is told by the names of its headers, in any case', () => {
    expect(look({ ...plain, headers: { 'x-auth-epoch': '1719905777483' } })).toMatchObject({
      venue: 'coinswitch',
      signingText: 'POST/v5/position/set-leverage1719905777483',
      verdict: 'computed',
    })
    expect(look({ payload: plain, headers: bybitHeaders })).toMatchObject({
      venue: 'bybit',
      signingText: `1672281605082testApiKey00015000${JSON.stringify(plain)}`,
    })
  })

  it.each([
    ['headers of the other venue', { venue: 'bybit', payload: { ...body, headers } }],
    ['the name of another venue', { venue: 'hyperliquid', payload: { ...body, headers } }],
    ['headers of both', { ...body, headers: { ...headers, ...bybitHeaders } }],
    ['headers inside and beside', { headers, payload: { ...body, headers } }],
    ['headers that are a list', { ...body, headers: [] }],
    ['a key that is none', { ...body, headers: { ...headers, 'X-AUTH-APIKEY': '12' } }],
    ['a header that stands twice', { ...body, headers: { ...headers, 'x-auth-apikey': apiKey } }],
    ['a number as header', { ...body, headers: { ...headers, 'X-AUTH-EPOCH': 1719905777483 } }],
    ['inverse at CoinSwitch', { venue: 'coinswitch', payload: { ...plain, category: 'inverse' } }],
    ['a field too many', { ...plain, leverage: '2' }],
    ['only one side', { category: 'linear', symbol: 'BTCUSDT', buyLeverage: '2' }],
    ['a number as leverage', { ...plain, buyLeverage: 2 }],
    ['a leverage of nothing', { ...plain, buyLeverage: '0.00' }],
    ['an exponent', { ...plain, buyLeverage: '1e1' }],
    ['a symbol in small letters', { ...plain, symbol: 'btcusdt' }],
    ['no symbol, although the venue is said', { venue: 'bybit', payload: { category: 'linear' } }],
  ])('with %s is refused', (_, value) => {
    const found = look(value)
    expect(found.verdict).toBe('refused')
    expect(found.problems).toHaveLength(1)
    expect(isSound(found)).toBe(false)
  })

  it('for spot is no leverage change', () => {
    expect(look({ ...plain, category: 'spot' })).toMatchObject({
      verdict: 'refused',
      problems: [{ code: 'payload.notLeverageChange', field: 'category' }],
    })
  })

  it('headers beside a payload that the Ledger signs are refused', () => {
    expect(look({ headers: {}, payload: { action: {} } })).toMatchObject({
      verdict: 'refused',
      problems: [{ field: 'headers' }],
    })
  })
})

const flipped = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`

describe('the signature of CoinSwitch', () => {
  it.each([
    ['of other bytes', { ...headers, 'X-AUTH-SIGNATURE': flipped(change.signature) }],
    ['of another epoch', { ...headers, 'X-AUTH-EPOCH': '1719905777484' }],
    [
      'of another key',
      { ...headers, 'X-AUTH-APIKEY': '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c' },
    ],
    [
      'over the body as well',
      { ...headers, 'X-AUTH-SIGNATURE': ed25519Sign(change.seed, `${message}${JSON.stringify(body)}`) },
    ],
    ['by a key that is no point', { ...headers, 'X-AUTH-APIKEY': 'ff'.repeat(32) }],
  ])('%s is a mismatch', (_, wrong) => {
    expect(look({ ...body, headers: wrong })).toMatchObject({
      verdict: 'mismatch',
      signatureValid: false,
      problems: [{ code: 'payload.signatureWrong', field: 'headers.X-AUTH-SIGNATURE' }],
    })
  })

  it('is verified in capitals too', () => {
    const shouted = { ...headers, 'X-AUTH-SIGNATURE': change.signature.toUpperCase() }
    expect(look({ ...body, headers: shouted }).verdict).toBe('verified')
  })
})

const asking = (request: object, payload: object = { ...body, headers }) => look({ request, payload })

describe('what was asked for', () => {
  it('is compared as decimal numbers, side by side', () => {
    expect(asking({ asset: 'BTCUSDT', leverage: '12.50', sellLeverage: 3, apiKey }).verdict).toBe('verified')
    expect(asking({ leverage: '2.0' }, plain)).toMatchObject({ verdict: 'computed', problems: [] })
  })

  it.each([
    ['another symbol', { asset: 'ETHUSDT' }, 'symbol'],
    ['another leverage', { leverage: '12.51', sellLeverage: '3' }, 'buyLeverage'],
    ['one leverage where the sides differ', { leverage: '12.5' }, 'sellLeverage'],
    ['another sell side', { leverage: '12.5', sellLeverage: '4' }, 'sellLeverage'],
    ['another key', { apiKey: 'ab'.repeat(32) }, 'headers key'],
  ])('%s is a mismatch, although the signature is right', (_, request, field) => {
    expect(asking(request)).toMatchObject({
      verdict: 'mismatch',
      signatureValid: true,
      problems: [{ code: 'payload.fieldDiffers', field }],
    })
  })

  it('is said to be not compared where the payload says nothing of it', () => {
    const found = asking({ isCross: true, signer: `0x${'11'.repeat(20)}`, asset: 0 })
    expect(found.notes.join(' ')).toContain('nothing of signer, isCross, asset')
  })
})

describe('any text', () => {
  it('gets a verdict and throws nothing', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.constant('2'), fc.constant(null))
    const headersLike = fc.dictionary(fc.constantFrom(...Object.keys({ ...headers, ...bybitHeaders })), value)
    const bodyLike = fc.record(
      { category: value, symbol: value, buyLeverage: value, sellLeverage: value, headers: headersLike },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(bodyLike, fc.constantFrom('coinswitch', 'bybit'), (payload, venue) => {
        expect(look({ venue, payload }).verdict).not.toBe('verified')
      }),
    )
  })

  it('no other leverage, symbol or key makes a wrong signature right', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{128}$/), (signature) => {
        fc.pre(signature !== change.signature)
        const found = look({ ...body, headers: { ...headers, 'X-AUTH-SIGNATURE': signature } })
        expect(found.verdict).toBe('mismatch')
      }),
      { numRuns: 30 },
    )
  })
})
