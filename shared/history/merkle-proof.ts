/**
 * Proofs about the Merkle tree of a history: that a leaf is in it (inclusion) and that it only grew (consistency);
 * RFC 6962, 2.1.1 and 2.1.2. Making one is told as ranges of leaves whose roots it consists of, so that who has the
 * leaves on disk reads them as a stream. Checking one follows RFC 9162, 2.1.3.2 and 2.1.4.2.
 */
import { hashLength, portableHasher, sameHash, type TreeHasher } from './merkle.ts'

/** Leaves from `start` up to but without `end`, counted from 0. */
export interface LeafRange {
  readonly start: number
  readonly end: number
}

/** The largest power of two below `n`, for n > 1. */
function splitOf(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** The ranges whose roots are the inclusion proof of the leaf `index` in the tree of the first `size`, leaf's side first. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!isSize(index) || !isSize(size) || index >= size) throw new Error('the leaf is not in the tree')
  const ranges: LeafRange[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

/** The ranges whose roots prove that the tree of `oldSize` leaves, at least 1, is the beginning of that of `size`. */
export function consistencyRanges(oldSize: number, size: number): LeafRange[] {
  if (!isSize(oldSize) || !isSize(size) || oldSize < 1 || oldSize > size)
    throw new Error('the older tree is empty or larger than the newer')
  const ranges: LeafRange[] = []
  let [start, end] = [0, size]
  while (end !== oldSize) {
    const middle = start + splitOf(end - start)
    if (oldSize <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  // A range that begins at 0 is the older tree itself, whose root is known.
  if (start > 0) ranges.push({ start, end })
  return ranges.reverse()
}

const isEven = (value: number): boolean => value % 2 === 0
const half = (value: number): number => Math.floor(value / 2)
const areHashes = (hashes: readonly Uint8Array[]): boolean =>
  hashes.every((hash) => hash.length === hashLength)

/** Whether `proof` proves that the leaf `index` with that leaf hash is in the tree of `size` leaves with that root. */
export function verifyInclusion(
  { index, size, leaf, root }: { index: number; size: number; leaf: Uint8Array; root: Uint8Array },
  proof: readonly Uint8Array[],
  hasher: TreeHasher = portableHasher,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leaf, root, ...proof])) return false
  let [at, last, hash] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) return false
    if (!isEven(at) || at === last) {
      hash = hasher.node(sibling, hash)
      while (isEven(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else hash = hasher.node(hash, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && sameHash(hash, root)
}

/** Two trees, the newer of which is said to have only grown from the older. */
export interface TwoTrees {
  readonly oldSize: number
  readonly oldRoot: Uint8Array
  readonly size: number
  readonly root: Uint8Array
}

/** Whether `proof` proves that the newer tree begins with the older one, which has at least one leaf. */
export function verifyConsistency(
  { oldSize, oldRoot, size, root }: TwoTrees,
  proof: readonly Uint8Array[],
  hasher: TreeHasher = portableHasher,
): boolean {
  if (!isSize(oldSize) || !isSize(size) || oldSize < 1 || oldSize > size) return false
  if (!areHashes([oldRoot, root, ...proof])) return false
  if (oldSize === size) return proof.length === 0 && sameHash(oldRoot, root)
  let [at, last] = [oldSize - 1, size - 1]
  while (!isEven(at)) [at, last] = [half(at), half(last)]
  const [first, ...rest] = at === 0 ? [oldRoot, ...proof] : proof
  if (first === undefined) return false
  let [older, newer] = [first, first]
  for (const hash of rest) {
    if (last === 0) return false
    if (!isEven(at) || at === last) {
      older = hasher.node(hash, older)
      newer = hasher.node(hash, newer)
      while (isEven(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else newer = hasher.node(newer, hash)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && sameHash(older, oldRoot) && sameHash(newer, root)
}
