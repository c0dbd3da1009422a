import { describe, expect, it } from 'vitest'
import { keyringOf } from '../../electron/secrets/keyring.ts'
import { fakeKeyring, fakeStorage, failureOf, must } from './support.ts'

describe('the keyring behind safeStorage', () => {
  it.each(['basic_text', 'unknown', '', 'something_new'])(
    'is none on Linux where the backend is "%s", whatever safeStorage says of itself',
    (backend) => {
      expect(keyringOf(fakeStorage(backend), 'linux')).toBeNull()
    },
  )

  it('is none where the backend cannot be asked on Linux', () => {
    const { getSelectedStorageBackend: _, ...storage } = fakeStorage('gnome_libsecret')
    expect(keyringOf(storage, 'linux')).toBeNull()
  })

  it.each(['linux', 'darwin', 'win32'] as const)(
    'is none on %s where encryption is not available',
    (platform) => {
      expect(keyringOf(fakeStorage('gnome_libsecret', false), platform)).toBeNull()
    },
  )

  it.each(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'])('is real on Linux with %s', (backend) => {
    expect(keyringOf(fakeStorage(backend), 'linux')?.backend).toBe(backend)
  })

  it('never encrypts with a backend that it does not use', () => {
    let encrypted = 0
    const storage = {
      ...fakeStorage('basic_text'),
      encryptString: (text: string) => {
        encrypted += 1
        return Buffer.from(text)
      },
    }
    keyringOf(storage, 'linux')?.newKey()
    expect(encrypted).toBe(0)
  })

  it('gives back the key that it wrapped, and wraps no secret', () => {
    const keyring = fakeKeyring()
    const { header, key } = keyring.newKey()
    if (header.by !== 'keyring') throw new Error('it is by the keyring')
    expect(must(keyring.keyOf(header))).toEqual(key)
  })

  it('does not open what another keyring sealed, and says which', () => {
    const { header } = fakeKeyring().newKey()
    if (header.by !== 'keyring') throw new Error('it is by the keyring')
    const other = keyringOf(fakeStorage('kwallet6'), 'linux')
    if (!other) throw new Error('it is a real one')
    const failure = failureOf(other.keyOf(header))
    expect(failure).toMatchObject({ code: 'secret.keyringMissing' })
    expect(failure.message).toContain('gnome_libsecret')
  })

  it.each([
    [
      'throws',
      (): string => {
        throw new Error('locked')
      },
    ],
    ['gives something else', (): string => 'abcd'],
  ] as const)('says that the record is altered where it %s', (_, decryptString) => {
    const { header } = fakeKeyring().newKey()
    if (header.by !== 'keyring') throw new Error('it is by the keyring')
    const broken = keyringOf({ ...fakeStorage('gnome_libsecret'), decryptString }, 'linux')
    expect(broken && failureOf(broken.keyOf(header)).code).toBe('secret.altered')
  })
})
