/** Confirmations that an API key goes, for tests below the desk: the store keeps what it is given. */
import type { KeyConfirmation } from '../../shared/approvals/key-change.ts'
import type { Account, ApiKey } from '../../electron/store/port.ts'

/** A confirmation as the desk writes one where the passphrase was given in place of the Ledger. */
export const unsignedConfirmation = (
  { id, venue, network, address }: Account,
  key: Pick<ApiKey, 'id' | 'keyId'>,
  newKeyId: string | null,
): KeyConfirmation => ({
  change: newKeyId === null ? 'remove' : 'replace',
  key: key.id,
  account: id,
  venue,
  network,
  address,
  keyId: key.keyId,
  newKeyId,
  time: '2026-12-01 12:00 UTC',
  signature: null,
})
