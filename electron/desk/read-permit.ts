/**
 * Permits to read: a venue that shows an account only against a signature of its signer gets one that the Ledger made
 * once and that is kept until it expires. It changes nothing, and nothing else can be done with it.
 */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import {
  noReadPermit,
  permittedAction,
  permitTerms,
  permitTypedData,
  readPermitLifeMs,
  verifyReadPermit,
  type PermitTerms,
  type ReadPermit,
} from '../../shared/venues/synthetix/read-permit.ts'
import { settingsOf, type SynthetixSettings } from '../../shared/venues/synthetix/settings.ts'
import { signatureToHex } from '../../shared/signature.ts'
import type { Account, Store } from '../store/port.ts'
import type { DeskPorts } from './ports.ts'

/** A permit that was given. */
export interface GivenReadPermit {
  readonly account: Account
  /** Unix ms until when it holds. */
  readonly expiresAtMs: number
}

/**
 * The permit that is kept for an account. Fails with `venue.readPermitMissing` where there is none, or `store.*`. What it
 * gives is not verified: who uses it does that.
 */
export async function readPermitOf(
  store: Pick<Store, 'readPermits'>,
  { id, name, signer }: Pick<Account, 'id' | 'name' | 'signer'>,
): Promise<Result<ReadPermit>> {
  const kept = await store.readPermits.get(id, permittedAction)
  if (!kept.ok) return kept
  if (kept.value === null) return noReadPermit(name)
  const { signature, nonce, expiresAt } = kept.value
  return ok({ action: permittedAction, signer, nonce, expiresAtMs: Number(expiresAt), signature })
}

/** Settings of an account at a venue that asks for permits. */
const permitSettings = (account: Account): Result<SynthetixSettings> =>
  account.venue === 'synthetix'
    ? settingsOf(account.settings)
    : fail('venue.readPermitNeedless', { venue: rulesOf(account.venue).name, account: account.name })

async function signOn(
  ports: Pick<DeskPorts, 'openLedger'>,
  { path, signer }: Account,
  terms: PermitTerms,
  settings: SynthetixSettings,
): Promise<Result<ReadPermit>> {
  const ledger = await ports.openLedger(path, signer)
  if (!ledger.ok) return ledger
  try {
    const signature = await ledger.value.signTypedData(path, permitTypedData(terms, settings), signer)
    return signature.ok ? ok({ ...terms, signer, signature: signatureToHex(signature.value) }) : signature
  } finally {
    await ledger.value.close()
  }
}

/**
 * Has the Ledger sign the reading of an account, for `lifeMs` (a day unless told), and keeps it in place of an earlier
 * permit. Fails with `request.unknownAccount`, `venue.readPermitNeedless`, `device.*` or `store.*`; nothing is sent.
 */
export async function permitReading(
  ports: Pick<DeskPorts, 'store' | 'openLedger' | 'now'>,
  accountId: string,
  lifeMs: number = readPermitLifeMs,
): Promise<Result<GivenReadPermit>> {
  const account = await ports.store.accounts.get(accountId)
  if (!account.ok) return account
  const { id, name, signer } = account.value
  const settings = permitSettings(account.value)
  if (!settings.ok) return settings
  const permit = await signOn(ports, account.value, permitTerms(ports.now(), lifeMs), settings.value)
  if (!permit.ok) return permit
  const about = { signer, account: name, nowMs: ports.now() }
  const verified = verifyReadPermit(permit.value, settings.value, about)
  if (!verified.ok) return verified
  const { action, signature, nonce, expiresAtMs } = permit.value
  const kept = await ports.store.readPermits.put(id, {
    action,
    signature,
    nonce,
    expiresAt: String(expiresAtMs),
  })
  return kept.ok ? ok({ account: account.value, expiresAtMs }) : kept
}
