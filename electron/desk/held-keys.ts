/** The keys in use, with their accounts. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { keyLifeOf } from '../../shared/keys.ts'
import type { Account, Store } from '../store/port.ts'
import type { HeldKey } from './key-signers.ts'

/** The key of an account. Fails with `secret.none`. */
export async function heldKey(store: Store, account: Account): Promise<Result<HeldKey>> {
  const found = await store.apiKeys.inUse(account.id)
  if (!found.ok) return found
  return found.value ? ok({ account, ...found.value }) : fail('secret.none', { account: account.name })
}

/** The key of an account that is named. Fails with `request.unknownAccount` or `secret.none`. */
export async function heldKeyOf(store: Store, name: string): Promise<Result<HeldKey>> {
  const account = await store.accounts.get(name)
  return account.ok ? heldKey(store, account.value) : account
}

/** The key of an account, if it is not over. Fails with `secret.none` or `secret.expired`. */
export async function usableKey(store: Store, account: Account, nowMs: number): Promise<Result<HeldKey>> {
  const found = await heldKey(store, account)
  if (!found.ok) return found
  const { expiresAt } = found.value.key
  return expiresAt !== null && keyLifeOf(expiresAt, nowMs) === 'over'
    ? fail('secret.expired', { account: account.name, at: expiresAt })
    : found
}

/** A key that is sealed by the passphrase, but for that of one account; null where there is none. */
export async function passphraseKey(store: Store, except?: string): Promise<Result<HeldKey | null>> {
  const accounts = await store.accounts.list()
  if (!accounts.ok) return accounts
  for (const account of accounts.value) {
    const found = await store.apiKeys.inUse(account.id)
    if (!found.ok) return found
    if (found.value?.key.sealedBy === 'passphrase' && account.id !== except)
      return ok({ account, ...found.value })
  }
  return ok(null)
}
