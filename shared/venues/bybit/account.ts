/** What Bybit says of an account. Source: Bybit V5 docs, account/account-info. */
import * as v from 'valibot'
import { check, integer } from '../../check.ts'
import { ok, type Result } from '../../errors.ts'
import { isCrossMode } from '../v5/positions.ts'
import type { Category } from '../v5/request.ts'

const accountSchema = v.object({
  /** 1: classic; 3 and 4: unified 1.0; 5 and 6: unified 2.0 (Bybit V5 docs, enum). Later ones are unified too: numbers only grew. */
  unifiedMarginStatus: integer(1, 1000),
  marginMode: v.unknown(),
})

const marginModeSchema = v.picklist(['ISOLATED_MARGIN', 'REGULAR_MARGIN', 'PORTFOLIO_MARGIN'])

/** Where the margin mode of an account stands. */
export type BybitAccount = v.InferOutput<typeof accountSchema>

/** Reads `result` of `GET /v5/account/info`. Fails with `input.*`. */
export const readBybitAccount = (value: unknown): Result<BybitAccount> =>
  check(accountSchema, value, 'account/info')

/**
 * Whether a market is margined from the whole account. A classic account, and a unified 1.0 account for its inverse
 * markets, says so by market (`tradeMode`); every other unified account has one mode for all. Only the one of them that
 * decides must be understood. Fails with `input.*`.
 */
export function isCrossAt(account: BybitAccount, tradeMode: unknown, category: Category): Result<boolean> {
  const { unifiedMarginStatus, marginMode } = account
  if (unifiedMarginStatus < 3 || (unifiedMarginStatus < 5 && category === 'inverse'))
    return isCrossMode(tradeMode)
  const mode = check(marginModeSchema, marginMode, 'account/info.marginMode')
  return mode.ok ? ok(mode.value !== 'ISOLATED_MARGIN') : mode
}
