/**
 * The Merkle tree over the rows of a history (RFC 6962, 2.1; the same in RFC 9162, 2.1). It grows leaf by leaf and keeps
 * one hash for each level, so a history of any length takes the same memory. Sizes are safe integers, not 32-bit ones:
 * no bit operators here.
 */
import { sha256 } from '@noble/hashes/sha2.js'

/** SHA-256 of bytes; must not keep what it was given. */
export type BytesSha256 = (bytes: Uint8Array) => Uint8Array

/** Length of every hash of the tree, in bytes. */
export const hashLength = 32

/** The hashes of a tree. */
export interface TreeHasher {
  /** SHA-256(0x00 || data). */
  readonly leaf: (data: Uint8Array) => Uint8Array
  /** SHA-256(0x01 || left || right). */
  readonly node: (left: Uint8Array, right: Uint8Array) => Uint8Array
  /** Root of a tree without leaves: SHA-256 of nothing. */
  readonly empty: Uint8Array
}

/** The hashes of a tree, by the SHA-256 that is given, which may be a faster one than the portable. */
export function treeHasher(hash: BytesSha256 = sha256): TreeHasher {
  const pair = new Uint8Array(1 + 2 * hashLength)
  pair[0] = 1
  return {
    leaf: (data) => {
      const bytes = new Uint8Array(1 + data.length)
      bytes.set(data, 1)
      return hash(bytes)
    },
    node: (left, right) => {
      if (left.length !== hashLength || right.length !== hashLength) throw new Error('a node has two hashes')
      pair.set(left, 1)
      pair.set(right, 1 + hashLength)
      return hash(pair)
    },
    empty: hash(new Uint8Array(0)),
  }
}

/** The hashes of a tree by the portable SHA-256. */
export const portableHasher: TreeHasher = treeHasher()

/** A tree that grows. */
export interface MerkleTree {
  readonly size: () => number
  /** Adds a leaf by its data. */
  readonly push: (data: Uint8Array) => void
  /** The root of all leaves so far. */
  readonly root: () => Uint8Array
  /** What the tree keeps, from which it grows on: its size, and the root of a whole tree where the size has that bit. */
  readonly frontier: () => Frontier
}

/** The edge of a tree, by level from the leaves up; null where the size does not have that bit. */
export interface Frontier {
  readonly size: number
  readonly roots: readonly (Uint8Array | null)[]
}

/** Starts a tree, or goes on with one. */
export function createTree(hasher: TreeHasher = portableHasher, from?: Frontier): MerkleTree {
  /** At level n the root of the newest whole tree of 2^n leaves, where the size has that bit. */
  const frontier: (Uint8Array | undefined)[] = from?.roots.map((root) => root ?? undefined) ?? []
  let size = from?.size ?? 0
  return {
    size: () => size,
    push(data) {
      let hash = hasher.leaf(data)
      let level = 0
      for (let left = frontier[level]; left !== undefined; left = frontier[level]) {
        hash = hasher.node(left, hash)
        frontier[level] = undefined
        level += 1
      }
      frontier[level] = hash
      size += 1
    },
    root() {
      let root: Uint8Array | undefined
      for (const left of frontier) {
        if (left !== undefined) root = root === undefined ? left : hasher.node(left, root)
      }
      return root ?? hasher.empty
    },
    frontier: () => ({ size, roots: frontier.map((root) => root ?? null) }),
  }
}

/** The root of leaves that are all there. */
export function rootOf(leaves: Iterable<Uint8Array>, hasher: TreeHasher = portableHasher): Uint8Array {
  const tree = createTree(hasher)
  for (const data of leaves) tree.push(data)
  return tree.root()
}

/** Whether two hashes are the same. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at])
