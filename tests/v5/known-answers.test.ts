import { describe, expect, it } from 'vitest'
import { inspect } from '../../shared/inspect/inspect.ts'
import { bybitText } from '../../shared/venues/bybit/signing.ts'
import { coinSwitchText, decodedPath } from '../../shared/venues/coinswitch/signing.ts'
import { readSetLeverageBody, setLeverageText } from '../../shared/venues/v5/request.ts'
import { ed25519Name, ed25519Sign, hmacSign, valueOf, vectors } from './support.ts'

const look = (value: unknown) => inspect(JSON.stringify(value), { network: null, nowMs: 0 })

const coinswitch = vectors.coinswitch.vectors
const bybit = vectors.bybit.vectors
const changes = coinswitch.flatMap((one) => (one.body ? [{ ...one, body: one.body }] : []))
const named = <T extends { readonly message: string }>(list: readonly T[]) =>
  list.map((one, place) => [`${place + 1} ${one.message}`, one] as const)

describe('CoinSwitch: method, decoded path and epoch', () => {
  it('holds as many vectors as it says', () => {
    expect(coinswitch).toHaveLength(vectors.coinswitch.count)
    expect(bybit).toHaveLength(vectors.bybit.count)
    expect(changes.length).toBeGreaterThan(6)
  })

  it.each(named(coinswitch))('%s: text, key and signature', (_, one) => {
    expect(valueOf(decodedPath(one.pathOnTheWire))).toBe(one.signedPath)
    const { method, pathOnTheWire: path, epoch } = one
    const text = valueOf(coinSwitchText({ method, path, epoch }))
    expect(text).toBe(one.message)
    expect(ed25519Name(one.seed)).toBe(one.apiKey)
    expect(ed25519Sign(one.seed, text)).toBe(one.signature)
  })

  it('gives every body of one key and epoch the same signature: the body is not bound', () => {
    const bySignature = Map.groupBy(changes, ({ signature }) => signature)
    const shared = [...bySignature.values()].filter((group) => group.length > 1)
    expect(shared.length).toBeGreaterThan(0)
    for (const group of shared) {
      expect(new Set(group.map(({ apiKey, epoch }) => `${apiKey} ${epoch}`)).size).toBe(1)
      expect(new Set(group.map(({ body }) => JSON.stringify(body))).size).toBe(group.length)
    }
    expect(bySignature.size).toBe(new Set(changes.map(({ apiKey, epoch }) => `${apiKey} ${epoch}`)).size)
  })

  it.each([
    [
      'the path as it goes over the wire',
      ({ method, pathOnTheWire, epoch }: (typeof coinswitch)[0]) => `${method}${pathOnTheWire}${epoch}`,
    ],
    [
      'the epoch in seconds',
      ({ method, signedPath, epoch }: (typeof coinswitch)[0]) =>
        `${method}${signedPath}${epoch.slice(0, 10)}`,
    ],
    [
      'the body behind it',
      ({ method, signedPath, epoch, body }: (typeof coinswitch)[0]) =>
        `${method}${signedPath}${epoch}${JSON.stringify(body)}`,
    ],
    [
      'a small method',
      ({ method, signedPath, epoch }: (typeof coinswitch)[0]) =>
        `${method.toLowerCase()}${signedPath}${epoch}`,
    ],
    [
      'no query',
      ({ method, signedPath, epoch }: (typeof coinswitch)[0]) =>
        `${method}${signedPath.split('?')[0]}${epoch}`,
    ],
  ] as const)('a text with %s is another one, wherever it differs', (_, wrong) => {
    const differing = coinswitch.filter((one) => wrong(one) !== one.message)
    expect(differing.length).toBeGreaterThan(0)
    for (const one of differing) expect(ed25519Sign(one.seed, wrong(one))).not.toBe(one.signature)
  })

  it.each(named(changes))('%s: inspect verifies the signature and says what it does not cover', (_, one) => {
    const found = look({ ...one.body, headers: one.headers })
    expect(found).toMatchObject({
      venue: 'coinswitch',
      kind: 'setLeverageBody',
      verdict: 'verified',
      signingText: one.message,
      signatureValid: true,
      problems: [],
      intent: { action: 'setLeverage', asset: one.body['symbol'], leverage: one.body['buyLeverage'] },
    })
    expect(found.notes.join(' ')).toContain('does not bind the body')
  })

  it.each(named(changes))('%s: the body is written and read back byte for byte', (_, { body }) => {
    expect(setLeverageText(valueOf(readSetLeverageBody(body)))).toBe(JSON.stringify(body))
  })
})

describe('Bybit: time, key, window and the exact body', () => {
  it.each(named(bybit))('%s: text and signature', (_, one) => {
    const { timestamp, apiKey: keyId, recvWindow, payload } = one
    const text = bybitText({ timestamp, keyId, recvWindow, payload })
    expect(text).toBe(one.message)
    expect(hmacSign(one.secret, text)).toBe(one.signature)
  })

  it('another spacing of the same body has another signature', () => {
    for (const { timestamp, apiKey: keyId, recvWindow, payload, secret, signature } of bybit) {
      const value: unknown = JSON.parse(payload)
      for (const spaced of [JSON.stringify(value, null, 1), `${payload} `, payload.replaceAll(',', ', ')]) {
        if (spaced === payload) continue
        const text = bybitText({ timestamp, keyId, recvWindow, payload: spaced })
        expect(hmacSign(secret, text)).not.toBe(signature)
      }
    }
  })

  const settings = bybit.filter(({ payload }) => payload.includes('buyLeverage'))
  it.each(named(settings))('%s: the desk writes the body with exactly these bytes', (_, { payload }) => {
    expect(setLeverageText(valueOf(readSetLeverageBody(JSON.parse(payload))))).toBe(payload)
  })

  it.each(named(settings))('%s: inspect gives the text and says that nobody can verify it', (_, one) => {
    const found = look({ venue: 'bybit', payload: { ...JSON.parse(one.payload), headers: one.headers } })
    expect(found).toMatchObject({
      venue: 'bybit',
      verdict: 'computed',
      signingText: one.message,
      signatureValid: null,
    })
    expect(found.notes.join(' ')).toContain('nobody can verify the signature')
  })
})
