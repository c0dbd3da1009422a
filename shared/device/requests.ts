/** What the Ethereum app can ask a person about, ready to be drawn. Texts are device text (see eip712-format.ts). */
import { bytesToHex } from '@noble/hashes/utils.js'
import { byteText } from './eip712-format.ts'
import type { DeviceSettings, ScreenClass } from './models.ts'

/** One label with its value, as the app hands it to the screen. */
export interface TextPair {
  readonly label: string
  readonly value: string
  /** Touch models: begins a new page. */
  readonly pageStart?: boolean
}

/** A question on the device. */
export type ReviewRequest =
  | {
      /** Typed data, field by field or as hashes. */
      readonly kind: 'typedData'
      readonly pairs: readonly TextPair[]
      /** Whether a page "skip" stands between the fields. */
      readonly skippable: boolean
      /** Only the two hashes are known (E0 0C, P2 00). */
      readonly hashed: boolean
    }
  | {
      /** A personal message. */
      readonly kind: 'message'
      readonly text: string
    }
  | {
      /** An address to be compared. */
      readonly kind: 'address'
      readonly address: string
      /** Name of the network, when it is known. */
      readonly network: string | undefined
    }

/** Domain and message hash as they are shown: upper-case hex with 0x. */
export interface ShownHashes {
  readonly domainHash: string
  readonly messageHash: string
}

const hashPairs = ({ domainHash, messageHash }: ShownHashes, pageStart: boolean): TextPair[] => [
  { label: 'Domain hash', value: domainHash, pageStart },
  { label: 'Message hash', value: messageHash },
]

/** The question about typed data whose shown fields are `pairs` (ui_712_push_pairs of app-ethereum 1.22.0). */
export function typedDataRequest(
  screen: ScreenClass,
  settings: DeviceSettings,
  pairs: readonly TextPair[],
  hashes: ShownHashes,
): ReviewRequest {
  const fieldsHidden = screen === 'nano' && !settings.rawMessages
  const added = settings.transactionHash
    ? hashPairs(hashes, true)
    : fieldsHidden
      ? [{ label: 'Message hash', value: hashes.messageHash }]
      : []
  return { kind: 'typedData', pairs: [...pairs, ...added], skippable: !fieldsHidden, hashed: false }
}

/** The question about the two hashes of typed data. */
export const hashedRequest = (
  screen: ScreenClass,
  settings: DeviceSettings,
  hashes: ShownHashes,
): ReviewRequest => ({
  kind: 'typedData',
  pairs: hashPairs(hashes, false),
  skippable: screen === 'touch' || settings.rawMessages,
  hashed: true,
})

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)

/** Whether a personal message is shown as text; otherwise as lower-case hex. */
export const isText = (message: Uint8Array): boolean =>
  message.every((byte) => isSpace(byte) || (byte >= 0x20 && byte <= 0x7e))

/** The question about a personal message (cmd_sign_message.c of app-ethereum 1.22.0). */
export function messageRequest(screen: ScreenClass, message: Uint8Array): ReviewRequest {
  if (!isText(message)) return { kind: 'message', text: `0x${bytesToHex(message)}` }
  const shown = screen === 'nano' ? message.map((byte) => (isSpace(byte) ? 0x20 : byte)) : message
  return { kind: 'message', text: byteText(shown) }
}
