/** What Bybit says of an account. Source: Bybit V5 docs, account/account-info. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import type { Result } from '../../errors.ts'
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
