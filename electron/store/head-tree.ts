/**
 * The tree of the history as this process has read it so far. Rows never change, so each is read once; the root of the
 * newest head is held against the rows whenever the tree passes it.
 */
import type BetterSqlite from 'better-sqlite3'
import type { Hex } from '../../shared/hex.ts'
import { fromHex, toHex } from '../../shared/hex.ts'
import { createTree } from '../../shared/history/merkle.ts'
import type { LeafRange } from '../../shared/history/merkle-proof.ts'
import { nativeHasher } from './hashing.ts'

/** Size and root of a tree. */
export interface SizedRoot {
  readonly size: number
  readonly root: Hex
}

/** Reads on. */
export interface HeadTree {
  /** The tree of all rows; null when the first `newest.size` of them do not have the root of `newest`. */
  readonly advance: (newest: SizedRoot | null) => SizedRoot | null
}

const hashes = (raw: BetterSqlite.Database, after: number): IterableIterator<Hex> =>
  raw.prepare<[number], Hex>('SELECT hash FROM history WHERE seq > ? ORDER BY seq').pluck().iterate(after)

/** Starts with no row read. */
export function createHeadTree(raw: BetterSqlite.Database): HeadTree {
  let tree = createTree(nativeHasher)
  const agrees = ({ size, root }: SizedRoot): boolean => tree.size() !== size || toHex(tree.root()) === root

  const readOn = (newest: SizedRoot | null): boolean => {
    if (newest !== null && newest.size < tree.size()) tree = createTree(nativeHasher)
    if (newest !== null && !agrees(newest)) return false
    for (const hash of hashes(raw, tree.size())) {
      tree.push(fromHex(hash))
      if (newest !== null && !agrees(newest)) return false
    }
    return newest === null || newest.size <= tree.size()
  }

  return {
    advance(newest) {
      if (readOn(newest)) return { size: tree.size(), root: toHex(tree.root()) }
      // What was read does not belong to a history whose head contradicts it.
      tree = createTree(nativeHasher)
      return null
    },
  }
}

/** The root of a range of rows, counted from 0; read as a stream. */
export function rangeRoot(raw: BetterSqlite.Database, { start, end }: LeafRange): Uint8Array {
  const tree = createTree(nativeHasher)
  const rows = raw
    .prepare<[number, number], Hex>('SELECT hash FROM history WHERE seq > ? AND seq <= ? ORDER BY seq')
    .pluck()
  for (const hash of rows.iterate(start, end)) tree.push(fromHex(hash))
  return tree.root()
}
