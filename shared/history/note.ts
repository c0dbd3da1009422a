/**
 * Signed notes (C2SP signed-note): a text and lines of signatures under it. Read strictly: what two readers could read
 * differently is no note. Only Ed25519 keys (type 0x01) are used here; other signatures are kept and ignored.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { fromBase64, toBase64 } from '../base64.ts'

/** A public key that signs notes. */
export interface NoteKey {
  /** Without white space and plus signs. */
  readonly name: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

/** One signature under a note. */
export interface NoteSignature {
  readonly name: string
  /** Four bytes as 8 hex digits. */
  readonly keyId: string
  readonly signature: Uint8Array
}

/** A note that was read; nothing of it is proven yet. */
export interface Note {
  /** What is signed, with its last line feed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Checks an Ed25519 signature (RFC 8032). */
export type Ed25519Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

/** Checks an Ed25519 signature everywhere; one that is in any way odd is wrong. */
export const portableEd25519: Ed25519Verify = (publicKey, message, signature) => {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}

/** Type of Ed25519 keys in a note. */
const ed25519Type = 0x01

/** The most signature lines that are read. */
const maxSignatures = 16

const namePattern = /^[^\s+\p{White_Space}]+$/u
const isName = (name: string): boolean => namePattern.test(name) && name.isWellFormed()

/** The id of a key: the first four bytes of SHA-256(name || 0x0A || 0x01 || public key), as 8 hex digits. */
export const keyIdOf = ({ name, publicKey }: NoteKey): string =>
  bytesToHex(sha256(concatBytes(utf8ToBytes(name), Uint8Array.of(0x0a, ed25519Type), publicKey)).slice(0, 4))

/** The line in which a key is written down (a vkey), without a line feed. */
export const vkeyOf = (key: NoteKey): string =>
  `${key.name}+${keyIdOf(key)}+${toBase64(concatBytes(Uint8Array.of(ed25519Type), key.publicKey))}`

/** The key of a vkey line; null where it is not exactly one of an Ed25519 key. */
export function readVkey(line: string): NoteKey | null {
  const [, name = '', id, text = ''] = /^([^+]+)\+([0-9a-f]{8})\+([^\s]+)$/.exec(line) ?? []
  const bytes = fromBase64(text)
  if (!isName(name) || bytes?.length !== 33 || bytes[0] !== ed25519Type) return null
  const key: NoteKey = { name, publicKey: bytes.slice(1) }
  return keyIdOf(key) === id ? key : null
}

/** The line of a signature, with its line feed. */
export const signatureLine = (key: NoteKey, signature: Uint8Array): string => {
  const id = Uint8Array.from(keyIdOf(key).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return `— ${key.name} ${toBase64(concatBytes(id, signature))}\n`
}

function readSignatureLine(line: string): NoteSignature | null {
  const [, name = '', text = ''] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? []
  const bytes = fromBase64(text)
  if (!isName(name) || bytes === null || bytes.length < 5) return null
  return { name, keyId: bytesToHex(bytes.slice(0, 4)), signature: bytes.slice(4) }
}

/** Whether a text has a control character that a note cannot have: any below U+0020 but line feeds. */
const hasControls = (text: string): boolean =>
  [...text].some((character) => character < ' ' && character !== '\n')

/** Reads a note. A sentence where it is none. */
export function readNote(note: string): Note | string {
  if (!note.isWellFormed() || hasControls(note)) return 'it has characters that a signed note cannot have.'
  const end = note.lastIndexOf('\n\n')
  if (end < 0) return 'it has no empty line before its signatures.'
  if (!note.endsWith('\n')) return 'its last line does not end.'
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > maxSignatures) return `it has more than ${maxSignatures} signatures.`
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const signature = readSignatureLine(line)
    if (signature === null) return 'a line under it is not a signature.'
    signatures.push(signature)
  }
  return { text: note.slice(0, end + 1), signatures }
}

/**
 * What is wrong with the signatures of a note; null when a known key signed it and no signature of a known key is
 * wrong. Signatures of unknown keys are ignored.
 */
export function signatureFlaw(
  { text, signatures }: Note,
  keys: readonly NoteKey[],
  verify: Ed25519Verify = portableEd25519,
): string | null {
  const message = utf8ToBytes(text)
  let signed = false
  for (const { name, keyId, signature } of signatures) {
    const key = keys.find((known) => known.name === name && keyIdOf(known) === keyId)
    if (!key) continue
    if (!verify(key.publicKey, message, signature)) return 'its signature is wrong.'
    signed = true
  }
  return signed ? null : 'no key that is known signed it.'
}
