/** Holding what a payload says against what was asked for: every field given is compared or its silence is noted. */
import { failure, type Failure } from '../errors.ts'
import type { Hex } from '../hex.ts'
import type { UpdateLeverage } from '../venues/hyperliquid/action.ts'
import type { AskedFor } from './input.ts'

/** What comparing found. */
export interface Comparison {
  readonly problems: readonly Failure[]
  readonly notes: readonly string[]
}

/** The problem where a field is not what was asked for; none where it was not asked for. */
export const difference = (field: string, actual: unknown, expected: unknown): readonly Failure[] =>
  expected === undefined || String(actual) === String(expected)
    ? []
    : [failure('payload.fieldDiffers', { field, actual: String(actual), expected: String(expected) })]

/** The market, margin mode and leverage of an action against what was asked for. */
export function compareAction(action: UpdateLeverage, asked: AskedFor): Comparison {
  const number = asked.assetId ?? (typeof asked.asset === 'number' ? asked.asset : undefined)
  const symbol = typeof asked.asset === 'string' ? asked.asset : undefined
  const isNumber = symbol !== undefined && /^\d+$/.test(symbol)
  const silent = symbol !== undefined && !isNumber && number === undefined
  return {
    problems: [
      ...difference('action.asset', action.asset, number),
      ...(isNumber ? difference('action.asset', action.asset, symbol) : []),
      ...difference('action.isCross', action.isCross, asked.isCross),
      ...difference('action.leverage', action.leverage, asked.leverage),
      ...difference('action.leverage', action.leverage, asked.sellLeverage),
    ],
    notes: [
      ...(silent
        ? [
            `The payload names its market by number (${action.asset}); whether that is ${symbol} cannot be told offline. Give assetId to compare it.`,
          ]
        : []),
      ...(asked.apiKey === undefined ? [] : ['The Ledger signs this payload, so apiKey is not compared.']),
    ],
  }
}

/** Who signed, held against who should have. */
export interface SignerCheck extends Comparison {
  /** Whether somebody was expected at all. */
  readonly expected: boolean
}

/**
 * The recovered signer of a Hyperliquid action against what was asked for. `signer` names the key itself. Without it the
 * `owner`, or an `account` that acts for itself, is expected to have signed with its own key. An account for which the
 * signer acts stands in `vaultAddress`.
 */
export function compareSigner(signer: Hex | null, vaultAddress: Hex | null, asked: AskedFor): SignerCheck {
  const ownAccount = vaultAddress === null ? asked.account : undefined
  const expected = asked.signer ?? asked.owner ?? ownAccount
  const problems: Failure[] = []
  const notes: string[] = []
  if (signer !== null && expected !== undefined && signer !== expected) {
    problems.push(failure('payload.signerDiffers', { field: 'signature', actual: signer, expected }))
  }
  if (vaultAddress !== null && asked.account !== undefined && asked.account !== vaultAddress) {
    problems.push(
      failure('payload.fieldDiffers', {
        field: 'vaultAddress',
        actual: vaultAddress,
        expected: asked.account,
      }),
    )
  }
  for (const principal of [asked.owner, ownAccount]) {
    if (asked.signer !== undefined && principal !== undefined && principal !== asked.signer) {
      notes.push(
        `Whether ${asked.signer} may sign for ${principal} cannot be told offline: the venue knows its agents.`,
      )
    }
  }
  if (signer === null && expected !== undefined)
    notes.push('There is no signature, so the signer is not compared.')
  return { expected: expected !== undefined, problems, notes }
}
