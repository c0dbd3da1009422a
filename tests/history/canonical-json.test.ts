import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalJson,
  readCanonicalObject,
  wellFormed,
  type JsonObject,
} from '../../shared/history/canonical-json.ts'
import type { Json } from '../../shared/strict-json.ts'

const text = (value: unknown): string => {
  const result = canonicalJson(value)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const refusal = (value: unknown): string => {
  const result = canonicalJson(value)
  return result.ok ? 'accepted' : `${result.error.code} ${result.error.field}`
}

/** JSON values as RFC 8785 can hold them. */
const exactJson = fc
  .jsonValue({ noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json)

describe('canonical JSON gives the answers printed in RFC 8785', () => {
  it('writes the sample of section 3.2.2, but for the number 1E30, which no two readers hold exactly', () => {
    const sample = `{"numbers": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}`
    expect(text(JSON.parse(sample))).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    expect(refusal({ numbers: [1e30] })).toBe('input.badField numbers.0')
  })

  it('sorts names by UTF-16 code units, as in section 3.2.3', () => {
    const sample = `{"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One", "\\ud83d\\ude00": "Emoji: Grinning Face", "\\u0080": "Control", "\\u00f6": "Latin Small Letter O With Diaeresis"}`
    expect(Object.values(JSON.parse(text(JSON.parse(sample))) as JsonObject)).not.toHaveLength(0)
    const order = [...text(JSON.parse(sample)).matchAll(/:"([^"]*)"/g)].map((match) => match[1])
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
  })

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['4340000000000001', 'refused'],
    ['433fffffffffffff', '9007199254740991'],
    ['c33fffffffffffff', '-9007199254740991'],
    ['4340000000000000', 'refused'],
    ['7fefffffffffffff', 'refused'],
    ['7fffffffffffffff', 'refused'],
    ['7ff0000000000000', 'refused'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ])('writes the IEEE 754 number %s of appendix B as %s', (bits, expected) => {
    const bytes = new DataView(new ArrayBuffer(8))
    bytes.setBigUint64(0, BigInt(`0x${bits}`))
    const result = canonicalJson(bytes.getFloat64(0))
    expect(result.ok ? result.value : 'refused').toBe(expected)
  })
})

describe('canonical JSON refuses what it cannot hold exactly, and names it', () => {
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'the value'],
    ['undefined in an object', { a: { b: undefined } }, 'a.b'],
    ['a hole in an array', { a: Object.assign([1], { length: 2 }) }, 'a.1'],
    ['NaN', { a: Number.NaN }, 'a'],
    ['infinity', [1, Number.NEGATIVE_INFINITY], '1'],
    ['a whole number above 2^53 - 1', { leverage: 2 ** 53 }, 'leverage'],
    ['bigint', { nonce: 1n }, 'nonce'],
    ['a function', { a: () => 1 }, 'a'],
    ['a symbol', { a: Symbol('a') }, 'a'],
    ['a lone surrogate', { a: ['x\ud800'] }, 'a.0'],
    ['a lone surrogate in a name', { ['\udc00']: 1 }, '\ufffd'],
    ['a Date', { at: new Date(0) }, 'at'],
    ['a Map', { map: new Map() }, 'map'],
    ['bytes', { bytes: new Uint8Array(2) }, 'bytes'],
    ['an object with toJSON', Object.assign(Object.create({ toJSON: () => 1 }), {}), 'the value'],
  ])('%s', (_, value, field) => {
    expect(refusal(value)).toBe(`input.badField ${field}`)
  })

  it('a value that contains itself, or is nested without end', () => {
    expect(refusal(cyclic)).toMatch(/^input\.badField self\.self/)
  })
})

describe('canonical JSON is one text for one value', () => {
  it('is read back as the same value, and is its own canonical text', () => {
    fc.assert(
      fc.property(exactJson, (value) => {
        const result = canonicalJson(value)
        if (!result.ok) return // an unsafe whole number
        expect(JSON.parse(result.value)).toEqual(value)
        expect(text(JSON.parse(result.value))).toBe(result.value)
      }),
    )
  })

  it('does not depend on the order in which names were set, not even for __proto__', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(fc.string(), fc.constant('__proto__'))), (names) => {
        const forth = Object.fromEntries(names.map((name) => [name, name]))
        const back = Object.fromEntries(names.toReversed().map((name) => [name, name]))
        expect(text(forth)).toBe(text(back))
      }),
    )
    expect(text(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}')
  })

  it('readCanonicalObject takes only that one text', () => {
    expect(readCanonicalObject('{"a":1,"b":2}')).toEqual({ a: 1, b: 2 })
    for (const other of [
      '{"b":2,"a":1}',
      '{"a":1, "b":2}',
      '{"a":1,"a":1}',
      '{"a":1.0}',
      '[]',
      'null',
      '1',
      '',
      '{',
    ]) {
      expect(readCanonicalObject(other)).toBeNull()
    }
  })
})

describe('readCanonicalObject', () => {
  const names = fc.oneof(fc.string({ unit: 'binary' }), fc.nat(20).map(String), fc.constant('__proto__'))
  const leaf = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.constant('\ud800'),
    fc.maxSafeNat(),
  )
  const tree = fc.letrec<{ tree: Json; object: JsonObject }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, leaf as fc.Arbitrary<Json>, fc.array(tie('tree')), tie('object')),
    object: fc.dictionary(names, tie('tree')),
  }))

  it('agrees with writing the value canonically, however the text was written', () => {
    const texts = fc
      .tuple(tree.object, fc.constantFrom('canonical', 'stringified', 'escaped', 'spaced'))
      .map(([value, how]) => {
        const canonical = canonicalJson(value)
        if (how === 'canonical' && canonical.ok) return canonical.value
        if (how === 'spaced') return JSON.stringify(value, null, 1)
        const text = JSON.stringify(value)
        // A letter that stands in no escape and in no literal.
        return how === 'escaped' ? text.replaceAll('o', '\\u006f') : text
      })
    fc.assert(
      fc.property(texts, (text) => {
        const value = JSON.parse(text) as JsonObject
        const canonical = canonicalJson(value)
        const expected = canonical.ok && canonical.value === text ? value : null
        expect(readCanonicalObject(text)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe('wellFormed', () => {
  it('replaces lone surrogates everywhere and changes nothing else', () => {
    expect(wellFormed({ 'k\ud800': ['\udc00x', { a: 1.5, b: null }] })).toEqual({
      'k\ufffd': ['\ufffdx', { a: 1.5, b: null }],
    })
    fc.assert(
      fc.property(exactJson, (value) => {
        expect(wellFormed(value)).toEqual(value)
      }),
    )
    const hostile = JSON.parse('{"__proto__":{"polluted":true}}') as JsonObject
    expect(text(wellFormed(hostile))).toBe('{"__proto__":{"polluted":true}}')
  })
})
