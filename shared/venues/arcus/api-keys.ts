/** The API keys of an address, what they may do and until when: the answer to `GET /v1/apiKeys`. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { permissionSchema } from '../../keys.ts'
import { sameAddress } from './address.ts'
import type { ArcusAccount } from './account.ts'
import { accountIndexSchema } from './settings.ts'

const millisecond = integer(0, Number.MAX_SAFE_INTEGER)

const keySchema = v.object({
  apiKey: v.pipe(v.string(), v.regex(/^(?:0x)?[0-9a-fA-F]{64}$/, 'it must be 64 hex digits.')),
  address: v.string(),
  /** Absent for a key of all accounts. */
  accountIndex: v.optional(accountIndexSchema),
  allSubaccounts: v.optional(v.boolean()),
  status: v.string(),
  apiWalletName: v.optional(v.nullable(v.string())),
  /** Unix ms; 0 or absent for no end. */
  validUntil: v.optional(v.nullable(millisecond)),
  permissions: v.optional(v.nullable(v.array(permissionSchema))),
})

const keysSchema = v.object({ apiKeys: v.array(keySchema) })

/** What the venue says of a key that it takes. */
export interface KeyStanding {
  readonly keyId: string
  /** The name it was registered under; empty without one. */
  readonly name: string
  /** Unix ms from which the venue takes it no more; null for no end. */
  readonly expiresAtMs: number | null
  /** What it may do, in the venue's words; null where it tells none: a key that only trades has no word of its own. */
  readonly permissions: readonly string[] | null
}

/** Which key is to sign for which account, at what Unix time in ms. */
export interface KeyQuestion extends ArcusAccount {
  readonly keyId: string
  readonly nowMs: number
}

type KeyRow = v.InferOutput<typeof keySchema>

/** Why the venue will not take a key; null where it will. */
function problemOf(row: KeyRow, { address, accountIndex, nowMs }: KeyQuestion): string | null {
  const { status, allSubaccounts, validUntil } = row
  if (!sameAddress(row.address, address)) return 'it is a key of another address.'
  if (status !== 'ACTIVE') return `its status is ${status.slice(0, 40)}.`
  if (allSubaccounts !== true && (row.accountIndex ?? -1) !== accountIndex)
    return `it is not a key of the account index ${accountIndex}.`
  if (validUntil && validUntil <= nowMs) return `it expired at ${new Date(validUntil).toISOString()}.`
  return null
}

/**
 * Whether a key is registered for the account and still valid. Fails with `secret.notAccepted`, which says why not, or
 * `input.*`.
 */
export function readKeyStanding(value: unknown, question: KeyQuestion): Result<KeyStanding> {
  const read = check(keysSchema, value)
  if (!read.ok) return read
  const { keyId, address } = question
  const rows = read.value.apiKeys.filter(({ apiKey }) => apiKey.toLowerCase().replace(/^0x/, '') === keyId)
  const row = rows.find((one) => problemOf(one, question) === null) ?? rows[0]
  const problem = row ? problemOf(row, question) : 'it is not registered.'
  if (!row || problem !== null)
    return fail('secret.notAccepted', { venue: 'Arcus', keyId, account: address, detail: problem ?? '' })
  const { apiWalletName, validUntil, permissions } = row
  return ok({
    keyId,
    name: apiWalletName ?? '',
    expiresAtMs: validUntil ? validUntil : null,
    permissions: permissions?.length ? permissions : null,
  })
}
