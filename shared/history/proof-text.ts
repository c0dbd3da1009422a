/**
 * Proofs as text: of inclusion as C2SP tlog-proof, of consistency as C2SP tlog-witness asks a witness
 * (`add-checkpoint`). Each ends with the head that it is about, so it can be checked with nothing else but a key.
 */
import { fromBase64, toBase64 } from '../base64.ts'
import { readCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { hashLength } from './merkle.ts'

/** A proof that was read; nothing of it is proven yet. */
export interface ReadProof {
  /** Index of the leaf, or size of the older tree. */
  readonly number: number
  readonly hashes: readonly Uint8Array[]
  readonly head: SignedCheckpoint
}

/** First line of a proof of inclusion. */
const inclusionHeader = 'c2sp.org/tlog-proof@v1\n'

const hashLines = (hashes: readonly Uint8Array[]): string =>
  hashes.map((hash) => `${toBase64(hash)}\n`).join('')

/** The text of a proof that row `index + 1` is under a head. */
export const inclusionText = (index: number, hashes: readonly Uint8Array[], note: string): string =>
  `${inclusionHeader}index ${index}\n${hashLines(hashes)}\n${note}`

/** The text of a proof that a head only added rows to the first `oldSize`. */
export const consistencyText = (oldSize: number, hashes: readonly Uint8Array[], note: string): string =>
  `old ${oldSize}\n${hashLines(hashes)}\n${note}`

function readProof(text: string, word: 'index' | 'old'): ReadProof | string {
  const end = text.indexOf('\n\n')
  if (end < 0) return 'it has no empty line before its head.'
  const [first = '', ...lines] = text.slice(0, end).split('\n')
  const [, digits] = new RegExp(`^${word} (0|[1-9]\\d{0,15})$`).exec(first) ?? []
  if (digits === undefined) return `it does not begin with "${word}" and a whole number.`
  const hashes: Uint8Array[] = []
  for (const line of lines) {
    const hash = fromBase64(line)
    if (hash?.length !== hashLength) return 'a line of it is not a hash in base64.'
    hashes.push(hash)
  }
  const head = readCheckpoint(text.slice(end + 2))
  return typeof head === 'string' ? head : { number: Number(digits), hashes, head }
}

/** Reads a proof of inclusion; a sentence where it is none. Extra data is not part of ours and is refused. */
export const readInclusion = (text: string): ReadProof | string =>
  text.startsWith(inclusionHeader)
    ? readProof(text.slice(inclusionHeader.length), 'index')
    : 'it does not begin as a proof of inclusion does.'

/** Reads a proof of consistency; a sentence where it is none. */
export const readConsistency = (text: string): ReadProof | string => readProof(text, 'old')
