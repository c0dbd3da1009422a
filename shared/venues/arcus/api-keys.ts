/** The API keys of an address, what they may do and until when: the answer to `GET /v1/apiKeys`. */
import * as v from 'valibot'
import { check, integer, isObject } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { shownName } from '../../listed.ts'
import { permissionsIn } from '../../keys.ts'
import { sameAddress } from './address.ts'
import type { ArcusAccount } from './account.ts'
import { accountIndexSchema } from './settings.ts'

const millisecond = integer(0, Number.MAX_SAFE_INTEGER)

const keySchema = v.object({
  apiKey: v.pipe(v.string(), v.regex(/^(?:0x)?[0-9a-fA-F]{64}$/, 'it must be 64 hex digits.')),
  address: v.string(),
  /** Absent for a key of all accounts. */
  accountIndex: v.nullish(accountIndexSchema),
  allSubaccounts: v.nullish(v.boolean()),
  status: v.string(),
  apiWalletName: v.optional(v.nullable(v.string())),
  /** Unix ms; 0 or absent for no end. */
  validUntil: v.optional(v.nullable(millisecond)),
  permissions: v.unknown(),
})

const keysSchema = v.object({ apiKeys: v.array(v.unknown()) })

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

const idOf = (apiKey: unknown): string | null =>
  typeof apiKey === 'string' ? apiKey.toLowerCase().replace(/^0x/, '') : null

/**
 * The rows about a key; other keys do not matter, but for one without a name, which could be the one. Fails with `input.*`.
 */
function rowsOf(apiKeys: readonly unknown[], keyId: string): Result<readonly KeyRow[]> {
  const rows: KeyRow[] = []
  let nameless: Result<never> | null = null
  for (const [place, record] of apiKeys.entries()) {
    const at = `apiKeys.${place}`
    const id = isObject(record) ? idOf(record['apiKey']) : null
    if (id === null) nameless ??= fail('input.missingField', { field: `${at}.apiKey` })
    if (id !== keyId) continue
    const row = check(keySchema, record, at)
    if (!row.ok) return row
    rows.push(row.value)
  }
  return rows.length === 0 && nameless ? nameless : ok(rows)
}

/**
 * Whether a key is registered for the account and still valid. Fails with `secret.notAccepted`, which says why not, or
 * `input.*`.
 */
export function readKeyStanding(value: unknown, question: KeyQuestion): Result<KeyStanding> {
  const read = check(keysSchema, value)
  if (!read.ok) return read
  const { keyId, address } = question
  const rows = rowsOf(read.value.apiKeys, keyId)
  if (!rows.ok) return rows
  const row = rows.value.find((one) => problemOf(one, question) === null) ?? rows.value[0]
  const problem = row ? problemOf(row, question) : 'it is not registered.'
  if (!row || problem !== null)
    return fail('secret.notAccepted', { venue: 'Arcus', keyId, account: address, detail: problem ?? '' })
  const { apiWalletName, validUntil } = row
  const permissions = permissionsIn(row.permissions)
  return ok({
    keyId,
    name: shownName(apiWalletName ?? ''),
    expiresAtMs: validUntil ? validUntil : null,
    permissions: permissions.length === 0 ? null : permissions,
  })
}
