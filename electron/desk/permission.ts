/** Whether a signer may act for an account, asked of the venue before anything is signed. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Account } from '../store/port.ts'
import type { AccountRole, Venue } from '../venues/port.ts'

const denied = ({ signer, address }: Account, detail: string) =>
  fail('request.signerNotAllowed', { signer, account: address, detail, field: 'signer' })

/** Who answers for a signer: itself, or the user who approved it as an agent. */
function principalOf({ signer }: Account, role: AccountRole): string | null {
  if (role.kind === 'agent') return role.of
  return role.kind === 'user' ? signer : null
}

/**
 * Checks that the account's signer is the account itself, its owner, or an agent of either.
 * Fails with `request.signerNotAllowed` or `venue.*`.
 */
export async function checkSigner(venue: Venue, account: Account): Promise<Result<null>> {
  const signerRole = await venue.role(account.signer)
  if (!signerRole.ok) return signerRole
  const principal = principalOf(account, signerRole.value)
  if (principal === null) return denied(account, 'the venue does not know this address as a user or agent.')
  if (account.vaultAddress === null) {
    return principal === account.address ? ok(null) : denied(account, `it acts for ${principal}.`)
  }
  const vaultRole = await venue.role(account.vaultAddress)
  if (!vaultRole.ok) return vaultRole
  const role = vaultRole.value
  if (role.kind === 'vault') return ok(null)
  if (role.kind !== 'subAccount') return denied(account, 'it is neither a subaccount nor a vault.')
  return role.of === principal ? ok(null) : denied(account, `the subaccount belongs to ${role.of}.`)
}
