/** Making, sealing and keeping a key: a new one, or one in the place of another. */
import type { KeyConfirmation } from '../../shared/approvals/key-change.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { KeyKind } from '../../shared/keys.ts'
import { newSeed, readSecret } from '../secrets/clear-key.ts'
import type { Vault } from '../secrets/vault.ts'
import { thenWiped } from '../secrets/wipe.ts'
import type { Account, ApiKey, NewApiKey, Store } from '../store/port.ts'
import { passphraseKey } from './held-keys.ts'
import { checkKeyInput, keyIdOf, type KeyInput } from './key-input.ts'
import { secretOf, type HeldKey } from './key-signers.ts'

/** What making a key needs. */
export interface NewKeyPorts {
  readonly store: Store
  readonly vault: Vault
  readonly now: () => number
  readonly kindOf: (account: Account) => KeyKind | null
  /** Has a person confirm that a key goes for the one that the venue calls `newKeyId`. */
  readonly confirm: (held: HeldKey, newKeyId: string, passphrase?: string) => Promise<Result<KeyConfirmation>>
}

interface Sealed {
  readonly key: NewApiKey
  readonly sealed: string
}

/** A key that was made, and the one that it is to replace; null where there is none. */
interface Made extends Sealed {
  readonly replaces: HeldKey | null
}

/** All keys of a desk have one passphrase, so another one that is given is a slip. */
async function checkSamePassphrase(
  { store, vault }: NewKeyPorts,
  account: Account,
  passphrase: string,
): Promise<Result<null>> {
  const other = await passphraseKey(store, account.id)
  if (!other.ok) return other
  if (!other.value) return ok(null)
  return vault.unlock(passphrase, other.value.sealed, secretOf(other.value.account, other.value.key))
}

async function sealByPassphrase(
  ports: NewKeyPorts,
  account: Account,
  key: NewApiKey,
  secret: Buffer,
  given: string | undefined,
): Promise<Result<string>> {
  const { vault } = ports
  const passphrase = given === undefined ? await vault.passphrase() : ok(given)
  if (!passphrase.ok) return passphrase
  const same = await checkSamePassphrase(ports, account, passphrase.value)
  return same.ok ? vault.sealByPassphrase(secret, secretOf(account, key), passphrase.value) : same
}

async function sealed(
  ports: NewKeyPorts,
  account: Account,
  kind: KeyKind,
  input: KeyInput,
  secret: Buffer,
): Promise<Result<Sealed>> {
  const { vault } = ports
  const keyId = keyIdOf(kind, secret, input.keyId)
  if (!keyId.ok) return keyId
  const { label, expiresAt, passphrase } = input
  const byPassphrase = passphrase !== undefined || vault.keyring === null
  const sealedBy = input.sealBy ?? (byPassphrase ? 'passphrase' : 'keyring')
  const { id: accountId, venue } = account
  const facts = { accountId, venue, kind, keyId: keyId.value, label, sealedBy, expiresAt }
  const key: NewApiKey = { ...facts, permissions: null }
  const record =
    sealedBy === 'keyring'
      ? await vault.sealByKeyring(secret, secretOf(account, key))
      : await sealByPassphrase(ports, account, key, secret, passphrase)
  if (!record.ok) return record
  // Opened once before it is kept: a key that could not be opened again would be lost.
  const opens = await vault.open(record.value, secretOf(account, key))
  if (!opens.ok) return opens
  opens.value.fill(0)
  return ok({ key, sealed: record.value })
}

async function make(ports: NewKeyPorts, input: KeyInput, replaces: boolean): Promise<Result<Made>> {
  const account = await ports.store.accounts.get(input.account)
  if (!account.ok) return account
  const { name, venue } = account.value
  const kind = ports.kindOf(account.value)
  if (kind === null) return fail('secret.notNeeded', { account: name, venue })
  const present = await ports.store.apiKeys.inUse(account.value.id)
  if (!present.ok) return present
  if (replaces && !present.value) return fail('secret.none', { account: name })
  if (!replaces && present.value) return fail('secret.exists', { account: name })
  const fits = checkKeyInput(input, kind, ports.now())
  if (!fits.ok) return fits
  const secret = input.secret ? readSecret(kind, input.secret) : ok(newSeed())
  if (!secret.ok) return secret
  const made = await thenWiped(secret.value, (clear) => sealed(ports, account.value, kind, input, clear))
  if (!made.ok) return made
  return ok({ ...made.value, replaces: present.value && { account: account.value, ...present.value } })
}

/** Keeps a key that was made. What is confirmed last, when all else is right, is asked for once. */
async function keep(
  { store, confirm }: NewKeyPorts,
  { key, sealed: record, replaces }: Made,
  passphrase: string | undefined,
): Promise<Result<ApiKey>> {
  if (!replaces) return store.apiKeys.add(key, record)
  const confirmed = await confirm(replaces, key.keyId, passphrase)
  return confirmed.ok ? store.apiKeys.rotate(key, record, confirmed.value) : confirmed
}

/** Makes and keeps a key; with `replaces` in the place of the one in use. Fails as `KeyDesk.add` and `rotate` say. */
export async function keepNewKey(
  ports: NewKeyPorts,
  input: KeyInput,
  replaces: boolean,
): Promise<Result<ApiKey>> {
  try {
    const made = await make(ports, input, replaces)
    return made.ok ? await keep(ports, made.value, input.passphrase) : made
  } finally {
    input.secret?.fill(0)
  }
}
