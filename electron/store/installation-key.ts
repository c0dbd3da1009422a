/**
 * The key of an installation: Ed25519, made when it is first needed, in a file beside the database that only its owner
 * may read. It signs heads of the history and nothing else, and leaves this module only as signatures.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  sign,
  type KeyObject,
} from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  constants,
  type Stats,
} from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { signatureLine, vkeyOf, type NoteKey } from '../../shared/history/note.ts'
import { reasonOf } from './failures.ts'
import { syncDir } from './files.ts'

/** Name of the key's file in the folder of the database. */
export const keyFileName = 'installation.key'

/** Signs the text of a head. */
export interface HeadSigner {
  /** The line of the public key. */
  readonly vkey: string
  /** The text as a signed note. */
  readonly sign: (text: string) => string
}

/** Largest key file that is read, in bytes; an honest one has about 120. */
const maxBytes = 4096

const publicKeyOf = (secret: KeyObject): Uint8Array =>
  Uint8Array.from(createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32))

/** Why a key file is not trusted; null when it is. Windows has no such rights; there the person's folder is private. */
function unsafe(stats: Stats): string | null {
  if (!stats.isFile()) return 'it is not a file.'
  if (stats.size > maxBytes) return 'it is too large to be a key.'
  if (process.platform === 'win32') return null
  if ((stats.mode & 0o077) !== 0) return 'others than you may read or write it.'
  return process.getuid !== undefined && stats.uid !== process.getuid()
    ? 'it belongs to somebody else.'
    : null
}

/** Writes a new key. The file appears whole or not at all; where another process was first, its key stays. */
function makeKey(dir: string, path: string): void {
  const { privateKey } = generateKeyPairSync('ed25519')
  const draft = `${path}.${process.pid}`
  rmSync(draft, { force: true })
  const fd = openSync(draft, 'wx', 0o600)
  try {
    writeFileSync(fd, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  try {
    linkSync(draft, path)
    syncDir(dir)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** The key in a file. The rights are those of the very file that is read; a symbolic link is not followed. */
function readKey(path: string): KeyObject | string {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    const flaw = unsafe(fstatSync(fd))
    if (flaw !== null) return flaw
    const text = readFileSync(fd, 'utf8')
    try {
      const key = createPrivateKey(text)
      return key.asymmetricKeyType === 'ed25519' ? key : 'it is not an Ed25519 key.'
    } catch {
      return 'it is damaged.'
    }
  } finally {
    closeSync(fd)
  }
}

function readOrMake(dir: string, path: string): KeyObject | string {
  try {
    return readKey(path)
  } catch (error) {
    if (!isMissing(error)) throw error
    makeKey(dir, path)
    return readKey(path)
  }
}

/**
 * A seal over a text that only who has the key in a folder can make (HMAC-SHA-256, by a key of its own purpose); null where
 * no key is there that can be used.
 */
export function sealOf(dir: string, purpose: string, text: string): string | null {
  try {
    const secret = readKey(join(dir, keyFileName))
    if (typeof secret === 'string') return null
    const der = secret.export({ format: 'der', type: 'pkcs8' })
    const key = Buffer.from(hkdfSync('sha256', der, '', purpose, 32))
    return createHmac('sha256', key).update(text).digest('hex')
  } catch {
    return null
  }
}

/**
 * Opens the key in a folder, and makes it where there is none; `name` is the origin of the heads that it will sign.
 * Fails with `history.keyUnusable`.
 */
export function openHeadSigner(dir: string, name: string): Result<HeadSigner> {
  const path = join(dir, keyFileName)
  try {
    const secret = readOrMake(dir, path)
    if (typeof secret === 'string') return fail('history.keyUnusable', { path, detail: secret })
    const key: NoteKey = { name, publicKey: publicKeyOf(secret) }
    return ok({
      vkey: vkeyOf(key),
      sign: (text) => `${text}\n${signatureLine(key, sign(null, Buffer.from(text), secret))}`,
    })
  } catch (error) {
    const isLink = error instanceof Error && 'code' in error && error.code === 'ELOOP'
    const detail = isLink ? 'it is a symbolic link.' : reasonOf(error)
    if (detail === null) throw error
    return fail('history.keyUnusable', { path, detail })
  }
}
