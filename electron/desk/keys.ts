/**
 * The API keys of accounts: added, rotated, removed, tested, and opened for one sending or for reads. A key in clear
 * stays in this process and in Buffers that are overwritten; no result, failure or history row holds any of it.
 */
import { ok, type Result } from '../../shared/errors.ts'
import { keyKindOf, type KeyFacts, type KeyKind } from '../../shared/keys.ts'
import { createVault, type Vault, type VaultPorts } from '../secrets/vault.ts'
import type { Account, ApiKey, Store } from '../store/port.ts'
import type { KeySigner, Venue } from '../venues/port.ts'
import { confirmKeyChange, type ConfirmPorts } from './confirm-key-change.ts'
import { heldKey, heldKeyOf, passphraseKey, usableKey } from './held-keys.ts'
import type { KeyInput } from './key-input.ts'
import { openOnce, readSigner, secretOf, type HeldKey } from './key-signers.ts'
import { keepNewKey } from './new-key.ts'
import type { DeskKeys } from './ports.ts'

/** What the keys need from the world. */
export interface KeyPorts extends VaultPorts, ConfirmPorts {
  readonly store: Store
  /** The venue of an account. Fails with `venue.*`. */
  readonly venueFor: (account: Account) => Result<Venue>
  /** The kind of key of an account; by its venue unless told. */
  readonly kindOf?: (account: Account) => KeyKind | null
}

/** How keys are sealed here. */
export interface Sealing {
  /** Name of the keyring; null where there is no real one. */
  readonly keyring: string | null
  /** Whether a key in use is sealed by a passphrase. */
  readonly passphrase: boolean
  /** Unix ms until when the passphrase is kept; null while it is not. */
  readonly unlockedUntilMs: number | null
}

/** The keys of a desk. Each method may also fail with `store.*`; those that name an account with `request.unknownAccount`. */
export interface KeyDesk extends DeskKeys {
  /** Keys in use, of one account if told. */
  list(account?: string): Promise<Result<readonly ApiKey[]>>
  /** Fails with `secret.exists`, `secret.notNeeded`, `secret.*` of sealing, or `input.badField`. */
  add(input: KeyInput): Promise<Result<ApiKey>>
  /**
   * Puts a new key in the place of the one in use, which is forgotten, once that was confirmed on the Ledger. Fails as `add`
   * and `confirmKeyChange` do, and with `secret.none`.
   */
  rotate(input: KeyInput): Promise<Result<ApiKey>>
  /**
   * Forgets the key, once that was confirmed on the Ledger, or by `passphrase` where none is connected. It stays good at the
   * venue until it is revoked there. Fails with `secret.none`, and as `confirmKeyChange` does.
   */
  remove(account: string, passphrase?: string): Promise<Result<ApiKey>>
  /** Opens the key, asks the venue whether it takes it, and keeps what the venue says. Fails with `secret.*` or `venue.*`. */
  test(account: string): Promise<Result<ApiKey>>
  /** Proves a passphrase on a key that it seals, and keeps it for a while. Fails with `secret.*`. */
  unlock(passphrase: string): Promise<Result<Sealing>>
  /** Forgets the passphrase. */
  lock(): void
  sealing(): Promise<Result<Sealing>>
  /** A signer that signs reads only. Fails with `secret.none`. */
  openForReading(account: Account): Promise<Result<KeySigner>>
}

/** What the venue says of a key; nothing new where it only says that it takes it. */
async function askVenue(venue: Venue, vault: Vault, held: HeldKey): Promise<Result<KeyFacts>> {
  const { account, key } = held
  if (venue.checkKey) return venue.checkKey(readSigner(vault, held))
  const allowed = await venue.checkSigner({ ...account, keyId: key.keyId })
  return allowed.ok ? ok({ expiresAt: key.expiresAt, permissions: key.permissions }) : allowed
}

/** Opens the key, which proves that it can be; then asks the venue, with a signer of reads. */
async function testKey({ store, venueFor }: KeyPorts, vault: Vault, held: HeldKey): Promise<Result<ApiKey>> {
  const opens = await openOnce(vault, held)
  if (!opens.ok) return opens
  opens.value.close()
  const venue = venueFor(held.account)
  if (!venue.ok) return venue
  const report = await askVenue(venue.value, vault, held)
  if (!report.ok) return report
  const { expiresAt, permissions } = report.value
  const facts = { expiresAt: expiresAt ?? held.key.expiresAt, permissions }
  const kept = await store.apiKeys.learn(held.key.id, facts)
  return kept.ok ? ok({ ...held.key, ...facts }) : kept
}

async function sealingOf(store: Store, { keyring, unlockedUntilMs }: Vault): Promise<Result<Sealing>> {
  const key = await passphraseKey(store)
  return key.ok ? ok({ keyring, passphrase: key.value !== null, unlockedUntilMs }) : key
}

async function listKeys({ accounts, apiKeys }: Store, name?: string): Promise<Result<readonly ApiKey[]>> {
  const account = name === undefined ? null : await accounts.get(name)
  if (account && !account.ok) return account
  const keys = await apiKeys.list(account?.value.id)
  if (!keys.ok) return keys
  return ok(keys.value.filter(({ replacedAt, removedAt }) => replacedAt === null && removedAt === null))
}

/** Makes the keys of a desk; no passphrase is kept yet. */
export function createKeyDesk(ports: KeyPorts): KeyDesk {
  const { store, now, kindOf = ({ venue }) => keyKindOf(venue) } = ports
  const vault = createVault(ports)
  const confirm = (held: HeldKey, newKeyId: string | null, passphrase?: string) =>
    confirmKeyChange(ports, vault, held, newKeyId, passphrase)
  const making = { store, vault, now, kindOf, confirm }
  return {
    async of(account) {
      const held = await usableKey(store, account, now())
      return held.ok ? ok({ keyId: held.value.key.keyId }) : held
    },
    async open(account) {
      const held = await usableKey(store, account, now())
      return held.ok ? openOnce(vault, held.value) : held
    },
    async openForReading(account) {
      const held = await heldKey(store, account)
      return held.ok ? ok(readSigner(vault, held.value)) : held
    },
    list: (account) => listKeys(store, account),
    add: (input) => keepNewKey(making, input, false),
    rotate: (input) => keepNewKey(making, input, true),
    async remove(account, passphrase) {
      const held = await heldKeyOf(store, account)
      if (!held.ok) return held
      const confirmed = await confirm(held.value, null, passphrase)
      if (!confirmed.ok) return confirmed
      const removed = await store.apiKeys.remove(held.value.account.id, confirmed.value)
      return removed.ok ? ok(held.value.key) : removed
    },
    async test(account) {
      const held = await heldKeyOf(store, account)
      return held.ok ? testKey(ports, vault, held.value) : held
    },
    async unlock(passphrase) {
      const held = await passphraseKey(store)
      if (!held.ok) return held
      if (!held.value) return sealingOf(store, vault)
      const { account, key, sealed } = held.value
      const opened = await vault.unlock(passphrase, sealed, secretOf(account, key))
      return opened.ok ? sealingOf(store, vault) : opened
    },
    lock: () => vault.lock(),
    sealing: () => sealingOf(store, vault),
  }
}
