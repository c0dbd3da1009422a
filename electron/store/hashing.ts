/** SHA-256 by Node, several times faster than the portable one. */
import { hash } from 'node:crypto'
import type { Sha256 } from '../../shared/history/chain.ts'
import { treeHasher, type BytesSha256 } from '../../shared/history/merkle.ts'

/** SHA-256 of a text. */
export const nativeSha256: Sha256 = (text) => hash('sha256', text, 'hex')

/** SHA-256 of bytes. */
export const nativeBytesSha256: BytesSha256 = (bytes) => hash('sha256', bytes, 'buffer')

/** The hashes of the tree, by Node. */
export const nativeHasher = treeHasher(nativeBytesSha256)
