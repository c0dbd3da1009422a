/**
 * The rules of `POST /exchange`: nothing is carried out whose signer, nonce, expiry, account, market and margin are not
 * all in order. Wordings are the real venue's where they are known.
 */
import type { Hex } from '../../../shared/hex.ts'
import type { Network } from '../../../shared/venues/module.ts'
import { ruleOnAgent } from './agents.ts'
import type { ExchangeRequest, RequestFor, TradeAction } from './exchange-request.ts'
import { marketById, type PracticeMarket } from './markets.ts'
import type { AppliedAction, PracticeAccount, PracticeState } from './port.ts'
import {
  allowsCross,
  crossMarginUsed,
  leverageOf,
  nonceProblem,
  notional,
  userOf,
  withApplied,
  withNonce,
} from './state.ts'

/** When and by which door a request came. */
export interface ExchangeContext {
  readonly nowMs: number
  readonly via: AppliedAction['via']
  readonly network: Network
}

/** What came of a request: the state after it, and the venue's refusal or null. */
export interface Ruling {
  readonly state: PracticeState
  readonly refusal: string | null
}

type LeverageAction = Extract<TradeAction, { type: 'updateLeverage' }>

function marginProblem(
  account: PracticeAccount,
  market: PracticeMarket,
  { isCross, leverage }: LeverageAction,
): string | null {
  const held = account.positions[market.coin]
  if (!held) return null
  const now = leverageOf(account, market)
  if ((now.type === 'cross') !== isCross) return 'Cannot switch leverage type with open position.'
  if (leverage >= now.value) return null
  const needed = notional(held, market) / leverage
  const isolated = held.isolatedMargin !== null
  const available = isolated
    ? Number(held.isolatedMargin)
    : Number(account.balance) - crossMarginUsed(account, market.coin)
  if (needed <= available) return null
  return isolated
    ? 'Isolated position does not have sufficient margin available to decrease leverage. Add margin to the position first.'
    : 'Cross position does not have sufficient margin available to decrease leverage. Deposit or reduce positions first.'
}

function leverageProblem(
  account: PracticeAccount,
  market: PracticeMarket | undefined,
  action: LeverageAction,
): string | null {
  if (!market) return `Invalid asset: ${action.asset}`
  if (market.delisted) return `Asset ${market.coin} is delisted.`
  if (action.leverage < 1 || action.leverage > market.maxLeverage) return 'Invalid leverage value'
  if (action.isCross && !allowsCross(market)) return 'Cross margin is not allowed for this asset.'
  return marginProblem(account, market, action)
}

function targetOf(state: PracticeState, user: Hex, vault: Hex | null): Hex | null {
  if (vault === null) return user
  return state.accounts[vault]?.master === user ? vault : null
}

function carryOut(
  state: PracticeState,
  { action, nonce }: RequestFor<TradeAction>,
  signer: Hex,
  target: Hex,
  { nowMs, via }: ExchangeContext,
): Ruling {
  const account = state.accounts[target]
  if (!account) return { state, refusal: 'Must deposit before performing actions.' }
  const done = { nonce, signer, account: target, via, atMs: nowMs }
  if (action.type === 'noop') {
    const none = { asset: null, isCross: null, leverage: null }
    return { state: withApplied(state, { type: action.type, ...done, ...none }, null), refusal: null }
  }
  const market = marketById(action.asset)
  const problem = leverageProblem(account, market, action)
  return problem === null
    ? { state: withApplied(state, { ...action, ...done }, market ?? null), refusal: null }
    : { state, refusal: problem }
}

/**
 * Rules on a request of the right shape, whose signer was recovered. Once its signer, account, expiry and nonce are in order its nonce is used up,
 * whether the action itself is then refused or not.
 */
export function rule(
  state: PracticeState,
  request: ExchangeRequest,
  signer: Hex | null,
  context: ExchangeContext,
): Ruling {
  const { action, ...parts } = request
  if (action.type === 'approveAgent') return ruleOnAgent(state, { ...parts, action }, signer, context)
  const { nonce, vaultAddress, expiresAfter } = parts
  const { nowMs } = context
  const refuse = (refusal: string): Ruling => ({ state, refusal })
  const user = signer && userOf(state, signer, nowMs)
  if (!signer || !user)
    return refuse(`L1 error: User or API Wallet ${signer ?? `0x${'0'.repeat(40)}`} does not exist.`)
  const target = targetOf(state, user, vaultAddress)
  if (target === null) return refuse(`L1 error: Vault not registered: ${vaultAddress}`)
  if (expiresAfter !== null && expiresAfter < nowMs)
    return refuse(`Action expired: expiresAfter ${expiresAfter} is in the past`)
  const problem = nonceProblem(state, signer, nonce, nowMs)
  if (problem) return refuse(problem)
  return carryOut(withNonce(state, signer, nonce), { ...parts, action }, signer, target, context)
}
