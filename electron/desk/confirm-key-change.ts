/**
 * Having a person confirm that an API key is replaced or removed: on the Ledger of its account, or by the passphrase that
 * seals the key where no Ledger is connected. Whoever holds nothing but a page of the desk can do neither.
 */
import { untilText } from '../../shared/approvals/facts.ts'
import { keyChangeText, type KeyChange, type KeyConfirmation } from '../../shared/approvals/key-change.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { signatureToHex } from '../../shared/signature.ts'
import { isNoneThere } from '../device/select.ts'
import type { Vault } from '../secrets/vault.ts'
import { secretOf, type HeldKey } from './key-signers.ts'
import type { DeskPorts } from './ports.ts'

/** What confirming needs from the world. */
export type ConfirmPorts = Pick<DeskPorts, 'openLedger' | 'now'>

const utf8 = new TextEncoder()

/** The passphrase must open the very record that goes; another key's proves nothing about this one. */
async function byPassphrase(
  vault: Vault,
  { account, key, sealed }: HeldKey,
  passphrase: string | undefined,
  none: Result<never>,
): Promise<Result<null>> {
  if (key.sealedBy !== 'passphrase') return none
  if (passphrase === undefined) return fail('secret.unconfirmed', { account: account.name })
  return vault.unlock(passphrase, sealed, secretOf(account, key))
}

/**
 * Asks for the confirmation that the key in use goes, with `newKeyId` in its place unless that is null. Fails with
 * `device.*`, `secret.unconfirmed` where there is no Ledger and no passphrase was given, or `secret.*`; nothing was changed.
 */
export async function confirmKeyChange(
  { openLedger, now }: ConfirmPorts,
  vault: Vault,
  held: HeldKey,
  newKeyId: string | null,
  passphrase: string | undefined,
): Promise<Result<KeyConfirmation>> {
  const { account, key } = held
  const { venue, network, address, path, signer } = account
  const change: KeyChange = {
    change: newKeyId === null ? 'remove' : 'replace',
    key: key.id,
    account: account.id,
    venue,
    network,
    address,
    keyId: key.keyId,
    newKeyId,
    time: untilText(now()),
  }
  const ledger = await openLedger(path, signer)
  if (!ledger.ok && isNoneThere(ledger.error)) {
    const proven = await byPassphrase(vault, held, passphrase, ledger)
    return proven.ok ? ok({ ...change, signature: null }) : proven
  }
  if (!ledger.ok) return ledger
  try {
    const signed = await ledger.value.signPersonalMessage(path, utf8.encode(keyChangeText(change)), signer)
    return signed.ok ? ok({ ...change, signature: signatureToHex(signed.value) }) : signed
  } finally {
    await ledger.value.close()
  }
}
