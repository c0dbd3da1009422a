import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRunningApp } from '../../electron/device/app-state.ts'
import { readApprovalText } from '../../shared/approvals/text.ts'
import { readApprovalTypedData } from '../../shared/approvals/typed-data.ts'
import { canonicalDecimal } from '../../shared/decimal.ts'
import { fromLine } from '../../shared/history/jsonl.ts'
import { inspect } from '../../shared/inspect/inspect.ts'
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import { readSignatureHex } from '../../shared/signature.ts'
import { parseAnswerJson, parseStrictJson } from '../../shared/strict-json.ts'
import { readOpportunities } from '../../shared/venues/compass/markets.ts'
import { readPrepared } from '../../shared/venues/compass/prepared.ts'
import { readMarkets } from '../../shared/venues/hyperliquid/markets.ts'
import { readExchangeBody } from '../../shared/venues/hyperliquid/request.ts'
import { readActiveAsset, readPosition } from '../../shared/venues/hyperliquid/state.ts'
import { readAgentTypedData } from '../../shared/venues/hyperliquid/typed-data.ts'
import { rulesOf, venueIds } from '../../shared/venues/registry.ts'
import { sampleRequest, sampleSignature } from './sample.ts'

const zero = `0x${'0'.repeat(40)}` as const

/** Every reader of a JSON value. A row each: what it reads, and how. */
const readers: Readonly<Record<string, (value: unknown) => { readonly ok: boolean }>> = {
  'a prepared request': (value) => readPreparedRequest(value, 'R'),
  'an exchange body': readExchangeBody,
  'typed data of a phantom agent': (value) => readAgentTypedData(value),
  'typed data of an approval': readApprovalTypedData,
  'a change prepared by Compass': readPrepared,
  'markets of Compass': readOpportunities,
  'dexes of Hyperliquid': (value) => readMarkets([], value),
  'markets of Hyperliquid': (value) => readMarkets(value, [null]),
  'the leverage that is set': (value) => readActiveAsset(value, zero, 'BTC'),
  positions: (value) => readPosition(value, 'BTC'),
  'a signature': (value) => readSignatureHex(value),
}

const answers = venueIds.map((id) => [rulesOf(id).name, rulesOf(id)] as const)

const corpus = readdirSync(new URL('corpus', import.meta.url)).map(
  (name) => [name, readFileSync(new URL(`corpus/${name}`, import.meta.url), 'utf8')] as const,
)

/** What looks like the real thing with anything in one of its places. */
const nearlyRight = fc
  .tuple(fc.constantFrom(...Object.keys(sampleRequest)), fc.jsonValue())
  .map(([key, value]) => ({ ...sampleRequest, [key]: value }))

const runs = { numRuns: 300 }

describe('reading JSON values of any kind', () => {
  it.each(Object.entries(readers))('%s: a value or a failure, never an exception', (_, read) => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), nearlyRight, fc.anything()), (value) => {
        expect(typeof read(value).ok).toBe('boolean')
      }),
      runs,
    )
  })

  it.each(Object.entries(readers))('%s: what only looks like it is refused', (_, read) => {
    for (const value of [
      null,
      undefined,
      [],
      {},
      '',
      0,
      Number.NaN,
      { __proto__: null },
      sampleSignature.slice(1),
    ])
      expect(read(value).ok && value !== null && !Array.isArray(value)).toBe(false)
  })
})

describe('reading text of any kind', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.constantFrom(...corpus.map(([, found]) => found)),
  )

  it('never throws, hangs or invents a sound payload', () => {
    fc.assert(
      fc.property(text, (found) => {
        parseStrictJson(found)
        parseAnswerJson(found)
        fromLine(found)
        readApprovalText(found)
        canonicalDecimal(found)
        expect(inspect(found, { network: null, nowMs: 1_795_000_000_000 }).verdict).not.toBe('verified')
      }),
      runs,
    )
  })

  it.each(answers)('an answer of %s is accepted only when it is one', (_, rules) => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), text, (status, body) => {
        const outcome = rules.readAnswer({ status, body, lost: '', sent: true }, sampleRequest.wire)
        expect(['unknown', 'refused']).toContain(outcome.kind)
      }),
      runs,
    )
  })

  it.each(corpus)('the corpus: %s is refused with a sentence', (_, found) => {
    const { verdict } = inspect(found, { network: null, nowMs: 1_795_000_000_000 })
    expect(['refused', 'mismatch', 'incomplete']).toContain(verdict)
  })
})

it('the answer of a device to "which app runs" is read or refused, whatever its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(typeof parseRunningApp(bytes).ok).toBe('boolean')
    }),
    { numRuns: 2_000 },
  )
})
