/**
 * The known answers are those of RFC 6962's reference implementation (certificate-transparency, merkle_tree_test.cc), as
 * transparency-dev/merkle repeats them in proof/verify_test.go.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nativeBytesSha256 } from '../../electron/store/hashing.ts'
import { createTree, portableHasher, rootOf, treeHasher } from '../../shared/history/merkle.ts'
import {
  consistencyRanges,
  inclusionRanges,
  verifyConsistency,
  verifyInclusion,
  type LeafRange,
} from '../../shared/history/merkle-proof.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(bytes)

const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const inclusions: readonly (readonly [index: number, size: number, proof: readonly string[]])[] = [
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
]

const consistencies: readonly (readonly [old: number, size: number, proof: readonly string[]])[] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
  [
    6,
    7,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
]

const proofOf = (data: readonly Uint8Array[], ranges: readonly LeafRange[]): Uint8Array[] =>
  ranges.map(({ start, end }) => rootOf(data.slice(start, end)))

const rootAt = (size: number): Uint8Array => bytes(roots[size] ?? '')

describe('the known answers of RFC 6962', () => {
  it('are the roots of the trees of 0 to 8 leaves, by either SHA-256', () => {
    for (const hasher of [portableHasher, treeHasher(nativeBytesSha256)]) {
      const tree = createTree(hasher)
      expect(hex(tree.root())).toBe(roots[0])
      for (const [at, leaf] of leaves.entries()) {
        tree.push(leaf)
        expect(tree.size()).toBe(at + 1)
        expect(hex(tree.root())).toBe(roots[at + 1])
      }
    }
  })

  it.each(inclusions)('are the proof that leaf %i is in the tree of %i', (index, size, proof) => {
    const made = proofOf(leaves, inclusionRanges(index, size))
    expect(made.map(hex)).toEqual(proof)
    const leaf = portableHasher.leaf(leaves[index] ?? bytes(''))
    expect(verifyInclusion({ index, size, leaf, root: rootAt(size) }, proof.map(bytes))).toBe(true)
  })

  it.each(consistencies)('are the proof that the tree of %i begins that of %i', (old, size, proof) => {
    const made = proofOf(leaves, consistencyRanges(old, size))
    expect(made.map(hex)).toEqual(proof)
    const trees = { oldSize: old, oldRoot: rootAt(old), size, root: rootAt(size) }
    expect(verifyConsistency(trees, proof.map(bytes))).toBe(true)
  })
})

/** RFC 6962's own recursive definition, to hold the growing tree against. */
const definedRoot = (data: readonly Uint8Array[]): Uint8Array => {
  const [only] = data
  if (only === undefined) return portableHasher.empty
  if (data.length === 1) return portableHasher.leaf(only)
  const k = 2 ** Math.floor(Math.log2(data.length - 1))
  return portableHasher.node(definedRoot(data.slice(0, k)), definedRoot(data.slice(k)))
}

const data = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 70 })
const sizes = data.chain((all) =>
  fc.tuple(fc.constant(all), fc.integer({ min: 1, max: all.length }), fc.nat(all.length - 1)),
)

/** A proof with one hash changed, gone, doubled or added. */
const spoilt = (proof: readonly Uint8Array[]): Uint8Array[][] => [
  [...proof, new Uint8Array(32)],
  [new Uint8Array(32), ...proof],
  ...proof.flatMap((hash, at) => [
    proof.toSpliced(at, 1),
    proof.toSpliced(at, 0, hash),
    proof.with(
      at,
      hash.map((byte, index) => (index === at % 32 ? byte ^ 1 : byte)),
    ),
    proof.with(at, hash.slice(1)),
  ]),
]

describe('a tree that grows', () => {
  it('has the root that the definition gives, at every size', () => {
    fc.assert(
      fc.property(data, (all) => {
        expect(rootOf(all)).toEqual(definedRoot(all))
      }),
    )
  })
})

describe('a proof of inclusion', () => {
  it('verifies for every leaf, and for no other leaf, place, size or root', () => {
    fc.assert(
      fc.property(sizes, ([all, , index]) => {
        const size = all.length
        const root = rootOf(all)
        const leaf = portableHasher.leaf(all[index] ?? new Uint8Array())
        const proof = proofOf(all, inclusionRanges(index, size))
        const right = { index, size, leaf, root }
        expect(verifyInclusion(right, proof)).toBe(true)
        const wrong = [
          { ...right, index: index + size },
          { ...right, index: -1 },
          { ...right, size: 0 },
          { ...right, leaf: portableHasher.empty },
          { ...right, root: portableHasher.empty },
        ]
        for (const claim of wrong) expect(verifyInclusion(claim, proof)).toBe(false)
        for (const other of spoilt(proof)) expect(verifyInclusion(right, other)).toBe(false)
      }),
    )
  })

  it('verifies at no other place of the same tree', () => {
    const all = Array.from({ length: 13 }, (_, at) => Uint8Array.of(at))
    for (const [index, own] of all.entries()) {
      const proof = proofOf(all, inclusionRanges(index, all.length))
      const places = all.map((_, at) =>
        verifyInclusion(
          { index: at, size: all.length, leaf: portableHasher.leaf(own), root: rootOf(all) },
          proof,
        ),
      )
      expect(places).toEqual(all.map((_, at) => at === index))
    }
  })
})

describe('a proof of consistency', () => {
  it('verifies between every two sizes, and with no other hash in it', () => {
    fc.assert(
      fc.property(sizes, ([all, oldSize]) => {
        const size = all.length
        const trees = { oldSize, oldRoot: rootOf(all.slice(0, oldSize)), size, root: rootOf(all) }
        const proof = proofOf(all, consistencyRanges(oldSize, size))
        expect(verifyConsistency(trees, proof)).toBe(true)
        for (const other of spoilt(proof)) expect(verifyConsistency(trees, other)).toBe(false)
        expect(verifyConsistency({ ...trees, oldRoot: portableHasher.empty }, proof)).toBe(false)
        expect(verifyConsistency({ ...trees, root: portableHasher.empty }, proof)).toBe(false)
        expect(verifyConsistency({ ...trees, oldSize: size + 1 }, proof)).toBe(false)
        expect(verifyConsistency({ ...trees, oldSize: 0 }, proof)).toBe(false)
      }),
    )
  })

  it('cannot be made from a tree whose beginning differs', () => {
    fc.assert(
      fc.property(sizes, ([all, oldSize, index]) => {
        fc.pre(index < oldSize)
        const other = all.with(index, Uint8Array.of(1, 2, 3, ...(all[index] ?? [])))
        const trees = {
          oldSize,
          oldRoot: rootOf(all.slice(0, oldSize)),
          size: all.length,
          root: rootOf(other),
        }
        for (const leaves of [all, other]) {
          expect(verifyConsistency(trees, proofOf(leaves, consistencyRanges(oldSize, all.length)))).toBe(
            false,
          )
        }
      }),
    )
  })

  it('is refused where there is nothing to prove', () => {
    expect(() => consistencyRanges(0, 3)).toThrow('empty')
    expect(() => consistencyRanges(4, 3)).toThrow('larger')
    expect(() => inclusionRanges(3, 3)).toThrow('not in the tree')
  })
})

it('sizes beyond 32 bits are counted exactly', () => {
  const size = 2 ** 40 + 3
  const ranges = inclusionRanges(2 ** 40 + 1, size)
  expect(ranges).toEqual([
    { start: 2 ** 40, end: 2 ** 40 + 1 },
    { start: 2 ** 40 + 2, end: size },
    { start: 0, end: 2 ** 40 },
  ])
})
