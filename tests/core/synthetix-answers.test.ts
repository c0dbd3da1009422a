import { describe, expect, it } from 'vitest'
import { readTradeAnswer } from '../../shared/venues/synthetix/answer.ts'
import type { SynthetixWire } from '../../shared/venues/synthetix/wire.ts'

const wire: SynthetixWire = {
  subAccountId: '1867542890123456789',
  walletAddress: '0x14791697260E4c9A71f18484C9f997B308e59325',
  symbol: 'BTC-USDT',
  leverage: '20',
  nonce: 1_704_067_200_000,
  expiresAfter: 1_704_067_300_000,
  expiresAfterUnit: 'ms',
  bodyShape: 'A',
}
const answer = (value: unknown, status = 200) =>
  readTradeAnswer({ status, body: JSON.stringify(value), lost: '', sent: true }, wire)
const okay = (response: object) => ({ status: 'ok', response, request_id: 'r', timestamp: 't' })
const failed = (code: string, message = 'no') => ({
  status: 'error',
  error: { code, message, category: 'X' },
})
const denied = (address: string) => answer(failed('UNAUTHORIZED', `signer ${address} is not authorized`), 401)

describe('an answer to a change', () => {
  it('that says what was asked is accepted, whatever way its numbers are written', () => {
    const response = { symbol: 'BTC-USDT', previousLeverage: '10', newLeverage: '20' }
    const accepted = { kind: 'accepted', previous: '10' }
    expect(answer(okay(response))).toEqual(accepted)
    expect(answer(okay({ ...response, previousLeverage: 10, newLeverage: 20 }))).toEqual(accepted)
    expect(answer({ status: 'ok', response, requestId: 'r' })).toEqual(accepted)
  })

  it('that does not tell what was set before is accepted too', () => {
    expect(answer(okay({ symbol: 'BTC-USDT', newLeverage: '20' }))).toEqual({ kind: 'accepted' })
  })

  it.each([
    ['another market', okay({ symbol: 'ETH-USDT', previousLeverage: '10', newLeverage: '20' }), 200],
    ['another leverage', okay({ symbol: 'BTC-USDT', previousLeverage: '10', newLeverage: '25' }), 200],
    ['nothing', okay({}), 200],
    ['ok and HTTP 500', okay({ symbol: 'BTC-USDT', previousLeverage: '10', newLeverage: '20' }), 500],
    ['a code that nobody documents', failed('SOMETHING_NEW'), 400],
    ['another form', { weather: 'fine' }, 200],
  ] as const)('about %s is unknown', (_, value, status) => {
    expect(answer(value, status).kind).toBe('unknown')
  })

  const table: Readonly<Record<'refused' | 'unknown', readonly string[]>> = {
    refused: [
      'VALIDATION_ERROR',
      'MISSING_REQUIRED_FIELD',
      'INVALID_FORMAT',
      'INVALID_VALUE',
      'UNAUTHORIZED',
      'FORBIDDEN',
      'MARKET_NOT_FOUND',
      'MARKET_CLOSED',
      'INSUFFICIENT_MARGIN',
      'ORDER_REJECTED_BY_ENGINE',
      'IDEMPOTENCY_CONFLICT',
      'RATE_LIMIT_EXCEEDED',
    ],
    unknown: [
      'OPERATION_TIMEOUT',
      'INTERNAL_ERROR',
      'DATABASE_ERROR',
      'CACHE_ERROR',
      'REQUEST_TIMEOUT',
      'SERVICE_UNAVAILABLE',
      'NOT_FOUND',
      'METHOD_NOT_ALLOWED',
      'UNKNOWN_ERROR',
    ],
  }
  const codes = (['refused', 'unknown'] as const).flatMap((kind) =>
    table[kind].map((code) => [code, kind] as const),
  )

  it.each(codes)('with the code %s is %s, whatever its HTTP status', (code, kind) => {
    for (const status of [200, 400, 401, 403, 404, 429, 500, 503])
      expect(answer(failed(code), status)).toMatchObject({ kind })
    expect(JSON.stringify(answer(failed(code)))).toContain(code)
  })

  it('that names the signer as unknown says so, and that names another says that it read other fields', () => {
    expect(denied(wire.walletAddress)).toMatchObject({ failure: { code: 'answer.signerUnknown' } })
    expect(denied(`0x${'ab'.repeat(20)}`)).toMatchObject({
      failure: { code: 'answer.refused', message: expect.stringContaining('other fields than were signed') },
    })
  })

  it('that is lost is unknown, or not sent where that is certain', () => {
    const lost = { status: null, body: '', lost: 'reset.' }
    expect(readTradeAnswer({ ...lost, sent: true }, wire).kind).toBe('unknown')
    expect(readTradeAnswer({ ...lost, sent: false }, wire).kind).toBe('notSent')
  })
})
