import { describe, expect, it } from 'vitest'
import { check } from '../../shared/check.ts'
import { factPatterns } from '../../shared/approvals/facts.ts'
import { canonicalJson, type JsonObject } from '../../shared/history/canonical-json.ts'
import { recomputeDigests, type UndigestedRequest } from '../../shared/prepared-request.ts'
import type { RequestFacts } from '../../shared/venues/module.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import { rulesOf, venueIds, type VenueId } from '../../shared/venues/registry.ts'
import type { Wires } from '../../shared/venues/wires.ts'
import { factsOf, nowMs, pureCaseOf, pureCases } from './cases.ts'
import { altered, leavesOf, reversed, withLeaf } from './leaves.ts'

type AnyWire = Wires[VenueId]

const signature = { r: `0x${'11'.repeat(32)}`, s: `0x${'22'.repeat(32)}`, v: 27 } as const

const answered = (status: number | null, body: string, change: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status,
  body,
  lost: '',
  sent: true,
  ...change,
})

/** JSON that is too deep for whoever walks it by calling himself. */
const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

const typeOf = (value: unknown): string => (value === null ? 'null' : typeof value)

/** Values that no field may have, beside those of another type than its own. */
const neverRight: readonly unknown[] = [[], {}, '', ' ', -1, 1.5, 2 ** 60, Number.NaN]
const ofEveryType: readonly unknown[] = [null, true, 'text', 7]

it('every venue has a case, and no case is of a venue that is not there', () => {
  expect(Object.keys(pureCases).toSorted()).toEqual(venueIds.toSorted())
})

describe.each(venueIds)('the rules of %s', (id) => {
  const rules = rulesOf(id)
  const one = pureCaseOf(id)
  const { wire, others, nullable, unsigned, accepted, refused } = one
  const facts = factsOf(one)
  const undigested = (change: JsonObject = {}): UndigestedRequest =>
    ({
      format: 1,
      venue: id,
      origin: 'https://venue.example',
      ...facts,
      from: { ...facts.from, readAtMs: nowMs },
      stake: { markPrice: '97250.5', position: null },
      approval: rules.signedBy === 'apiKey' ? 'text' : 'none',
      ...change,
      // The wire is of the venue, for the venue's own rules made it.
    }) as UndigestedRequest
  const changed = (path: string, leaf: unknown): AnyWire => withLeaf(wire, path, leaf) as AnyWire
  const different = Object.entries(others).filter(([, value]) => value !== null)

  it('take the wire of a plain change as it was built, and have a case for every field of it', () => {
    expect(check(rules.wireSchema, wire)).toEqual({ ok: true, value: wire })
    expect(Object.keys(others).toSorted()).toEqual(
      leavesOf(wire)
        .map(([path]) => path)
        .toSorted(),
    )
    for (const [path, value] of different)
      expect(check(rules.wireSchema, changed(path, value)), path).toMatchObject({ ok: true })
  })

  it('refuse a wire with an unknown field, naming it', () => {
    expect(check(rules.wireSchema, { ...wire, note: 1 })).toMatchObject({
      error: { code: 'input.unknownField', field: 'note' },
    })
  })

  it.each(leavesOf(wire))('refuse a wire without %s, naming it', (path) => {
    expect(check(rules.wireSchema, changed(path, undefined))).toMatchObject({
      ok: false,
      error: { field: path },
    })
  })

  it.each(leavesOf(wire))('refuse a wire whose %s is of a wrong type or out of range', (path, value) => {
    const allowed = new Set([
      typeOf(value),
      typeOf(others[path]),
      ...(nullable.includes(path) ? ['null'] : []),
    ])
    if (!nullable.includes(path)) allowed.delete('null')
    const wrong = [...neverRight, ...ofEveryType.filter((given) => !allowed.has(typeOf(given)))]
    for (const given of wrong)
      expect(check(rules.wireSchema, changed(path, given)), JSON.stringify(given)).toMatchObject({
        ok: false,
        error: { code: 'input.badField' },
      })
  })

  it.each(leavesOf(wire))('a wire whose %s changed has another digest', (path) => {
    const value = others[path] ?? null
    if (value === null) return expect(nullable).not.toContain(path)
    const before = recomputeDigests(undigested())
    const after = recomputeDigests(undigested({ wire: changed(path, value) as JsonObject }))
    expect(after.request).not.toBe(before.request)
    const covered = rules.signedBy === 'apiKey' || !unsigned.includes(path)
    expect(after.digest !== before.digest).toBe(covered)
  })

  it('a request in which any shown field changed has another digest', () => {
    const before = recomputeDigests(undigested()).request
    const shown = leavesOf(undigested()).filter(([path]) => !/^(wire\.|venue$|network$)/.test(path))
    expect(shown.length).toBeGreaterThan(14)
    for (const [path, value] of shown) {
      const after = withLeaf(undigested(), path, altered(value)) as UndigestedRequest
      expect(recomputeDigests(after).request, path).not.toBe(before)
    }
  })

  it('see no disagreement in a plain change', () => {
    expect(rules.disagreement(facts)).toBeNull()
  })

  it.each<[string, Partial<RequestFacts<AnyWire>>, RegExp]>([
    [
      'market',
      { market: { ...facts.market, symbol: 'OTHER', id: facts.market.id === null ? null : 9 } },
      /^market\./,
    ],
    ['leverage', { to: { ...facts.to, leverage: '11' } }, /^to\.leverage$/],
    ['leverage of the sell side', { to: { ...facts.to, sellLeverage: '11' } }, /^to\.(sellL|l)everage$/],
    ['margin mode', { to: { ...facts.to, isCross: !facts.to.isCross } }, /^to\.isCross$/],
  ])('name the field where the %s that is shown is not the one in the payload', (_, change, field) => {
    expect(rules.disagreement({ ...facts, ...change })).toMatch(field)
  })

  it('name the field where the payload is of another account than the one that is shown', () => {
    if (one.otherAccount === null) {
      const named = JSON.stringify(wire).includes(facts.account.address)
      return expect(named).toBe(false)
    }
    const { change, field } = one.otherAccount
    expect(rules.disagreement({ ...facts, ...change })).toBe(field)
  })

  it('agree on deadline, expiry and the end of all doubt', () => {
    const expiry = rules.expiresAfterOf(wire)
    const deadline = rules.deadlineOf(wire)
    expect(expiry).toBe(one.input.expiresAfter)
    expect(deadline).toBeGreaterThan(nowMs)
    expect(deadline).toBeLessThanOrEqual(expiry ?? deadline)
    let last = 0
    for (const sentAtMs of [nowMs, nowMs + 1_000, deadline - 1, deadline]) {
      const over = rules.overAt(wire, sentAtMs)
      expect(over).toBeGreaterThanOrEqual(sentAtMs)
      expect(over).toBeGreaterThanOrEqual(last)
      if (rules.carriesExpiry) expect(over).toBeGreaterThan(expiry ?? 0)
      last = over
    }
  })

  it('write the same body whatever the order of the fields, and it is exact JSON', () => {
    const given = rules.signedBy === 'device' ? signature : null
    const body = rules.bodyOf(wire, given)
    expect(rules.bodyOf(structuredClone(wire), given)).toBe(body)
    expect(rules.bodyOf(reversed(wire) as AnyWire, given)).toBe(body)
    expect(canonicalJson(JSON.parse(body) as JsonObject)).toMatchObject({ ok: true })
    expect(body).not.toMatch(/undefined|NaN|null,"nonce"/)
  })

  it('put a signature of the Ledger into the body, and of an API key nothing at all', () => {
    if (rules.signedBy === 'device') {
      expect(rules.bodyOf(wire, signature)).toContain('11'.repeat(32))
      return expect(() => rules.bodyOf(wire, null)).toThrow('signed by the device')
    }
    const body = rules.bodyOf(wire, null)
    expect(rules.bodyOf(wire, signature)).toBe(body)
    expect(body).not.toContain(one.input.keyId)
    expect(rules.typedDataOf(wire, 'mainnet')).toBeNull()
  })

  it('read the two answers that are certain', () => {
    expect(rules.readAnswer(answered(accepted.status, accepted.body), wire)).toMatchObject({
      kind: 'accepted',
    })
    const refusal = rules.readAnswer(answered(refused.status, refused.body), wire)
    expect(refusal).toMatchObject({
      kind: 'refused',
      failure: { outcome: 'sent', message: expect.stringContaining(refused.words) },
    })
  })

  it.each<[string, HttpAnswer]>([
    ['500', answered(500, accepted.body)],
    ['502 with a page', answered(502, '<html>Bad gateway</html>')],
    ['a page in HTML', answered(200, '<!doctype html><p>One moment, please.</p>')],
    ['202 without a word', answered(202, '')],
    ['nothing', answered(200, '')],
    ['ten megabytes of noise', answered(200, 'x'.repeat(10_000_000))],
    ['brackets that never close', answered(200, '['.repeat(100_000))],
    ['a list a hundred thousand deep', answered(200, deep)],
    ['a number', answered(200, '7')],
    ['null', answered(200, 'null')],
    ['a list', answered(200, `[${accepted.body}]`)],
    ['another object', answered(200, '{"weather":"fine"}')],
    ['an answer that was lost', answered(null, '', { lost: 'the connection broke.' })],
  ])('call the outcome unknown after %s', (_, answer) => {
    expect(rules.readAnswer(answer, wire).kind).toBe('unknown')
  })

  it('call the outcome unknown wherever the answer is cut', () => {
    for (let length = 0; length < accepted.body.length; length += 1)
      expect(rules.readAnswer(answered(200, accepted.body.slice(0, length)), wire).kind).toBe('unknown')
  })

  it('say that nothing was sent only where that is certain', () => {
    expect(rules.readAnswer(answered(null, '', { lost: 'refused.', sent: false }), wire)).toMatchObject({
      kind: 'notSent',
      failure: { outcome: 'not-sent' },
    })
  })

  it('never throw at an answer with a field of a wrong type, at any status', () => {
    const kinds = new Set(['accepted', 'refused', 'unknown'])
    for (const said of [accepted, refused]) {
      const parsed: unknown = JSON.parse(said.body)
      for (const [path] of leavesOf(parsed)) {
        for (const given of [undefined, ...neverRight, ...ofEveryType]) {
          const body = JSON.stringify(withLeaf(parsed, path, given))
          for (const status of [200, 202, 400, 422, 429, 500])
            expect(kinds).toContain(rules.readAnswer(answered(status, body), wire).kind)
        }
      }
    }
  })

  it('call the outcome unknown where a field of the answer has no end of levels', () => {
    for (const said of [accepted, refused]) {
      const parsed: unknown = JSON.parse(said.body)
      for (const [path] of leavesOf(parsed)) {
        const body = JSON.stringify(withLeaf(parsed, path, 'deep')).replace('"deep"', deep)
        expect(rules.readAnswer(answered(said.status, body), wire).kind, path).toBe('unknown')
      }
    }
  })

  it('name whose leverage changes as an approval can say it', () => {
    expect(rules.subjectOf(facts)).toMatch(new RegExp(`^${factPatterns.subject}$`))
  })

  it('take the settings of their venue, and refuse one that is not known', () => {
    expect(check(rules.settingsSchema, one.settings)).toMatchObject({ ok: true })
    expect(check(rules.settingsSchema, { ...one.settings, colour: 'green' })).toMatchObject({
      error: { code: 'input.unknownField', field: 'colour' },
    })
  })
})
