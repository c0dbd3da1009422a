/** Whether a signer may act for an account on Hyperliquid, by what the venue says the two are. */
import * as v from 'valibot'
import { addressSchema, check } from '../../shared/check.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { Hex } from '../../shared/hex.ts'
import type { Signing } from './port.ts'

/** What an address is to the venue. */
export type AccountRole =
  | { readonly kind: 'missing' }
  | { readonly kind: 'user' }
  | { readonly kind: 'agent'; readonly of: Hex }
  | { readonly kind: 'subAccount'; readonly of: Hex }
  | { readonly kind: 'vault' }

const roleSchema = v.variant('role', [
  v.object({ role: v.literal('missing') }),
  v.object({ role: v.literal('user') }),
  v.object({ role: v.literal('vault') }),
  v.object({ role: v.literal('agent'), data: v.object({ user: addressSchema }) }),
  v.object({ role: v.literal('subAccount'), data: v.object({ master: addressSchema }) }),
])

/** Reads the answer to `{"type":"userRole","user"}`. Fails with `input.*`. */
export function readRole(value: unknown): Result<AccountRole> {
  const checked = check(roleSchema, value, 'userRole')
  if (!checked.ok) return checked
  const read = checked.value
  switch (read.role) {
    case 'agent':
      return ok({ kind: 'agent', of: read.data.user })
    case 'subAccount':
      return ok({ kind: 'subAccount', of: read.data.master })
    default:
      return ok({ kind: read.role })
  }
}

const denied = ({ signer, address }: Signing, detail: string) =>
  fail('request.signerNotAllowed', { signer, account: address, detail, field: 'signer' })

/** Who answers for a signer: itself, or the user who approved it as an agent. */
function principalOf({ signer }: Signing, role: AccountRole): string | null {
  if (role.kind === 'agent') return role.of
  return role.kind === 'user' ? signer : null
}

/**
 * Checks that the account's signer is the account itself, its owner, or an agent of either.
 * Fails with `request.signerNotAllowed` or what `roleOf` fails with.
 */
export async function checkSignerByRole(
  signing: Signing,
  roleOf: (address: Hex) => Promise<Result<AccountRole>>,
): Promise<Result<null>> {
  const signerRole = await roleOf(signing.signer)
  if (!signerRole.ok) return signerRole
  const principal = principalOf(signing, signerRole.value)
  if (principal === null) return denied(signing, 'the venue does not know this address as a user or agent.')
  if (signing.vaultAddress === null) {
    return principal === signing.address ? ok(null) : denied(signing, `it acts for ${principal}.`)
  }
  const vaultRole = await roleOf(signing.vaultAddress)
  if (!vaultRole.ok) return vaultRole
  const role = vaultRole.value
  if (role.kind === 'vault') return ok(null)
  if (role.kind !== 'subAccount') return denied(signing, 'it is neither a subaccount nor a vault.')
  return role.of === principal ? ok(null) : denied(signing, `the subaccount belongs to ${role.of}.`)
}
