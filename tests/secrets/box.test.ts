import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { ok } from '../../shared/errors.ts'
import { canonicalJson } from '../../shared/history/canonical-json.ts'
import { openBox, seal } from '../../electron/secrets/box.ts'
import { readRecord, type KeyHeader } from '../../electron/secrets/record.ts'
import { newScryptKey, passphraseBytes, scryptKey } from '../../electron/secrets/scrypt.ts'
import { createVault } from '../../electron/secrets/vault.ts'
import { fakeKeyring, failureOf, must, passphrase, secretOf } from './support.ts'
import { attack } from '../support/proven.ts'

const of = secretOf
const plain = Buffer.from('a secret of more than one block, to be sealed and opened again')

const byPassphrase = (text: string) => async (header: KeyHeader) =>
  header.by === 'passphrase' ? scryptKey(passphraseBytes(text), header) : fakeKeyring().keyOf(header)

/** Scrypt is meant to take long: the tests that only change a record share one. */
let sealed = ''
beforeAll(async () => {
  sealed = await seal(plain, of, await newScryptKey(passphraseBytes(passphrase)))
})

/** A record with another value at a place in its JSON. */
function changed(record: string, path: readonly string[], value: unknown): string {
  const copy = JSON.parse(record) as Record<string, unknown>
  let at = copy
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>
  at[path.at(-1) ?? ''] = value
  return must(canonicalJson(copy))
}

describe('a box sealed by a passphrase', () => {
  it('opens to what was sealed', async () => {
    expect(must(await openBox(sealed, of, byPassphrase(passphrase)))).toEqual(plain)
    expect(sealed).not.toContain(plain.toString('hex').slice(0, 16))
  })

  it('is scrypt with N = 2^17, r = 8, p = 1, with a salt and a nonce of its own each time', async () => {
    const other = await seal(plain, of, await newScryptKey(passphraseBytes(passphrase)))
    const [one, two] = [sealed, other].map((record) => must(readRecord(record)).header)
    if (one?.key.by !== 'passphrase' || two?.key.by !== 'passphrase') throw new Error('by a passphrase')
    expect(one.key).toMatchObject({ kdf: 'scrypt', logN: 17, r: 8, p: 1 })
    expect(one.key.salt).not.toBe(two.key.salt)
    expect(one.nonce).not.toBe(two.nonce)
  })

  it.each(['Correct horse battery staple', ''])(
    'tells the wrong passphrase "%s" apart from an altered record',
    async (wrong) => {
      const opened = await openBox(sealed, of, byPassphrase(wrong))
      expect(failureOf(opened)).toMatchObject({ code: 'secret.wrongPassphrase', outcome: 'not-sent' })
    },
  )

  it('takes a passphrase however a keyboard composes it', () => {
    expect(passphraseBytes('éclair au café'.normalize('NFD'))).toEqual(passphraseBytes('éclair au café'))
  })

  it('refuses a passphrase that is short', async () => {
    const vault = createVault({ keyring: null, now: Date.now, passphrase: async () => ok('') })
    const sealed = await vault.sealByPassphrase(plain, of, 'eleven char')
    expect(failureOf(sealed).code).toBe('secret.weakPassphrase')
  })

  it.each([
    [['header', 'key', 'logN'], 16],
    [['header', 'key', 'logN'], 20],
    [['header', 'key', 'logN'], 31],
    [['header', 'key', 'logN'], 17.5],
    [['header', 'key', 'r'], 1],
    [['header', 'key', 'r'], 1_000_000],
    [['header', 'key', 'p'], 0],
    [['header', 'key', 'p'], 5],
    [['header', 'key', 'salt'], 'ab'],
    [['header', 'key', 'kdf'], 'pbkdf2'],
    [['header', 'cipher'], 'none'],
    [['header', 'format'], 'countersign.secret/2'],
    [['header', 'extra'], 1],
    [['sealed'], ''],
    [['sealed'], 'abcd'],
  ] as const)('refuses %j as %s before anything is derived', async (path, value) => {
    let derived = 0
    const record = changed(sealed, path, value)
    const opened = await openBox(record, of, async () => {
      derived += 1
      return ok(randomBytes(32))
    })
    expect(failureOf(opened).code).toBe('secret.altered')
    expect(derived).toBe(0)
  })

  it.each([
    [['header', 'key', 'logN'], 18, 'secret.wrongPassphrase'],
    [['header', 'key', 'proof'], '00'.repeat(16), 'secret.wrongPassphrase'],
    [['header', 'nonce'], '00'.repeat(12), 'secret.altered'],
    [['sealed'], '00'.repeat(80), 'secret.altered'],
  ] as const)('with %j as %s does not open', async (path, value, code) => {
    const record = changed(sealed, path, value)
    expect(failureOf(await openBox(record, of, byPassphrase(passphrase))).code).toBe(code)
  })
})

describe('a box sealed by the keyring', () => {
  const keyring = fakeKeyring()
  const keyFor = async (header: KeyHeader) =>
    header.by === 'keyring' ? keyring.keyOf(header) : ok(randomBytes(32))

  it('opens to what was sealed', async () => {
    expect(must(await openBox(await seal(plain, of, keyring.newKey()), of, keyFor))).toEqual(plain)
  })

  attack('edit', 'changes any one byte of a sealed API key', 'it does not open', async () => {
    const record = Buffer.from(await seal(plain, of, keyring.newKey()))
    const accepted: number[] = []
    for (let at = 0; at < record.length; at += 1) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const copy = Buffer.from(record)
        copy[at] = (copy[at] ?? 0) ^ bit
        const opened = await openBox(copy.toString('latin1'), of, keyFor)
        if (opened.ok) accepted.push(at)
      }
    }
    expect(record.length).toBeGreaterThan(500)
    expect(accepted).toEqual([])
  })

  it('is refused with any byte cut off or put in', async () => {
    const record = await seal(plain, of, keyring.newKey())
    const accepted: string[] = []
    for (let at = 0; at <= record.length; at += 1) {
      const texts = [record.slice(0, at), `${record.slice(0, at)} ${record.slice(at)}`]
      for (const text of texts)
        if (text !== record && (await openBox(text, of, keyFor)).ok) accepted.push(text)
    }
    expect(accepted).toEqual([])
  })

  it.each(['account', 'venue', 'network', 'address', 'signer', 'keyId'] as const)(
    'is refused where another %s is meant than it was sealed for',
    async (field) => {
      const record = await seal(plain, of, keyring.newKey())
      const opened = await openBox(record, { ...of, [field]: 'other' }, keyFor)
      expect(failureOf(opened)).toMatchObject({ code: 'secret.altered' })
      const moved = changed(record, ['header', 'of', field], 'other')
      expect(failureOf(await openBox(moved, { ...of, [field]: 'other' }, keyFor)).code).toBe('secret.altered')
    },
  )
})
