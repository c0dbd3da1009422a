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

/** How many missing rows are looked for when the rows after them were given new numbers. */
const maxGap = 64

/**
 * Starts a diagnosis. It keeps nothing of the rows, so a file of any length takes the same memory. Rows that were moved
 * and given the numbers of their new places are told by the numbers with which their hashes are right.
 */
export function diagnose({ place, row, before }: BreakPoint, sha256?: Sha256): Diagnosis {
  const isWholeAs = ({ hash, ...content }: HistoryRow, seq: number): boolean =>
    hash === rowHash({ ...content, seq }, sha256)
  /** The row that belongs here came later; it changed places with the row here; the row here came again or is followed. */
  const seen = { rightful: false, exchanged: false, again: row?.hash === before, followed: false }

  const isGap = (bad: HistoryRow): boolean => {
    if (bad.seq > place) return isWholeAs(bad, bad.seq)
    for (let gap = 1; gap <= maxGap; gap++) if (isWholeAs(bad, place + gap)) return true
    return false
  }

  const change = (): Change => {
    if (row === null) return seen.rightful ? 'insert' : 'edit'
    if (row.seq < place) return 'insert'
    if (seen.exchanged) return 'swap'
    if (seen.rightful) return seen.again || !seen.followed ? 'insert' : 'swap'
    return isGap(row) ? 'delete' : 'edit'
  }

  return {
    push(next) {
      if (row === null || next.hash !== row.hash) {
        seen.followed ||= next.prevHash === row?.hash
        if (seen.rightful || next.prevHash !== before || !isWholeAs(next, place)) return
        seen.rightful = true
        seen.exchanged = row !== null && next.seq > place && isWholeAs(row, next.seq) && row.hash !== before
      } else seen.again = true
    },
    change,
  }
}
