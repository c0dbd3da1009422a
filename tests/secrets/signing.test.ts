import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyLifeOf } from '../../shared/keys.ts'
import { publicKeyOf, readSecret, signatureOf } from '../../electron/secrets/clear-key.ts'
import { isRead } from '../../electron/secrets/reading-gate.ts'
import { altered } from '../support/altered.ts'
import { failureOf, must, publicKey, seed } from './support.ts'

const secret = Buffer.from(seed, 'hex')

describe('an Ed25519 key', () => {
  it('signs as RFC 8032, 7.1 says', () => {
    expect(publicKeyOf(secret)).toBe(publicKey)
    expect(signatureOf('ed25519', secret, '')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    )
  })

  it.each([seed, seed.toUpperCase(), `0x${seed}`, ` ${seed}\r\n`])('is read from "%s"', (text) => {
    expect(must(readSecret('ed25519', Buffer.from(text)))).toEqual(secret)
  })

  it.each([
    '',
    seed.slice(1),
    `${seed}00`,
    `${seed}${publicKey}`,
    altered(seed, '9', 'g'),
    `0x0x${seed.slice(4)}`,
  ])('is not read from "%s", and the failure does not repeat it', (text) => {
    const failure = failureOf(readSecret('ed25519', Buffer.from(text)))
    expect(failure).toMatchObject({ code: 'input.badField', field: 'secret' })
    if (text !== '') expect(JSON.stringify(failure)).not.toContain(text.slice(0, 12))
  })
})

describe('an HMAC key', () => {
  it('signs with HMAC-SHA256', () => {
    // RFC 4231, 4.3.
    expect(signatureOf('hmacSha256', Buffer.from('Jefe'), 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
    expect(signatureOf('hmacSha256', Buffer.from('é'), 'é')).toBe(
      createHmac('sha256', 'é').update('é').digest('hex'),
    )
  })

  it.each(['short', 'with a space in the middle', 'a'.repeat(257), 'élongated-beyond-16'])(
    'is not read from "%s"',
    (text) => {
      expect(failureOf(readSecret('hmacSha256', Buffer.from(text))).field).toBe('secret')
    },
  )
})

describe('a key that was opened for reading', () => {
  const key = 'XXXXXXXX1234'
  it.each([
    ['coinswitch', 'GET/v5/position/list?category=linear&symbol=BTCUSDT1756460695432'],
    ['coinswitch', 'GET/v5/market/time1756460695432'],
    ['bybit', `1756460695432${key}5000category=linear&symbol=BTCUSDT`],
    ['bybit', `1756460695432${key}5000symbol=BTCUSDT`],
    ['bybit', `1756460695432${key}5000`],
  ] as const)('signs the read of %s: %s', (venue, text) => {
    expect(isRead(venue, key, text)).toBe(true)
  })

  it.each([
    ['coinswitch', 'POST/v5/position/set-leverage1756460695432'],
    ['coinswitch', 'post/v5/position/set-leverage1756460695432'],
    ['coinswitch', 'GET'],
    ['coinswitch', 'GETPOST/v5/position/set-leverage1756460695432'],
    ['coinswitch', ' GET/v5/position/list1756460695432'],
    ['coinswitch', 'DELETE/v5/order1756460695432'],
    ['coinswitch', 'GET/v5/time1756460695432\nPOST/v5/position/set-leverage1756460695432'],
    ['bybit', `1756460695432${key}5000{"category":"linear","symbol":"BTCUSDT","buyLeverage":"2"}`],
    ['bybit', `1756460695432${key}5000 {"category":"linear"}`],
    ['bybit', `1756460695432${key}5000[{"category":"linear"}]`],
    ['bybit', `1756460695432${key}5000a={"buyLeverage":"2"}`],
    ['bybit', `1756460695432${key}5000category`],
    ['bybit', `1756460695432${key}`],
    ['bybit', `1756460695432OTHERKEY5000category=linear`],
    ['bybit', `${key}5000category=linear`],
    ['hyperliquid', 'GET/v5/position/list1756460695432'],
    ['compass', 'GET/v5/position/list1756460695432'],
  ] as const)('refuses at %s: %s', (venue, text) => {
    expect(isRead(venue, key, text)).toBe(false)
  })
})

describe('how near its end a key is', () => {
  const now = Date.parse('2026-11-20T10:00:00Z')
  it.each([
    [null, 'endless'],
    ['2026-11-20T10:00:00.000Z', 'over'],
    ['2026-11-20T10:00:00.001Z', 'ending'],
    ['2026-11-23T10:00:00.000Z', 'ending'],
    ['2026-11-23T10:00:00.001Z', 'good'],
  ] as const)('with its end at %s it is %s', (at, life) => {
    expect(keyLifeOf(at, now)).toBe(life)
  })
})
