/** Holds heads against the tree of a history while it grows: each of one size after the other. */
import { toHex, type Hex } from '../hex.ts'
import type { RecoverAddress } from '../signature.ts'
import { readCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import type { Change } from './diagnose.ts'
import { ledgerHeadFlaw, readLedgerHead } from './ledger-head.ts'
import { signatureFlaw, type Ed25519Verify, type NoteKey } from './note.ts'
import type { MerkleTree } from './merkle.ts'

/** A head as a file or a database has it. */
export interface HeadEntry {
  readonly note: string
  /** What a Ledger signed of it; null for nothing. */
  readonly ledger: unknown
  /** The keys by which it may be signed. */
  readonly keys: readonly NoteKey[]
}

/** What checking heads needs to know. */
export interface HeadRules {
  readonly origin: string
  readonly verify: Ed25519Verify
  readonly recover: RecoverAddress
  /** Whether an address signs for an account of this history. */
  readonly isSigner: (address: Hex) => boolean
}

/** What is wrong, and at which row it shows. */
export interface LogFlaw {
  readonly ok: false
  /** The place of the first row that is, or may be, not right; counted from 1. */
  readonly row: number
  readonly detail: string
  readonly change: Change
}

/** A flaw. */
export const flaw = (row: number, change: Change, detail: string): LogFlaw => ({
  ok: false,
  row,
  detail,
  change,
})

/** Heads that are taken one after the other as the tree passes their sizes. */
export interface HeadCheck {
  /** Call after each row; the first flaw that shows, or null. */
  readonly at: (tree: MerkleTree, rules: HeadRules) => LogFlaw | null
  /** Call after the last row: a head of more rows shows that rows are gone. */
  readonly end: (count: number) => LogFlaw | null
  readonly count: () => number
  readonly ledgerCount: () => number
  /** The newest head that was right; null when there was none. */
  readonly newest: () => SignedCheckpoint | null
}

/** The flaw of a tree that has another root than a head says. `good` is the size of the newest head that fits. */
export function rootFlaw(tree: MerkleTree, head: SignedCheckpoint, good: number): LogFlaw | null {
  if (toHex(tree.root()) === toHex(head.root)) return null
  const range =
    good + 1 === head.size
      ? `row ${head.size} is not the one`
      : `rows ${good + 1} to ${head.size} are not those`
  return flaw(good + 1, 'rewrite', `${range} for which the head of ${head.size} rows was signed.`)
}

/** Starts a check of heads, oldest first; `since` is the size of the newest that was right before. A text in their place is what is wrong with one. */
export function createHeadCheck(heads: Iterator<HeadEntry | string, unknown>, since = 0): HeadCheck {
  let entry: HeadEntry | string | null = null
  let head: SignedCheckpoint | string | null = null
  let newest: SignedCheckpoint | null = null
  let [count, ledgerCount] = [0, 0]

  const take = (): void => {
    const next = heads.next()
    entry = next.done === true ? null : next.value
    head = entry === null || typeof entry === 'string' ? entry : readCheckpoint(entry.note)
  }
  take()

  const ledgerFlaw = (rules: HeadRules, { ledger }: HeadEntry, at: SignedCheckpoint): string | null => {
    if (ledger === null) return null
    const read = readLedgerHead(ledger)
    if (read === null) return "the Ledger's signature beside it is malformed."
    if (!rules.isSigner(read.signer)) return 'the Ledger that signed it signs for no account of this history.'
    return ledgerHeadFlaw(read, { size: at.size, root: toHex(at.root) }, rules.recover)
  }

  const detailOf = (rules: HeadRules, of: HeadEntry, at: SignedCheckpoint): string | null => {
    if (at.origin !== rules.origin) return 'it is of another history.'
    return signatureFlaw(at.note, of.keys, rules.verify) ?? ledgerFlaw(rules, of, at)
  }

  /** The flaw of the head that is next, without looking at the rows. */
  const malformed = (size: number): LogFlaw | null => {
    if (typeof head === 'string') return flaw(size, 'head', `the head after it: ${head}`)
    if (head !== null && head.size <= (newest?.size ?? since))
      return flaw(size, 'head', `a head of ${head.size} rows comes after one of ${newest?.size ?? since}.`)
    return null
  }

  return {
    at(tree, rules) {
      const size = tree.size()
      const odd = malformed(size)
      if (odd !== null) return odd
      if (head === null || typeof head === 'string' || head.size !== size) return null
      if (entry === null || typeof entry === 'string') return null
      const detail = detailOf(rules, entry, head)
      if (detail !== null) return flaw(size, 'head', `its head: ${detail}`)
      const differs = rootFlaw(tree, head, newest?.size ?? since)
      if (differs !== null) return differs
      count += 1
      if (entry.ledger !== null) ledgerCount += 1
      newest = head
      take()
      return null
    },
    end(size) {
      const odd = malformed(size)
      if (odd !== null) return odd
      if (head === null || typeof head === 'string') return null
      return flaw(size + 1, 'cut', `${size} rows are left, but a head of ${head.size} was signed.`)
    },
    count: () => count,
    ledgerCount: () => ledgerCount,
    newest: () => newest,
  }
}
