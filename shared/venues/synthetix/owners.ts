/** Which subaccounts a wallet may act for: reading the answer to `getSubAccountIds`. */
import * as v from 'valibot'
import { check } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import { subAccountIdSchema } from './fields.ts'

const ids = v.nullish(v.array(v.unknown()), [])

/** With `includeDelegations`; without it the venue answers with a bare list (Synthetix docs, getSubAccountIds). */
const rolesSchema = v.object({
  subAccountIds: ids,
  delegatedSubAccountIds: ids,
  managedSubAccountIds: ids,
})

/** How a wallet stands to a subaccount. A delegate of any permission may change leverage. */
export type WalletRole = 'owner' | 'delegate' | 'none'

/**
 * How the wallet that was asked about stands to a subaccount; ids of others do not matter. Reads the `response` of
 * `getSubAccountIds`. Fails with `input.*`, also where the subaccount is not listed but an id is there that cannot be read,
 * such as a JSON number, and could be it.
 */
export function readRole(value: unknown, subAccountId: string): Result<WalletRole> {
  const listed = Array.isArray(value) ? { subAccountIds: value } : value
  const roles = check(rolesSchema, listed, 'getSubAccountIds')
  if (!roles.ok) return roles
  const { subAccountIds, delegatedSubAccountIds, managedSubAccountIds } = roles.value
  if (subAccountIds?.includes(subAccountId)) return ok('owner')
  const acting = [...(delegatedSubAccountIds ?? []), ...(managedSubAccountIds ?? [])]
  if (acting.includes(subAccountId)) return ok('delegate')
  const all = check(v.array(subAccountIdSchema), [...(subAccountIds ?? []), ...acting], 'getSubAccountIds')
  return all.ok ? ok('none') : all
}
