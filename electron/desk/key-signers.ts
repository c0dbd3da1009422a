/** Signers made from sealed keys: one that signs once, for a sending, and one that signs reads only. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { publicKeyOf, signatureOf } from '../secrets/clear-key.ts'
import { altered } from '../secrets/altered.ts'
import { isRead } from '../secrets/reading-gate.ts'
import type { SecretOf } from '../secrets/record.ts'
import type { Vault } from '../secrets/vault.ts'
import { thenWiped } from '../secrets/wipe.ts'
import type { Account, ApiKey } from '../store/port.ts'
import type { KeySigner } from '../venues/port.ts'

/** A key in use with its account and its sealed record. */
export interface HeldKey {
  readonly account: Account
  readonly key: ApiKey
  readonly sealed: string
}

/** How long a key that was opened for a sending waits for it, in ms. */
const patienceMs = 60_000

/** What a sealed record must say it belongs to. */
export const secretOf = (account: Account, { kind, keyId }: Pick<ApiKey, 'kind' | 'keyId'>): SecretOf => ({
  account: account.id,
  venue: account.venue,
  network: account.network,
  address: account.address,
  signer: account.signer,
  kind,
  keyId,
})

async function openSecret(vault: Vault, { account, key, sealed }: HeldKey): Promise<Result<Buffer>> {
  const secret = await vault.open(sealed, secretOf(account, key))
  if (!secret.ok || key.kind !== 'ed25519' || publicKeyOf(secret.value) === key.keyId) return secret
  secret.value.fill(0)
  return altered('it holds another key than it says.')
}

/** A signer of one signature; `close` wipes the key at once. */
export interface OnceSigner extends KeySigner {
  close(): void
}

/** Opens a key for one signature; it is wiped after that, or after a minute. Fails with `secret.*`. */
export async function openOnce(vault: Vault, held: HeldKey): Promise<Result<OnceSigner>> {
  const opened = await openSecret(vault, held)
  if (!opened.ok) return opened
  let secret: Buffer | null = opened.value
  const close = (): void => {
    clearTimeout(timer)
    secret?.fill(0)
    secret = null
  }
  const timer = setTimeout(close, patienceMs).unref()
  return ok({
    keyId: held.key.keyId,
    close,
    async sign(message) {
      if (!secret) return fail('secret.spent')
      try {
        return ok(signatureOf(held.key.kind, secret, message))
      } finally {
        close()
      }
    },
  })
}

/**
 * A signer of reads. The key is open only while one text is signed; a text that is not known to be a read is refused
 * with `secret.readOnly` before it is opened.
 */
export const readSigner = (vault: Vault, held: HeldKey): KeySigner => ({
  keyId: held.key.keyId,
  async sign(message) {
    const { venue } = held.account
    if (!isRead(venue, held.key.keyId, message)) return fail('secret.readOnly', { venue })
    const opened = await openSecret(vault, held)
    if (!opened.ok) return opened
    return thenWiped(opened.value, (secret) => ok(signatureOf(held.key.kind, secret, message)))
  },
})
