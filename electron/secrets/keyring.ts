/**
 * The machine's keyring, through Electron's safeStorage. It wraps a random content key and never sees the secret. Where
 * safeStorage has no keyring it encrypts with a password that is written in Chromium's source (`basic_text`): that is
 * no seal, and is never used.
 */
import { randomBytes } from 'node:crypto'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { altered } from './altered.ts'
import type { ContentKey } from './box.ts'
import type { KeyringHeader } from './record.ts'

/** What is used of Electron's safeStorage. */
export interface SafeStorage {
  isEncryptionAvailable(): boolean
  /** On Linux only; right only once the app is ready. */
  getSelectedStorageBackend?(): string
  encryptString(text: string): Buffer
  decryptString(bytes: Buffer): string
}

/** A real keyring. */
export interface Keyring {
  /** Which one, such as `gnome_libsecret`. */
  readonly backend: string
  newKey(): ContentKey
  /** The content key of a record. Fails with `secret.keyringMissing` or `secret.altered`. */
  keyOf(header: KeyringHeader): Result<Buffer>
}

/** Keyrings of Linux that keep a password of their own (Electron docs, safeStorage.getSelectedStorageBackend). */
const linuxKeyrings: readonly string[] = ['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6']

/** The keyring's name; null where there is none that can be trusted. */
function backendOf(storage: SafeStorage, platform: NodeJS.Platform): string | null {
  if (!storage.isEncryptionAvailable()) return null
  if (platform === 'darwin') return 'keychain'
  if (platform === 'win32') return 'dpapi'
  const backend = storage.getSelectedStorageBackend?.() ?? 'unknown'
  return linuxKeyrings.includes(backend) ? backend : null
}

/** The failure where a record's keyring is not here. */
export const keyringMissing = (backend: string): Result<never> => fail('secret.keyringMissing', { backend })

function unwrap(storage: SafeStorage, wrapped: string): Result<Buffer> {
  try {
    const key = Buffer.from(storage.decryptString(Buffer.from(wrapped, 'hex')), 'hex')
    return key.length === 32 ? ok(key) : altered('the keyring gave another key.')
  } catch {
    return altered('the keyring does not open it.')
  }
}

/** The keyring behind safeStorage, asked once the app is ready; null where there is no real one. */
export function keyringOf(storage: SafeStorage, platform: NodeJS.Platform): Keyring | null {
  const backend = backendOf(storage, platform)
  if (backend === null) return null
  return {
    backend,
    newKey() {
      const key = randomBytes(32)
      const wrapped = storage.encryptString(key.toString('hex')).toString('hex')
      return { header: { by: 'keyring', backend, wrapped }, key }
    },
    keyOf: (header) =>
      header.backend === backend ? unwrap(storage, header.wrapped) : keyringMissing(header.backend),
  }
}
