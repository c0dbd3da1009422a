/** `countersign accounts` and `countersign accounts add`. */
import { ok, type Result } from '../../../shared/errors.ts'
import { addAccount, checksummed, type AddAccountInput } from '../../desk/accounts.ts'
import type { Account } from '../../store/port.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'

const line = ({ name, venue, network, address, signer, path }: Account): string => {
  const by = address === signer ? '' : `, signed by ${checksummed(signer)}`
  return `${name.padEnd(16)} ${venue} ${network}  ${checksummed(address)}${by}, ${path}`
}

/** Lists the accounts. */
export const listAccounts = (options: DeskOptions): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const accounts = await ports.store.accounts.list()
    if (!accounts.ok) return accounts
    output.result({ accounts: accounts.value })
    for (const account of accounts.value) output.say(line(account))
    if (accounts.value.length === 0)
      output.say('There are no accounts yet. Add one with "countersign accounts add".')
    return ok(null)
  })

/** Adds an account; its signer's address is read from the device and confirmed on it. */
export const runAddAccount = (options: DeskOptions, input: AddAccountInput): Promise<void> =>
  runWithDesk(options, async ({ ports, output, openDevice }): Promise<Result<null>> => {
    const ledger = await openDevice()
    if (!ledger.ok) return ledger
    output.note('Compare the address on the Ledger with the one shown here, and confirm it there.')
    const added = await addAccount({ store: ports.store, ledger: ledger.value }, input)
    await ledger.value.close()
    if (!added.ok) return added
    output.result({ account: added.value })
    output.say(`Added: ${line(added.value)}`)
    return ok(null)
  })
