/** `countersign accounts` and `countersign accounts add`. */
import { ok, type Result } from '../../../shared/errors.ts'
import { addAccount, checkNewAccount, checksummed, type AddAccountInput } from '../../desk/accounts.ts'
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
    const possible = await checkNewAccount(ports, input)
    if (!possible.ok) return possible
    const ledger = await openDevice()
    if (!ledger.ok) return ledger
    const signer = await ledger.value.address(input.path)
    if (!signer.ok) return signer
    output.note(`The Ledger gave the address ${signer.value} for ${input.path}.`)
    output.note('Confirm it on the Ledger only if its screen shows the same, digit by digit.')
    const added = await addAccount({ store: ports.store, ledger: ledger.value }, input)
    if (!added.ok) return added
    output.result({ account: added.value })
    output.say(`Added: ${line(added.value)}`)
    return ok(null)
  })
