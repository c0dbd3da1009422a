/**
 * The rows of the history and their hash chain: each row's hash covers all its fields and the hash of the row before,
 * so no row can be edited, inserted, deleted, moved or renumbered unnoticed. The rules are in docs/formats.md.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { toHex, type Hex } from '../hex.ts'

/** Practice and real data are never mixed: row 1 says which of them a history is. */
export type HistoryMode = 'practice' | 'real'

/** Name and version of the format; stands in row 1. */
export const historyFormat = 'countersign-history-1'

/** Kind of row 1. */
export const openedKind = 'history.opened'

/** `prevHash` of row 1: there is no row before it. */
export const genesisHash: Hex = `0x${'00'.repeat(32)}`

/** What a row says, before it has a place in the chain. */
export interface HistoryContent {
  /** When it was written, by this machine's clock: UTC with milliseconds, `2026-11-20T10:00:00.000Z`. */
  readonly at: string
  /** What happened: words of letters joined by dots, such as `request.signed`. */
  readonly kind: string
  /** The request it is about; null when about none. */
  readonly requestId: string | null
  /** Canonical text of a JSON object. */
  readonly body: string
}

/** One row of the history. */
export interface HistoryRow extends HistoryContent {
  /** 1, 2, 3, ... without a gap. */
  readonly seq: number
  /** Hash of the row before; `genesisHash` in row 1. */
  readonly prevHash: Hex
  /** SHA-256 of the canonical JSON of the row without this field. */
  readonly hash: Hex
}

/** The newest row of a history, which stands for all of it. */
export interface HistoryHead {
  readonly seq: number
  readonly hash: Hex
}

/** SHA-256 of the UTF-8 bytes of a text, as 64 lower-case hex digits without 0x. */
export type Sha256 = (text: string) => string

/**
 * SHA-256 that runs everywhere. SHA-256 and not keccak256, because anyone can then check a history with what every
 * system has (`sha256sum`), and because these hashes must never be mistaken for ones that a Ledger shows.
 */
export const portableSha256: Sha256 = (text) => toHex(sha256(utf8ToBytes(text))).slice(2)

/** The canonical JSON of a row whose body is canonical already: members in the order of RFC 8785, hash left out. */
const textToHash = (row: Omit<HistoryRow, 'hash'>): string =>
  `{"at":${JSON.stringify(row.at)},"body":${row.body},"kind":${JSON.stringify(row.kind)},` +
  `"prevHash":${JSON.stringify(row.prevHash)},"requestId":${JSON.stringify(row.requestId)},"seq":${row.seq}}`

/** The hash of a row. `body` must be canonical, texts well-formed and `seq` a safe whole number. */
export const rowHash = (row: Omit<HistoryRow, 'hash'>, hash: Sha256 = portableSha256): Hex =>
  `0x${hash(textToHash(row))}`

/** The row that follows `head`; null stands for an empty history. */
export function nextRow(head: HistoryHead | null, content: HistoryContent, hash?: Sha256): HistoryRow {
  const row = { ...content, seq: (head?.seq ?? 0) + 1, prevHash: head?.hash ?? genesisHash }
  return { ...row, hash: rowHash(row, hash) }
}
