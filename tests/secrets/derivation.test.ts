import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { canonicalJson } from '../../shared/history/canonical-json.ts'
import { seal } from '../../electron/secrets/box.ts'
import type { SealedRecord } from '../../electron/secrets/record.ts'
import { newScryptKey, passphraseBytes, scryptKey } from '../../electron/secrets/scrypt.ts'
import { createVault } from '../../electron/secrets/vault.ts'
import { failureOf, must, passphrase, secretOf } from './support.ts'

vi.mock('../../electron/secrets/scrypt.ts', async (original) => {
  const real = await original<typeof import('../../electron/secrets/scrypt.ts')>()
  return { ...real, scryptKey: vi.fn(real.scryptKey) }
})

const of = secretOf
const plain = 'a secret that many read at once'

let records: readonly [string, string]
beforeAll(async () => {
  const sealed = async () => seal(Buffer.from(plain), of, await newScryptKey(passphraseBytes(passphrase)))
  records = [await sealed(), await sealed()]
})
beforeEach(() => {
  vi.mocked(scryptKey).mockClear()
})

const derivations = () => vi.mocked(scryptKey).mock.calls.length

/** A locked vault, and how often it asked for the passphrase. */
function vaultAsking(answer: () => Promise<Result<string>> = async () => ok(passphrase)) {
  const ask = vi.fn(answer)
  return { ask, vault: createVault({ keyring: null, now: Date.now, passphrase: ask }) }
}

const times = <T>(count: number, read: () => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, read))

describe('reads at the same time', () => {
  it('of one key take one derivation right after another one was unlocked, and have a secret each', async () => {
    const [first, second] = records
    const { vault, ask } = vaultAsking()
    must(await vault.unlock(passphrase, first, of))
    expect(derivations()).toBe(1)
    const secrets = (await times(6, () => vault.open(second, of))).map(must)
    expect([derivations(), ask.mock.calls.length]).toEqual([2, 0])
    expect(secrets.map(String)).toEqual(Array.from({ length: 6 }, () => plain))
    secrets[0]?.fill(0)
    expect(String(secrets[1])).toBe(plain)
    must(await vault.open(second, of))
    expect(derivations()).toBe(2)
  })

  it('of a locked key ask for the passphrase once, and take one derivation', async () => {
    const { vault, ask } = vaultAsking()
    const read = await times(4, () => vault.open(records[0], of))
    expect(read.map((secret) => String(must(secret)))).toEqual([plain, plain, plain, plain])
    expect([derivations(), ask.mock.calls.length]).toEqual([1, 1])
  })

  it('with a wrong passphrase all fail by one derivation, and the next read asks anew', async () => {
    let answer = 'not the right passphrase'
    const { vault, ask } = vaultAsking(async () => ok(answer))
    for (const read of await times(3, () => vault.open(records[0], of)))
      expect(failureOf(read).code).toBe('secret.wrongPassphrase')
    expect([derivations(), vault.unlockedUntilMs]).toEqual([1, null])
    answer = passphrase
    must(await vault.open(records[0], of))
    expect([derivations(), ask.mock.calls.length]).toEqual([2, 2])
  })

  it('with two passphrases share nothing: the right one opens, the wrong one does not', async () => {
    const { vault } = vaultAsking(async () => fail('secret.locked'))
    const typed = [passphrase, 'not the right passphrase', passphrase]
    const unlocked = await Promise.all(typed.map((one) => vault.unlock(one, records[0], of)))
    expect(unlocked.map(({ ok: right }) => right)).toEqual([true, false, true])
    must(await vault.open(records[0], of))
  })

  it('with a record that was changed share nothing with the record that was not', async () => {
    const { vault } = vaultAsking()
    const copy = JSON.parse(records[0]) as SealedRecord
    Object.assign(copy.header.key, { proof: '00'.repeat(16) })
    const [changed, right] = await Promise.all([
      vault.open(must(canonicalJson(copy)), of),
      vault.open(records[0], of),
    ])
    expect(failureOf(changed).code).toBe('secret.wrongPassphrase')
    expect(String(must(right))).toBe(plain)
  })

  it('all hear of a machine that has no memory for it', async () => {
    vi.mocked(scryptKey).mockRejectedValueOnce(new Error('memory limit exceeded'))
    const { vault } = vaultAsking()
    const read = await Promise.allSettled([vault.open(records[0], of), vault.open(records[0], of)])
    expect(read.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    must(await vault.open(records[0], of))
  })
})

describe('locking', () => {
  it('while a key is derived keeps nothing of it', async () => {
    const { vault, ask } = vaultAsking(async () => fail('secret.locked'))
    const unlocking = vault.unlock(passphrase, records[0], of)
    vault.lock()
    must(await unlocking)
    expect(vault.unlockedUntilMs).toBeNull()
    expect(failureOf(await vault.open(records[0], of)).code).toBe('secret.locked')
    expect(ask).toHaveBeenCalledOnce()
  })

  it('leaves no byte of what was derived, of whoever waited for it', async () => {
    const { vault } = vaultAsking()
    for (const secret of await times(3, () => vault.open(records[0], of))) must(secret).fill(0)
    vault.lock()
    const derived = await Promise.all(vi.mocked(scryptKey).mock.results.map(({ value }) => value))
    const passphrases = vi.mocked(scryptKey).mock.calls.map(([bytes]) => bytes)
    const buffers = [...derived.map(must), ...passphrases] as readonly Buffer[]
    expect(buffers).toHaveLength(2)
    for (const bytes of buffers) expect(bytes.every((byte) => byte === 0)).toBe(true)
  })
})
