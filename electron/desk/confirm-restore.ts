/**
 * Having a person confirm that a backup takes the place of a real database: on the Ledger of one of its accounts, or by
 * the passphrase of its API keys where no Ledger is connected. Whoever holds nothing but a page of the desk can do neither.
 */
import { untilText } from '../../shared/approvals/facts.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { keepOpen } from '../device/keep-open.ts'
import type { LedgerSource } from '../device/port.ts'
import { findByAddress, isNoneThere } from '../device/select.ts'
import { chooseDevice } from '../device/sources.ts'
import { createVault } from '../secrets/vault.ts'
import { storeFailure } from '../store/failures.ts'
import { keepersOf, type Keepers, type KeptLedger } from '../store/keepers.ts'
import { isDeskThere } from '../store/restore.ts'
import { runJob } from '../work/run.ts'

/** What is to be restored, and where. */
export interface RestoreQuestion {
  readonly backup: string
  /** Folder of the desk. */
  readonly dir: string
  readonly mode: HistoryMode
  /** A `--device` value; `hid` unless told. */
  readonly device?: string
  /** In place of the Ledger, where none is connected. */
  readonly passphrase?: string
}

interface RestorePorts {
  readonly source: LedgerSource
  readonly now: () => number
}

const utf8 = new TextEncoder()

const askNobody = () => Promise.resolve(fail('secret.locked'))

/** What the Ledger shows, as a personal message (EIP-191). */
const restoreText = (count: number, head: string, now: number): string =>
  ['Restore a Countersign backup', `rows ${count}`, `head ${head}`, `time ${untilText(now)}`].join('\n')

async function byLedger(
  { source }: RestorePorts,
  { path, signer }: KeptLedger,
  text: string,
): Promise<Result<null>> {
  const ledger = await findByAddress(source, path, signer)
  if (!ledger.ok) return ledger
  try {
    const signed = await ledger.value.signPersonalMessage(path, utf8.encode(text), signer)
    return signed.ok ? ok(null) : signed
  } finally {
    await ledger.value.close()
  }
}

async function byPassphrase(
  { now }: RestorePorts,
  { sealed }: Keepers,
  passphrase: string | undefined,
  none: Result<null>,
): Promise<Result<null>> {
  if (sealed === null) return none
  if (passphrase === undefined) return fail('store.unconfirmed')
  const vault = createVault({ keyring: null, passphrase: askNobody, now })
  const opened = await vault.unlock(passphrase, sealed.record, sealed.of)
  vault.lock()
  return opened
}

/** Asks the Ledger of one account after the other, until one is there. */
async function ask(
  ports: RestorePorts,
  keepers: Keepers,
  text: string,
  passphrase: string | undefined,
): Promise<Result<null>> {
  let asked: Result<null> = ok(null)
  for (const ledger of keepers.ledgers) {
    asked = await byLedger(ports, ledger, text)
    if (asked.ok || asked.error.code !== 'device.notThisOne') break
  }
  return !asked.ok && isNoneThere(asked.error) ? byPassphrase(ports, keepers, passphrase, asked) : asked
}

/** Whether somebody is asked: not in practice, and not where there is no desk yet. */
export const needsConfirming = ({ dir, mode }: Pick<RestoreQuestion, 'dir' | 'mode'>): boolean =>
  mode === 'real' && isDeskThere(dir)

/**
 * Asks for the confirmation that a backup is restored over a real desk, where `needsConfirming` and the backup
 * has accounts. Fails with `device.*`, `store.unconfirmed` where no Ledger is connected and no
 * passphrase was given, `secret.*`, `history.broken` or `store.*`; nothing was changed.
 */
export async function confirmRestore(question: RestoreQuestion, now: () => number): Promise<Result<null>> {
  if (!needsConfirming(question)) return ok(null)
  const { backup, device = 'hid', passphrase } = question
  const proof = await runJob('verify', { file: backup, options: {} })
  if (!proof.ok) return proof
  const choice = chooseDevice(device, {})
  if (!choice.ok) return choice
  const source = keepOpen(choice.value.source)
  try {
    const { count, head } = proof.value
    const text = restoreText(count, head, now())
    return await ask({ source, now }, await keepersOf(backup), text, passphrase)
  } catch (error) {
    return { ok: false, error: storeFailure(error, backup) }
  } finally {
    await source.release()
  }
}
