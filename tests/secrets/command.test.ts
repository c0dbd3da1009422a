import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  listKeys,
  runAddKey,
  runRemoveKey,
  runRotateKey,
  runTestKey,
  type KeyOptions,
} from '../../electron/cli/commands/keys.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import { openStore } from '../../electron/store/open-store.ts'
import { must, passphrase, practiceAddress, publicKey, seed } from './support.ts'

vi.mock('../../shared/keys.ts', async (original) => ({
  ...(await original<object>()),
  keyKindOf: () => 'ed25519',
}))

let stdout = ''
let stderr = ''

beforeEach(() => {
  stdout = ''
  stderr = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text)
    return true
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  process.exitCode = 0
})

/** Runs a command in this process: its exit code, and what it printed. */
async function ran(command: Promise<void>) {
  await command
  const exit = process.exitCode ?? 0
  const printed = { exit, stdout, stderr }
  process.exitCode = 0
  stdout = ''
  stderr = ''
  return printed
}

const json = ({ stdout: text }: { readonly stdout: string }): unknown => JSON.parse(text)

/** A practice desk with one account, and files with the secret and the passphrase. */
async function desk(venue: VenueId = 'hyperliquid') {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-keys-command-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const store = must(await openStore({ dir, mode: 'practice' }))
  must(
    await store.accounts.add({
      name: 'perps',
      venue,
      network: 'mainnet',
      address: practiceAddress,
      signer: practiceAddress,
      path: "44'/60'/0'/0/0",
      vaultAddress: null,
      settings: {},
    }),
  )
  await store.close()
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text)
    return join(dir, name)
  }
  const secretFile = file('key.txt', `${seed}\n`)
  const passphraseFile = file('pass.txt', `${passphrase}\n`)
  const options: KeyOptions = { practice: true, data: dir, practiceAnswer: 'approve', json: true }
  return { options, file, secretFile, passphraseFile }
}

describe('countersign keys', () => {
  it('adds, lists, tests, rotates and removes, with the secret and the passphrase from files', async () => {
    const { options, secretFile, passphraseFile } = await desk()
    const withPassphrase = { ...options, passphraseFile }
    const add = { ...withPassphrase, secretFile, label: 'desk', expires: '2099-12-31' }
    expect(json(await ran(runAddKey(add, 'perps')))).toMatchObject({
      key: { keyId: publicKey, label: 'desk', sealedBy: 'passphrase', expiresAt: '2099-12-31T00:00:00.000Z' },
    })
    expect(json(await ran(listKeys(options, undefined)))).toMatchObject({ keys: [{ keyId: publicKey }] })
    expect(json(await ran(runTestKey(withPassphrase, 'perps')))).toMatchObject({ key: { keyId: publicKey } })
    const made = await ran(runRotateKey({ ...withPassphrase, json: false, generate: true }, 'perps'))
    expect(made.stdout).toMatch(/Register this public key at hyperliquid before you use it: [0-9a-f]{64}/)
    expect(made.stdout).not.toContain(publicKey)
    const removed = await ran(runRemoveKey({ ...options, json: false }, 'perps'))
    expect(removed.stdout).toContain('It stays good at the venue until you revoke it there.')
    expect(json(await ran(listKeys(options, 'perps')))).toEqual({ keys: [] })
  })

  it('says what a key may do, and warns of what it does not need', async () => {
    const { options, secretFile, passphraseFile } = await desk('bybit')
    const text = { ...options, json: false }
    const added = await ran(runAddKey({ ...text, secretFile, passphraseFile }, 'perps'))
    expect(added.stdout).toContain('no end known  may: told when it is tested')
    const store = must(await openStore({ dir: options.data ?? '', mode: 'practice' }))
    const [key] = must(await store.apiKeys.list())
    const permissions = ['ContractTrade:Position', 'Wallet:Withdraw']
    must(await store.apiKeys.learn(key?.id ?? '', { expiresAt: null, permissions }))
    await store.close()
    const { stdout: listed } = await ran(listKeys(text, undefined))
    expect(listed).toContain('no end told  may: ContractTrade:Position, Wallet:Withdraw')
    expect(listed).toContain('The API key of perps may do more than it needs to: Wallet:Withdraw.')
    expect(listed).toContain('"countersign keys rotate perps')
  })

  it('takes the file of the passphrase from the environment too, and tells each refusal with its exit code', async () => {
    const { options, secretFile, passphraseFile, file } = await desk()
    const refused = async (command: Promise<void>) => {
      const ended = await ran(command)
      expect(ended.stdout).not.toContain(passphrase)
      return [ended.exit, (json(ended) as { error: { code: string } }).error.code]
    }
    expect(await refused(runAddKey({ ...options, secretFile }, 'perps'))).toEqual([1, 'secret.locked'])
    expect(await refused(runTestKey(options, 'perps'))).toEqual([1, 'secret.none'])
    const short = file('short.txt', 'too short')
    expect(await refused(runAddKey({ ...options, secretFile, passphraseFile: short }, 'perps'))).toEqual([
      1,
      'secret.weakPassphrase',
    ])
    vi.stubEnv('COUNTERSIGN_PASSPHRASE_FILE', passphraseFile)
    expect((await ran(runAddKey({ ...options, secretFile }, 'perps'))).exit).toBe(0)
    expect(await refused(runAddKey({ ...options, secretFile }, 'perps'))).toEqual([1, 'secret.exists'])
    const bad = file('bad.txt', `${seed}00`)
    expect(await refused(runRotateKey({ ...options, secretFile: bad }, 'perps'))).toEqual([
      1,
      'input.badField',
    ])
    const wrong = file('wrong.txt', 'another passphrase')
    expect(await refused(runTestKey({ ...options, passphraseFile: wrong }, 'perps'))).toEqual([
      1,
      'secret.wrongPassphrase',
    ])
    const missing = join(passphraseFile, 'x')
    expect(await refused(runTestKey({ ...options, passphraseFile: missing }, 'perps'))).toEqual([
      1,
      'input.unreadable',
    ])
    const both = { ...options, secretFile: '-', passphraseFile: '-' }
    expect(await refused(runRotateKey(both, 'perps'))).toEqual([64, 'input.usage'])
    const expires = 'tomorrow'
    expect(await refused(runRotateKey({ ...options, secretFile, expires }, 'perps'))).toEqual([
      64,
      'input.usage',
    ])
  })
})
