/**
 * Verifies all of a history in one pass that keeps no rows: the chain, that the rows make sense one after the other,
 * every signature in them, the tree, and its heads. What this can and cannot find is in docs/formats.md.
 */
import { fromHex, toHex, type Hex } from '../hex.ts'
import { recoverAddress, type RecoverAddress } from '../signature.ts'
import { readCanonicalObject, type JsonObject } from './canonical-json.ts'
import { genesisHash, portableSha256, rowHash, type HistoryRow } from './chain.ts'
import { originOf, type SignedCheckpoint } from './checkpoint.ts'
import { diagnose } from './diagnose.ts'
import { createTree, portableHasher, type Frontier, type TreeHasher } from './merkle.ts'
import { portableEd25519, signatureFlaw, type Ed25519Verify, type NoteKey } from './note.ts'
import { createReplay, type Replay } from './replay.ts'
import {
  createHeadCheck,
  flaw,
  rootFlaw,
  type HeadEntry,
  type HeadRules,
  type LogFlaw,
} from './verify-heads.ts'
import { createSignatureCheck } from './verify-signatures.ts'
import { createVerifier, type HistoryProof, type VerifiedRows, type VerifyOptions } from './verify.ts'

/** A head that was kept elsewhere. */
export interface OutsideHead {
  readonly head: SignedCheckpoint
  /** The keys by which it must be signed; none where no key is known, and then its signature is not checked. */
  readonly keys: readonly NoteKey[]
}

/** What was verified before, so that only the rows after it need to be: see `LogOptions.since`. */
export interface VerifiedLog extends VerifiedRows {
  readonly frontier: Frontier
  /** Size of the newest head among them; 0 without any. */
  readonly headAt: number
}

/** What to hold a history against, and what to compute with. */
export interface LogOptions extends VerifyOptions {
  readonly outside?: OutsideHead
  readonly hasher?: TreeHasher
  readonly recover?: RecoverAddress
  readonly ed25519?: Ed25519Verify
  /** Takes every row that verified; tells of accounts and requests what the rows say. */
  readonly replay?: Replay
  /**
   * Rows that were verified before. Those that are given follow them; `context` are rows among them without which the new
   * ones cannot be understood, in order. What was verified before is then not looked at again.
   */
  readonly since?: { readonly log: VerifiedLog; readonly context: Iterable<HistoryRow> }
  /** Given what is verified now, where it verifies. */
  readonly verified?: (log: VerifiedLog) => void
}

/** A history that verifies. */
export interface LogProof extends HistoryProof {
  /** Root of all rows. */
  readonly root: Hex
  /** How many signatures in its rows were right. */
  readonly signatures: number
  /** How many heads were right, and how many of them a Ledger signed too. */
  readonly heads: number
  readonly ledgerHeads: number
  /** Size of the newest of its heads; null without any. */
  readonly headAt: number | null
  /** Size of the head from elsewhere that fits; null when none was given. */
  readonly outsideAt: number | null
}

/** A place in a file where a row should be: the row, or what is wrong there. */
export type RowEntry = HistoryRow | { readonly flaw: string; readonly isCut?: true }

/** The flaw of a head from elsewhere before any row is looked at. */
function outsideFlaw({ head, keys }: OutsideHead, rules: HeadRules): string | null {
  if (head.origin !== rules.origin) return 'the head that you gave is of another history.'
  const detail = keys.length === 0 ? null : signatureFlaw(head.note, keys, rules.verify)
  return detail === null ? null : `the head that you gave: ${detail}`
}

function verifyEntries(
  entries: Iterator<RowEntry, unknown>,
  heads: Iterator<HeadEntry | string, unknown>,
  options: LogOptions,
): LogProof | LogFlaw {
  const { sha256 = portableSha256, outside, hasher = portableHasher, recover = recoverAddress } = options
  const since = options.since?.log
  const chain = createVerifier(since ? { ...options, after: since } : options)
  const replay = options.replay ?? createReplay({ sha256 })
  const signatures = createSignatureCheck(replay.accounts, recover)
  const tree = createTree(hasher, since?.frontier)
  const check = createHeadCheck(heads, since?.headAt)
  const isSigner = (address: Hex): boolean =>
    [...replay.accounts.values()].some(({ fields }) => fields.get('signer') === address)
  const rulesOf = (chainId: Hex): HeadRules => ({
    origin: originOf(chainId),
    verify: options.ed25519 ?? portableEd25519,
    recover,
    isSigner,
  })
  let rules: HeadRules | null = since ? rulesOf(since.chainId) : null
  let before: Hex = since?.head ?? genesisHash

  const meaningFlaw = (row: HistoryRow, body: JsonObject): LogFlaw | null => {
    const senseless = replay.push(row, body)
    if (senseless !== null) return flaw(row.seq, 'rewrite', senseless)
    const unsigned = signatures.push(row, body)
    return unsigned === null ? null : flaw(row.seq, 'signature', unsigned)
  }

  const headsFlaw = (): LogFlaw | null => {
    if (rules === null) return null
    const own = check.at(tree, rules)
    if (own !== null || outside?.head.size !== tree.size()) return own
    return rootFlaw(tree, outside.head, 0)
  }

  const accept = (row: HistoryRow, body: JsonObject): LogFlaw | null => {
    const senseless = meaningFlaw(row, body)
    if (senseless !== null) return senseless
    tree.push(fromHex(row.hash))
    if (rules === null) {
      rules = rulesOf(body['chainId'] as Hex)
      const foreign = outside === undefined ? null : outsideFlaw(outside, rules)
      if (foreign !== null) return flaw(1, 'head', foreign)
    }
    before = row.hash
    return headsFlaw()
  }

  const broken = (place: number, entry: RowEntry, detail: string): LogFlaw => {
    if ('flaw' in entry && entry.isCut) return flaw(place, 'cut', detail)
    const diagnosis = diagnose({ place, row: 'flaw' in entry ? null : entry, before }, sha256)
    for (let next = entries.next(); next.done !== true; next = entries.next())
      if (!('flaw' in next.value)) diagnosis.push(next.value)
    return flaw(place, diagnosis.change(), detail)
  }

  /** Rows that were verified before are taken as they are, but for their content: it must be that of their hash. */
  const recall = (row: HistoryRow): LogFlaw | null => {
    const body = readCanonicalObject(row.body)
    return body === null || rowHash(row, sha256) !== row.hash
      ? flaw(row.seq, 'edit', 'its content was changed: its hash does not fit.')
      : meaningFlaw(row, body)
  }

  for (const row of options.since?.context ?? []) {
    const found = recall(row)
    if (found !== null) return found
  }
  // A head may have been signed of just the rows that were verified before.
  const early = since ? headsFlaw() : null
  if (early !== null) return early

  let count = since?.count ?? 0
  for (let next = entries.next(); next.done !== true; next = entries.next()) {
    const entry = next.value
    count += 1
    if ('flaw' in entry) return broken(count, entry, entry.flaw)
    const checked = chain.push(entry)
    if (!checked.ok) return broken(checked.row, entry, checked.detail)
    const found = accept(entry, checked.body)
    if (found !== null) return found
  }

  const newest = check.newest()?.size ?? (since && since.headAt > 0 ? since.headAt : null)
  /** Rows that are missing at the end of a file that is whole by its own heads: it is an older one. */
  const missing = newest === count ? 'replay' : 'cut'
  const gone = check.end(count)
  if (gone !== null) return gone
  const proof = chain.end()
  if (!proof.ok) return flaw(proof.row, count === 0 ? 'delete' : missing, proof.detail)
  if (outside !== undefined && outside.head.size > count) {
    const detail = `${count} rows are here, but the head that you gave is of ${outside.head.size}.`
    return flaw(count + 1, missing, detail)
  }
  const { head, chainId, mode } = proof
  options.verified?.({ count, head, chainId, mode, frontier: tree.frontier(), headAt: newest ?? 0 })
  return {
    ...proof,
    root: toHex(tree.root()),
    signatures: signatures.count(),
    heads: check.count(),
    ledgerHeads: check.ledgerCount(),
    headAt: newest,
    outsideAt: outside?.head.size ?? null,
  }
}

/**
 * Verifies rows against heads; both in order. Reads on after the first flaw only to tell what kind of change it is, and
 * gives back what it reads from in any case.
 */
export function verifyLog(
  rows: Iterable<RowEntry>,
  heads: Iterable<HeadEntry | string>,
  options: LogOptions = {},
): LogProof | LogFlaw {
  const entries = rows[Symbol.iterator]()
  const signed = heads[Symbol.iterator]()
  try {
    return verifyEntries(entries, signed, options)
  } finally {
    entries.return?.()
    signed.return?.()
  }
}
