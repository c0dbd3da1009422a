/** A desk whose venue takes changes signed by an API key, with a practice Ledger for the approvals. */
import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { onTestFinished } from 'vitest'
import type { Failure, Result } from '../../shared/errors.ts'
import { fail, ok } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { KeyFacts, KeyKind } from '../../shared/keys.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import { isVenueId, type VenueId } from '../../shared/venues/registry.ts'
import type { PracticeAnswer } from '../../electron/cli/options.ts'
import { answerQuestions } from '../../electron/cli/practice-ledger.ts'
import { createKeyDesk, type KeyDesk } from '../../electron/desk/keys.ts'
import type { KeyInput } from '../../electron/desk/key-input.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { practiceSource } from '../../electron/device/practice.ts'
import { findByAddress } from '../../electron/device/select.ts'
import type { Keyring, SafeStorage } from '../../electron/secrets/keyring.ts'
import { keyringOf } from '../../electron/secrets/keyring.ts'
import type { SecretOf } from '../../electron/secrets/record.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { Account, NewAccount } from '../../electron/store/port.ts'
import type { KeyedSending, Venue } from '../../electron/venues/port.ts'

/** First address of the practice Ledger, `44'/60'/0'/0/0`. */
export const practiceAddress: Hex = '0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d'

/** The secret and public key of RFC 8032, 7.1, test 1; public, never used. */
export const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
export const publicKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
export const passphrase = 'correct horse battery staple'

/** What a sealed secret is of, in tests of the box and the vault. */
export const secretOf: SecretOf = {
  account: '01M7WE5NSKACS05YV97XXTQE7Y',
  venue: 'arcus',
  network: 'mainnet',
  address: `0x${'a1'.repeat(20)}`,
  signer: `0x${'a1'.repeat(20)}`,
  kind: 'ed25519',
  keyId: 'ab'.repeat(32),
}

/** The value of a result that must be one. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** The failure of a result that must be one. */
export function failureOf(result: Result<unknown>): Failure {
  if (result.ok) throw new Error(`expected a failure, got ${JSON.stringify(result.value)}`)
  return result.error
}

/** The id of a venue, by its name. */
export function venueId(name: string): VenueId {
  if (!isVenueId(name)) throw new Error(`${name} is no venue`)
  return name
}

/** A safeStorage that turns every bit around, with the backend that it says it has. */
export const fakeStorage = (backend: string, available = true): SafeStorage => ({
  isEncryptionAvailable: () => available,
  getSelectedStorageBackend: () => backend,
  encryptString: (text) => Buffer.from(Buffer.from(text).map((byte) => byte ^ 0xff)),
  decryptString: (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0xff)).toString(),
})

/** A real keyring, as far as the desk can tell. */
export function fakeKeyring(): Keyring {
  const keyring = keyringOf(fakeStorage('gnome_libsecret'), 'linux')
  if (!keyring) throw new Error('it is a real one')
  return keyring
}

const market = {
  symbol: 'BTC',
  id: 0,
  minLeverage: 1,
  maxLeverage: 40,
  leverageStep: 1,
  crossAllowed: true,
  isolatedAllowed: true,
  delisted: false,
}

/** Whether a signature is the key's over the text. */
export const isSigned = (keyId: string, text: string, signature: string): boolean =>
  verify(
    null,
    Buffer.from(text),
    createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(keyId, 'hex').toString('base64url') },
      format: 'jwk',
    }),
    Buffer.from(signature, 'hex'),
  )

/** A venue that applies what its key signed, and remembers what it got. */
export class FakeVenue implements Venue {
  readonly id = 'hyperliquid'
  readonly network = 'mainnet'
  readonly name = 'Hyperliquid'
  readonly origin = 'practice'
  leverage = '5'
  report: KeyFacts = { expiresAt: null, permissions: ['trade'] }
  /** What the venue has the key sign when it is asked about it. */
  readText = 'GET/trade/api/v2/validate/keys1756460695432'
  readonly sent: { readonly body: string; readonly signature: string }[] = []

  markets() {
    return Promise.resolve(ok({ markets: [market], leftOut: [], readAtMs: Date.now() }))
  }
  current() {
    const facts = { isCross: true, markPrice: '100000', readAtMs: Date.now(), skewMs: 0 }
    return Promise.resolve(ok({ leverage: this.leverage, ...facts }))
  }
  position() {
    return Promise.resolve(ok(null))
  }
  checkSigner() {
    return Promise.resolve(ok(null))
  }
  readonly checkKey: NonNullable<Venue['checkKey']> = async (signer) => {
    const signature = await signer.sign(this.readText)
    if (!signature.ok) return signature
    return isSigned(signer.keyId, this.readText, signature.value)
      ? ok(this.report)
      : fail('venue.readFailed', { venue: this.name, detail: 'the signature is wrong.' })
  }
  async submit(body: string, sending?: KeyedSending): Promise<HttpAnswer> {
    const lost: HttpAnswer = { sent: false, status: null, body: '', lost: 'no key signed it.' }
    if (!sending) return lost
    const text = `${sending.stampMs}${body}`
    const signature = await sending.signer.sign(text)
    if (!signature.ok || !isSigned(sending.signer.keyId, text, signature.value)) return lost
    this.sent.push({ body, signature: signature.value })
    const change = JSON.parse(body) as { readonly leverage: number }
    this.leverage = String(change.leverage)
    return { sent: true, status: 200, body: '{"status":"ok","response":{"type":"default"}}', lost: '' }
  }
}

/** What a desk of keys is made with. */
export interface KeyDeskOptions {
  readonly keyring?: Keyring | null
  readonly passphrase?: () => Promise<Result<string>>
  readonly kind?: KeyKind | null
  /** What is answered on the Ledger; `approve` unless told. */
  readonly answer?: PracticeAnswer
}

/** A desk of keys in a folder of its own, removed when the test is over. */
export async function openKeyDesk({
  keyring = null,
  kind = 'ed25519',
  answer = 'approve',
  ...more
}: KeyDeskOptions = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-keys-'))
  let offsetMs = 0
  const now = () => Date.now() + offsetMs
  const store = must(await openStore({ dir, mode: 'practice', now }))
  const venue = new FakeVenue()
  const ledger = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })
  answerQuestions(ledger, answer)
  /** Whether the Ledger is connected. */
  const usb = { connected: true }
  const openLedger: DeskPorts['openLedger'] = (path, address) =>
    usb.connected
      ? findByAddress(practiceSource(ledger), path, address)
      : Promise.resolve(fail('device.none'))
  const asked = { count: 0 }
  const keys: KeyDesk = createKeyDesk({
    store,
    venueFor: () => ok(venue),
    openLedger,
    now,
    keyring,
    kindOf: () => kind,
    passphrase: () => {
      asked.count += 1
      return more.passphrase?.() ?? Promise.resolve(fail('secret.locked'))
    },
  })
  onTestFinished(async () => {
    keys.lock()
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const ports: DeskPorts = {
    store,
    venueFor: () => ok(venue),
    keys,
    openLedger,
    now,
    newId: ulid,
    wait: () => Promise.resolve(),
  }
  const account = async (change: Partial<NewAccount> = {}): Promise<Account> =>
    must(
      await store.accounts.add({
        name: 'treasury',
        venue: 'hyperliquid',
        network: 'mainnet',
        address: practiceAddress,
        signer: practiceAddress,
        path: "44'/60'/0'/0/0",
        vaultAddress: null,
        settings: {},
        ...change,
      }),
    )
  const moveClock = (ms: number): void => {
    offsetMs += ms
  }
  return { dir, store, venue, keys, ports, ledger, usb, account, asked, moveClock }
}

/** A desk of keys under test. */
export type TestKeyDesk = Awaited<ReturnType<typeof openKeyDesk>>

/** A pasted Ed25519 seed, sealed by the passphrase. */
export const pasted = (change: Partial<KeyInput> = {}): KeyInput => ({
  account: 'treasury',
  secret: Buffer.from(seed),
  keyId: null,
  label: 'desk',
  expiresAt: null,
  passphrase,
  ...change,
})

/** Bytes that stand nowhere else. */
export const canary = (): Buffer => randomBytes(32)
