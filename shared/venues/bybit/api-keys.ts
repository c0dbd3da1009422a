/** What Bybit says of an API key. Source: Bybit V5 docs, user/apikey-info. */
import * as v from 'valibot'
import { anyObject, check, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import {
  neededPermissions,
  permissionSchema,
  permissionsIn,
  unreadablePermission,
  type KeyFacts,
} from '../../keys.ts'

const keySchema = v.object({
  apiKey: v.string(),
  /** 1: may only read. */
  readOnly: integer(0, 1),
  /** Groups of permissions; one that is empty may be null. */
  permissions: anyObject,
  /** Told only for a key that is bound to no internet address; for others empty, or the beginning of 1970 (recorded answers). */
  expiredAt: v.nullish(
    v.union([
      v.literal(''),
      v.pipe(v.string(), v.isoTimestamp('it must be a time.'), v.transform(Date.parse), v.safeInteger()),
    ]),
    '',
  ),
})

/** What an API key may do, and until when. */
export interface BybitKey extends KeyFacts {
  readonly keyId: string
  /** It may read what `permissions` are about, and change nothing. */
  readonly readOnly: boolean
}

/**
 * Reads `result` of `GET /v5/user/query-api`; a permission is written with its group: `Wallet:Withdraw`; one
 * that cannot be read as `Wallet:unreadable`. Fails with `input.*`.
 */
export function readBybitKey(value: unknown): Result<BybitKey> {
  const key = check(keySchema, value, 'query-api')
  if (!key.ok) return key
  const { apiKey, readOnly, permissions, expiredAt } = key.value
  return ok({
    keyId: apiKey,
    readOnly: readOnly === 1,
    permissions: Object.entries(permissions).flatMap(([group, names]) =>
      permissionsIn(names).map(
        (name) => `${v.is(permissionSchema, group) ? group : unreadablePermission}:${name}`,
      ),
    ),
    expiresAt: expiredAt === '' || expiredAt <= 0 ? null : new Date(expiredAt).toISOString(),
  })
}

/** Whether a key may set leverage at `nowMs`. Fails with `request.signerNotAllowed`. */
export function checkBybitKey(key: BybitKey, keyId: string, nowMs: number): Result<null> {
  const refuse = (detail: string) =>
    fail('request.signerNotAllowed', { signer: `The API key ${keyId}`, account: 'its account', detail })
  if (key.keyId !== keyId) return refuse(`Bybit answers for the key ${key.keyId.slice(0, 40)}.`)
  if (key.readOnly) return refuse('it may only read.')
  const needed = neededPermissions('bybit')
  if (!key.permissions?.some((permission) => needed.includes(permission)))
    return refuse('it has no permission to trade contracts.')
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs) return refuse('it has expired.')
  return ok(null)
}
