/**
 * The personal messages (EIP-191) that Countersign has a Ledger sign beside approvals: the older grant of an API key, and
 * the confirmations that a key goes or that a backup takes the place of a database.
 */
import { hashMessage } from 'viem'
import type { Hex } from '../hex.ts'
import { createApiKeyText } from '../venues/arcus/create-api-key.ts'
import type { InspectVenue, PayloadKind } from './input.ts'
import { grantWords } from './own-typed-data.ts'

/** What one of them is and does. */
export interface OwnMessage {
  readonly kind: PayloadKind
  readonly venue: InspectVenue | null
  readonly does: string
  /** What the Ledger signs: the EIP-191 digest. */
  readonly signedDigest: Hex
}

const time = String.raw`time \d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? UTC`
const keyChange = new RegExp(
  String.raw`^(Remove|Replace) API key ([\w-]{8,128})\n(?:by ([\w-]{8,128})\n)?at ([a-z]+) (mainnet|testnet)\nfor (0x[0-9a-f]{40})\n${time}$`,
)
const restore = new RegExp(
  String.raw`^Restore a Countersign backup\nrows ([1-9]\d*)\nhead (0x[0-9a-f]{64})\n${time}$`,
)
const grant =
  /^\{"apiWalletName":"([\w.-]{1,40})","apiWalletPublicKey":"([0-9a-f]{64})","validUntil":([1-9]\d{0,15})\}$/

function keyChangeWords(text: string): string | null {
  const [, change, key = '', next, venue = '', network = '', address = ''] = keyChange.exec(text) ?? []
  if (change === undefined || (change === 'Replace') !== (next !== undefined)) return null
  const what = next === undefined ? `${key} is removed` : `${key} is replaced by ${next}`
  return `confirms that the API key ${what}, for ${address} at ${venue} ${network}; it changes nothing at the venue`
}

function restoreWords(text: string): string | null {
  const [, rows, head = ''] = restore.exec(text) ?? []
  return rows === undefined
    ? null
    : `confirms that a backup of ${rows} rows, which end with ${head}, takes the place of a database; it changes nothing at a venue`
}

function grantOf(text: string): string | null {
  const [, name = '', keyId = '', end] = grant.exec(text) ?? []
  if (end === undefined) return null
  const given = { name, keyId, validUntilMs: Number(end), accountIndex: 0, nonce: null }
  return createApiKeyText(given) === text ? grantWords(given) : null
}

/** What a text is, where it is one of them; null for any other text. */
export function ownMessageOf(text: string): OwnMessage | null {
  const granted = grantOf(text)
  if (granted !== null)
    return { kind: 'keyRegistration', venue: 'arcus', does: granted, signedDigest: hashMessage(text) }
  const confirmed = keyChangeWords(text) ?? restoreWords(text)
  if (confirmed === null) return null
  return { kind: 'confirmation', venue: null, does: confirmed, signedDigest: hashMessage(text) }
}
