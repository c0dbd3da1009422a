/** What the practice venue remembers: the accounts it begins with, and the rules that read and change them. */
import { keccak256, toHex } from 'viem'
import { lower, type Hex } from '../../../shared/hex.ts'
import { freshArcus, type PracticeArcus } from './arcus-state.ts'
import { marketByCoin, type PracticeMarket } from './markets.ts'
import { freshV5 } from './v5-state.ts'
import type {
  AppliedAction,
  PracticeAccount,
  PracticeLeverage,
  PracticePosition,
  PracticeState,
} from './port.ts'

/** The practice Ledger's first two addresses (44'/60'/0'/0/0 and 44'/60'/0'/0/1). */
export const practiceUsers: readonly Hex[] = [
  '0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d',
  '0xd692cb1346262f584d17b4b470954501f6715a82',
]

/** The practice Ledger's third address (44'/60'/0'/0/2): an approved agent of the first user. */
export const practiceAgent: Hex = '0xfeb0594a0561d0df76ea8b2f52271538e6704f75'

const keptNonces = 100

const derived = (owner: Hex, what: string): Hex => `0x${keccak256(toHex(`${what} of ${owner}`)).slice(-40)}`

/** The subaccount that every user of a fresh state has. */
export const subAccountOf = (user: Hex): Hex => derived(lower(user), 'subaccount')

/** The vault that every user of a fresh state leads. */
export const vaultOf = (user: Hex): Hex => derived(lower(user), 'vault')

const account = (parts: Partial<PracticeAccount>): PracticeAccount => ({
  role: 'user',
  master: null,
  balance: '10000.0',
  agents: [],
  leverage: {},
  positions: {},
  ...parts,
})

const position = (szi: string, entryPx: string, isolatedMargin: string | null = null): PracticePosition => ({
  szi,
  entryPx,
  isolatedMargin,
})

const firstUser = (agents: PracticeAccount['agents']): PracticeAccount =>
  account({
    balance: '25000.0',
    agents,
    leverage: {
      BTC: { type: 'cross', value: 5 },
      ETH: { type: 'isolated', value: 10 },
      'xyz:AAPL': { type: 'cross', value: 5 },
      'xyz:GOLD': { type: 'isolated', value: 10 },
    },
    positions: {
      BTC: position('0.4', '94120.0'),
      ETH: position('-2.0', '3405.0', '810.0'),
      'xyz:GOLD': position('1.5', '2640.0', '520.0'),
    },
  })

function ownedBy(user: Hex): readonly (readonly [Hex, PracticeAccount])[] {
  const leverage = { BTC: { type: 'isolated', value: 3 } } as const
  return [
    [subAccountOf(user), account({ role: 'subAccount', master: user, balance: '4000.0', leverage })],
    [vaultOf(user), account({ role: 'vault', master: user, balance: '100000.0' })],
  ]
}

/**
 * The state that a practice venue begins with: every funded user has a subaccount and a vault; the first also has open
 * positions and, unless it is a user itself, the practice Ledger's third address as agent.
 */
export function freshState(funded: readonly Hex[] = practiceUsers): PracticeState {
  const users = funded.map(lower)
  const agents = users.includes(practiceAgent)
    ? []
    : [{ address: practiceAgent, name: 'practice-agent', validUntil: null }]
  const accounts = users.flatMap((user, index) => [
    [user, index === 0 ? firstUser(agents) : account({})] as const,
    ...ownedBy(user),
  ])
  return {
    version: 1,
    accounts: Object.fromEntries(accounts),
    nonces: {},
    applied: [],
    v5: freshV5(),
    arcus: freshArcus(users),
  }
}

/** The practice Arcus of a state; a fresh one for its users where the state is older than it. */
export function arcusOf({ arcus, accounts }: PracticeState): PracticeArcus {
  if (arcus) return arcus
  const users = Object.entries(accounts).filter(([, { role }]) => role === 'user')
  return freshArcus(users.map(([address]) => address as Hex))
}

/** The user for whom a key acts: itself, or the user whose agent it is; null for a stranger. */
export function userOf(state: PracticeState, signer: Hex, nowMs: number): Hex | null {
  if (state.accounts[signer]?.role === 'user') return signer
  const approved = Object.entries(state.accounts).find(([, { agents }]) =>
    agents.some(
      ({ address, validUntil }) => address === signer && (validUntil === null || validUntil > nowMs),
    ),
  )
  return approved ? (approved[0] as Hex) : null
}

/** Whether a market allows cross margin. */
export const allowsCross = ({ marginMode }: PracticeMarket): boolean => marginMode === null

/** The leverage of an account in a market: what was set, or the venue's default. */
export function leverageOf(account: PracticeAccount | undefined, market: PracticeMarket): PracticeLeverage {
  const unset = {
    type: allowsCross(market) ? 'cross' : 'isolated',
    value: Math.min(20, market.maxLeverage),
  } as const
  return account?.leverage[market.coin] ?? unset
}

/** What a position is worth in USD, without sign. */
export const notional = ({ szi }: PracticePosition, market: PracticeMarket): number =>
  Math.abs(Number(szi)) * Number(market.markPx)

/** USD that cross positions of an account tie up, other than the one in `except`. */
export function crossMarginUsed(account: PracticeAccount, except: string | null): number {
  return Object.entries(account.positions).reduce((sum, [coin, held]) => {
    const market = marketByCoin(coin)
    if (!market || coin === except || held.isolatedMargin !== null) return sum
    return sum + notional(held, market) / leverageOf(account, market).value
  }, 0)
}

/** The state with one nonce more; of each signer the 100 highest are kept. */
export function withNonce(state: PracticeState, signer: Hex, nonce: number): PracticeState {
  const used = [...(state.nonces[signer] ?? []), nonce].sort((a, b) => a - b).slice(-keptNonces)
  return { ...state, nonces: { ...state.nonces, [signer]: used } }
}

/** Why a nonce cannot be used, in the venue's manner; null where it can. */
export function nonceProblem(state: PracticeState, signer: Hex, nonce: number, nowMs: number): string | null {
  const dayMs = 86_400_000
  if (nonce <= nowMs - 2 * dayMs || nonce >= nowMs + dayMs)
    return `Invalid nonce: ${nonce} is outside of (T - 2 days, T + 1 day)`
  const used = state.nonces[signer] ?? []
  if (used.includes(nonce)) return `Invalid nonce: duplicate nonce ${nonce}`
  const lowest = used[0]
  return used.length >= keptNonces && lowest !== undefined && nonce < lowest
    ? `Invalid nonce: nonce too low ${nonce} < ${lowest}`
    : null
}

/** The state after an accepted action. */
export function withApplied(
  state: PracticeState,
  action: AppliedAction,
  market: PracticeMarket | null,
): PracticeState {
  const applied = [...state.applied, action]
  const before = state.accounts[action.account]
  if (!before || !market || action.leverage === null) return { ...state, applied }
  const setting = { type: action.isCross ? 'cross' : 'isolated', value: action.leverage } as const
  const after = { ...before, leverage: { ...before.leverage, [market.coin]: setting } }
  return { ...state, applied, accounts: { ...state.accounts, [action.account]: after } }
}
