/** What Bybit says of an account and of an API key. Source: Bybit V5 docs, account/account-info and user/apikey-info. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { fail, ok, type Result } from '../../errors.ts'
import type { Category } from '../v5/request.ts'

const accountSchema = v.object({
  /** 1: classic; 3 and 4: unified 1.0; 5 and 6: unified 2.0 (Bybit V5 docs, enum). */
  unifiedMarginStatus: integer(1, 6),
  marginMode: v.picklist(['ISOLATED_MARGIN', 'REGULAR_MARGIN', 'PORTFOLIO_MARGIN']),
})

/** Where the margin mode of an account stands. */
export type BybitAccount = v.InferOutput<typeof accountSchema>

/** Reads `result` of `GET /v5/account/info`. Fails with `input.*`. */
export const readBybitAccount = (value: unknown): Result<BybitAccount> =>
  check(accountSchema, value, 'account/info')

/**
 * Whether a market is margined from the whole account. A classic account, and a unified 1.0 account for its inverse
 * markets, says so by market (`tradeMode`); every other unified account has one mode for all.
 */
export function isCrossAt(account: BybitAccount, tradeMode: number, category: Category): boolean {
  const { unifiedMarginStatus, marginMode } = account
  const byMarket = unifiedMarginStatus < 3 || (unifiedMarginStatus < 5 && category === 'inverse')
  return byMarket ? tradeMode === 0 : marginMode !== 'ISOLATED_MARGIN'
}

const keySchema = v.object({
  apiKey: v.string(),
  /** 1: may only read. */
  readOnly: integer(0, 1),
  permissions: v.record(v.string(), v.array(v.string())),
  ips: v.optional(v.array(v.string()), []),
  expiredAt: v.optional(v.string(), ''),
})

/** What an API key may do, and until when. */
export interface BybitKey {
  readonly keyId: string
  readonly readOnly: boolean
  /** Whether it may change positions, and with them leverage. */
  readonly mayTrade: boolean
  /** Internet addresses from which alone it works; empty for all. */
  readonly ips: readonly string[]
  /** Unix ms; null where Bybit tells none. */
  readonly expiresAtMs: number | null
}

/** Reads `result` of `GET /v5/user/query-api`. Fails with `input.*`. */
export function readBybitKey(value: unknown): Result<BybitKey> {
  const key = check(keySchema, value, 'query-api')
  if (!key.ok) return key
  const { apiKey, readOnly, permissions, ips, expiredAt } = key.value
  const expiresAtMs = Date.parse(expiredAt)
  return ok({
    keyId: apiKey,
    readOnly: readOnly === 1,
    mayTrade:
      permissions['ContractTrade']?.includes('Position') === true ||
      permissions['Derivatives']?.includes('DerivativesTrade') === true,
    ips: ips.filter((ip) => ip !== '*'),
    expiresAtMs: Number.isNaN(expiresAtMs) ? null : expiresAtMs,
  })
}

/** Whether a key may set leverage at `nowMs`. Fails with `request.signerNotAllowed`. */
export function checkBybitKey(key: BybitKey, keyId: string, nowMs: number): Result<null> {
  const refuse = (detail: string) =>
    fail('request.signerNotAllowed', { signer: `The API key ${keyId}`, account: 'its account', detail })
  if (key.keyId !== keyId) return refuse(`Bybit answers for the key ${key.keyId.slice(0, 40)}.`)
  if (key.readOnly) return refuse('it may only read.')
  if (!key.mayTrade) return refuse('it has no permission to trade contracts.')
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return refuse('it has expired.')
  return ok(null)
}
