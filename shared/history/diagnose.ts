/** What kind of change a history suffered, told from its first row that is not right and the rows after it. */
import { rowHash, type HistoryRow, type Sha256 } from './chain.ts'
import type { Hex } from '../hex.ts'

/** Every kind of change, in words for a sentence. */
export const changeWords = {
  edit: 'an edit',
  delete: 'a deletion',
  insert: 'an insertion',
  swap: 'rows that changed places',
  cut: 'rows cut off the end',
  replay: 'an older file put in place of a newer one',
  rewrite: 'rows rewritten together with their hashes',
  head: 'a head that was not signed for these rows',
  signature: 'a signature or a signed content that was replaced',
  tables: 'a change of the tables beside the history',
  schema: 'a change of what protects the history',
} as const

/** Kind of a change. */
export type Change = keyof typeof changeWords

/** Where the chain broke. */
export interface BreakPoint {
  /** The place of the first row that is not right, counted from 1. */
  readonly place: number
  /** The row that stands there; null where what stands there is no row. */
  readonly row: HistoryRow | null
  /** Hash of the row before. */
  readonly before: Hex
}

/** Watches the rows that follow a break. */
export interface Diagnosis {
  readonly push: (row: HistoryRow) => void
  /** What it looks like. */
  readonly change: () => Change
}

/** Starts a diagnosis. It keeps nothing of the rows, so a file of any length takes the same memory. */
export function diagnose({ place, row, before }: BreakPoint, sha256?: Sha256): Diagnosis {
  const isWhole = ({ hash, ...content }: HistoryRow): boolean => hash === rowHash(content, sha256)
  const whole = row !== null && isWhole(row)
  /** The row that belongs here comes later; the row that is here comes again. */
  const seen = { rightful: false, again: false }

  const change = (): Change => {
    if (row === null || !whole) return seen.rightful ? 'insert' : 'edit'
    if (row.seq < place) return 'insert'
    if (row.seq === place) return seen.rightful ? 'insert' : 'edit'
    if (seen.again) return 'insert'
    return seen.rightful ? 'swap' : 'delete'
  }

  return {
    push(next) {
      if (row !== null && next.hash === row.hash) seen.again = true
      if (!seen.rightful && next.seq === place && next.prevHash === before) seen.rightful = isWhole(next)
    },
    change,
  }
}
