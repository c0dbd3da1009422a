/** Which subaccounts a wallet may act for: reading the answer to `getSubAccountIds`. */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import { subAccountIdSchema } from './fields.ts'

const ids = v.optional(v.nullable(v.array(subAccountIdSchema)), [])

/** With `includeDelegations`; without it the venue answers with a bare list (Synthetix docs, getSubAccountIds). */
const rolesSchema = v.object({
  subAccountIds: ids,
  delegatedSubAccountIds: ids,
  managedSubAccountIds: ids,
})

/** How a wallet stands to a subaccount. A delegate of any permission may change leverage. */
export type WalletRole = 'owner' | 'delegate' | 'none'

/**
 * How the wallet that was asked about stands to a subaccount. Reads the `response` of `getSubAccountIds`.
 * Fails with `input.*`, also where an id is a JSON number.
 */
export function readRole(value: unknown, subAccountId: string): Result<WalletRole> {
  const listed = Array.isArray(value) ? { subAccountIds: value } : value
  const roles = check(rolesSchema, listed, 'getSubAccountIds')
  if (!roles.ok) return roles
  const { subAccountIds, delegatedSubAccountIds, managedSubAccountIds } = roles.value
  if (subAccountIds?.includes(subAccountId)) return ok('owner')
  const acting = [...(delegatedSubAccountIds ?? []), ...(managedSubAccountIds ?? [])]
  return ok(acting.includes(subAccountId) ? 'delegate' : 'none')
}
