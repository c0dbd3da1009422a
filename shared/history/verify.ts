/**
 * Checks a history row by row. Found is every edit, insertion, deletion, swap and renumbering of a row that another
 * one follows, and any edit of the newest.
 *
 * Not found, because nothing in the rows can show it: newest rows that were cut off, and a history that was recomputed
 * from some row on. Both are found when a hash that was noted elsewhere earlier is given as `expectedHead`.
 */
import { isHex, lower, type Hex } from '../hex.ts'
import { readCanonicalObject, type JsonObject } from './canonical-json.ts'
import {
  genesisHash,
  historyFormat,
  openedKind,
  portableSha256,
  rowHash,
  type HistoryMode,
  type HistoryRow,
  type Sha256,
} from './chain.ts'

/** A history that verifies. */
export interface HistoryProof {
  readonly ok: true
  readonly count: number
  /** Hash of the newest row: note it elsewhere to find later that rows were cut off. */
  readonly head: Hex
  readonly chainId: Hex
  readonly mode: HistoryMode
  /** Number of the row whose hash was expected; null when none was. Rows after it are newer. */
  readonly expectedAt: number | null
}

/** The first row that is not right. */
export interface HistoryBreak {
  readonly ok: false
  /** Its place, counted from 1, whatever number it bears. */
  readonly row: number
  readonly detail: string
}

/** What to hold a history against. */
export interface VerifyOptions {
  /** A hash that some row must have, as it was noted earlier. Upper or lower case. */
  readonly expectedHead?: Hex
  readonly sha256?: Sha256
  /** Rows that were verified before: those that are pushed follow them. */
  readonly after?: VerifiedRows
}

/** The first rows of a history, as they were verified. */
export interface VerifiedRows {
  readonly count: number
  readonly head: Hex
  readonly chainId: Hex
  readonly mode: HistoryMode
}

/** Takes the rows one after the other; after a break it is used up. */
export interface HistoryVerifier {
  /** The body of a row that is right so far, or the break. */
  push(row: HistoryRow): { readonly ok: true; readonly body: JsonObject } | HistoryBreak
  /** The verdict on all rows that were pushed. */
  end(): HistoryProof | HistoryBreak
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const kindPattern = /^[a-z]+(?:\.[a-zA-Z]+)+$/

/** What is wrong with a row by itself, whatever its place; null when nothing is. */
function shapeFlaw(row: HistoryRow): string | null {
  if (!Number.isSafeInteger(row.seq)) return 'its number is not a whole number.'
  if (!timePattern.test(row.at)) return 'its time is not written as UTC with milliseconds.'
  if (!kindPattern.test(row.kind)) return 'its kind is not words of letters joined by dots.'
  if (row.requestId !== null && !row.requestId.isWellFormed()) return 'its request has half of a character.'
  return null
}

const openingFlaw = ({ kind, requestId }: HistoryRow, body: JsonObject): string | null => {
  const { format, chainId, mode } = body
  if (kind !== openedKind || requestId !== null) return `the first row must be "${openedKind}".`
  if (format !== historyFormat) return `its format is not "${historyFormat}".`
  if (!isHex(chainId, 32)) return 'it does not name its history.'
  return mode === 'practice' || mode === 'real' ? null : 'it says neither practice nor real.'
}

/** Starts a verification. */
export function createVerifier({
  expectedHead,
  sha256 = portableSha256,
  after,
}: VerifyOptions = {}): HistoryVerifier {
  const expected = expectedHead === undefined ? null : lower(expectedHead)
  let count = after?.count ?? 0
  let head: Hex = after?.head ?? genesisHash
  let expectedAt: number | null = null
  let opening: JsonObject = after ? { chainId: after.chainId, mode: after.mode } : {}

  const flawOf = (row: HistoryRow, body: JsonObject | null): string | null => {
    const shape = shapeFlaw(row)
    if (shape !== null) return shape
    if (row.seq !== count + 1) {
      return `it bears the number ${row.seq}; rows are missing, added or in another order.`
    }
    if (row.prevHash !== head) return 'it does not follow the row before it.'
    if (row.hash !== rowHash(row, sha256)) return 'its content was changed: its hash does not fit.'
    if (body === null) return 'its body is not the canonical JSON of an object.'
    return count === 0 ? openingFlaw(row, body) : null
  }

  return {
    push(row) {
      const body = readCanonicalObject(row.body)
      const detail = flawOf(row, body)
      if (detail !== null || body === null) return { ok: false, row: count + 1, detail: detail ?? '' }
      if (count === 0) opening = body
      count += 1
      head = row.hash
      if (head === expected) expectedAt = count
      return { ok: true, body }
    },
    end() {
      if (count === 0) return { ok: false, row: 1, detail: 'there is none; the first row is always there.' }
      if (expected !== null && expectedAt === null) {
        const detail = `no row has the hash ${expected}: rows up to it were cut off, or the history was rewritten.`
        return { ok: false, row: count + 1, detail }
      }
      const { chainId, mode } = opening as { chainId: Hex; mode: HistoryMode }
      return { ok: true, count, head, chainId, mode, expectedAt }
    },
  }
}

/** Verifies all rows of a history, in order. Reads no further than the first row that is not right. */
export function verifyHistory(
  rows: Iterable<HistoryRow>,
  options?: VerifyOptions,
): HistoryProof | HistoryBreak {
  const verifier = createVerifier(options)
  for (const row of rows) {
    const checked = verifier.push(row)
    if (!checked.ok) return checked
  }
  return verifier.end()
}
