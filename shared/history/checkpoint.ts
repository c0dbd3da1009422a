/**
 * Heads of a history: how many rows it has and what root they have, as a checkpoint (C2SP tlog-checkpoint), which is a
 * signed note of three lines. The format is in docs/formats.md.
 */
import { fromBase64, toBase64 } from '../base64.ts'
import type { Hex } from '../hex.ts'
import { hashLength } from './merkle.ts'
import { readNote, type Note } from './note.ts'

/** What a head says. */
export interface Checkpoint {
  /** Which history: `countersign/<installation id>`. */
  readonly origin: string
  /** Number of rows, at least 1. */
  readonly size: number
  /** Root of the tree of these rows, 32 bytes. */
  readonly root: Uint8Array
}

/** A head with its signatures; nothing of it is proven yet. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: Note
}

/** The origin of a history's heads and the name of the keys that sign them: from the first half of its `chainId`. */
export const originOf = (chainId: Hex): string => `countersign/${chainId.slice(2, 34).toLowerCase()}`

/** The text of a head, which is what is signed. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`

const originPattern = /^countersign\/[0-9a-f]{32}$/

/** Reads a head strictly: three lines and no extensions. A sentence where it is none. */
export function readCheckpoint(text: string): SignedCheckpoint | string {
  const note = readNote(text)
  if (typeof note === 'string') return note
  const lines = note.text.slice(0, -1).split('\n')
  const [origin = '', size = '', root = ''] = lines
  if (lines.length !== 3) return 'it does not have exactly three lines of text.'
  if (!originPattern.test(origin)) return 'it is not of a history of Countersign.'
  if (!/^[1-9]\d{0,15}$/.test(size) || !Number.isSafeInteger(Number(size)))
    return 'its size is not a whole number of rows.'
  const hash = fromBase64(root)
  if (hash?.length !== hashLength) return 'its root is not 32 bytes in base64.'
  return { origin, size: Number(size), root: hash, note }
}
