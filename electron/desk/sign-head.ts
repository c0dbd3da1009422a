/** Having a Ledger sign the head of the history, in words that a person can hold against the screen. */
import { untilText } from '../../shared/approvals/facts.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { historyHeadTypedData, type LedgerHead } from '../../shared/history/ledger-head.ts'
import { signatureToHex, type Signature } from '../../shared/signature.ts'
import type { Account, StoredHead } from '../store/port.ts'
import type { DeskPorts } from './ports.ts'

async function ask(
  ports: DeskPorts,
  { path, signer }: Account,
  facts: Parameters<typeof historyHeadTypedData>[0],
): Promise<Result<Signature>> {
  const ledger = await ports.openLedger(path, signer)
  if (!ledger.ok) return ledger
  try {
    return await ledger.value.signTypedData(path, historyHeadTypedData(facts), signer)
  } finally {
    await ledger.value.close()
  }
}

/**
 * Signs a head now and has the Ledger of an account sign it too. `tell` is called with what the Ledger will show, before
 * it is asked. Fails with `request.unknownAccount`, `history.*`, `device.*` or `store.*`; the head itself then stays.
 */
export async function signHeadWithLedger(
  ports: DeskPorts,
  accountName: string,
  tell: (facts: Omit<LedgerHead, 'signature' | 'signer'>) => void = () => undefined,
): Promise<Result<StoredHead>> {
  const account = await ports.store.accounts.get(accountName)
  if (!account.ok) return account
  const head = await ports.store.heads.sign()
  if (!head.ok) return head
  const { size, root, ledger } = head.value
  if (ledger !== null) return fail('history.headSigned', { size, signer: ledger.signer })
  const facts = { count: String(size), root, time: untilText(ports.now()) }
  tell(facts)
  const signature = await ask(ports, account.value, facts)
  if (!signature.ok) return signature
  const kept = await ports.store.heads.addLedger(size, {
    ...facts,
    signature: signatureToHex(signature.value),
    signer: account.value.signer,
  })
  return kept.ok ? ok(kept.value) : kept
}
