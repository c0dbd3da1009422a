/** What the practice Arcus remembers, and what it begins with. */
import type { Hex } from '../../../shared/hex.ts'
import { arcusMarketById, type PracticeArcusMarket } from './arcus-markets.ts'

/** Leverage of one market of an account. */
export interface PracticeArcusLeverage {
  readonly value: number
  readonly isolated: boolean
}

/** An open position. */
export interface PracticeArcusPosition {
  /** Signed size in units of the market, decimal string; negative for short. */
  readonly size: string
  /** USD, decimal string. */
  readonly entryPx: string
  /** USD set aside for it, decimal string; null when it is margined from the whole account. */
  readonly isolatedMargin: string | null
}

/** One of the accounts of an address; map keys are numbers of markets. */
export interface PracticeArcusAccount {
  /** USD, decimal string. */
  readonly equity: string
  /** What was set; the rest is at the market's maximum and cross. */
  readonly leverage: Readonly<Record<string, PracticeArcusLeverage>>
  readonly positions: Readonly<Record<string, PracticeArcusPosition>>
}

/** A registered API key. */
export interface PracticeArcusKey {
  readonly keyId: string
  readonly address: Hex
  /** The one account it trades for; null for all of the address. */
  readonly accountIndex: number | null
  readonly name: string
  /** Unix ms; null for no end. */
  readonly validUntil: number | null
  readonly status: 'ACTIVE' | 'DELETED'
  readonly createdAtMs: number
}

/** A change that the engine applied. */
export interface AppliedArcusChange {
  readonly keyId: string
  /** `X-Timestamp` of the request, nanoseconds. */
  readonly timestamp: string
  readonly address: Hex
  readonly accountIndex: number
  readonly marketId: number
  readonly leverage: number
  /** Null where the request left the margin mode as it was. */
  readonly isolated: boolean | null
  /** Unix ms of the practice venue's clock. */
  readonly atMs: number
}

/**
 * How the engine confirms: with the answer (200); only after the answer (202), applied then or never.
 */
export type PracticeArcusConfirmation = 'atOnce' | 'later' | 'never'

/** All that the practice Arcus remembers; plain JSON. */
export interface PracticeArcus {
  /** By `accountKey`. */
  readonly accounts: Readonly<Record<string, PracticeArcusAccount>>
  readonly keys: readonly PracticeArcusKey[]
  /** The highest time that each key used, nanoseconds. */
  readonly timestamps: Readonly<Record<string, string>>
  /** Used nonces of registrations, by `accountKey` and nonce. */
  readonly nonces: readonly string[]
  readonly applied: readonly AppliedArcusChange[]
  readonly confirmation: PracticeArcusConfirmation
  /** Taken in, to be applied from `atMs` on. */
  readonly pending: readonly AppliedArcusChange[]
}

/**
 * FOR PRACTICE ONLY: a key that the whole world knows (RFC 8032, section 7.1, test 1), registered in every fresh practice
 * state for account 0 of its first address. Whoever registers it anywhere else gives the account away.
 */
export const practiceOnlyArcusKey = {
  seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  keyId: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
} as const

/** How an account stands in the maps of the state. */
export const accountKey = (address: Hex, accountIndex: number): string => `${address}/${accountIndex}`

const firstAccount: PracticeArcusAccount = {
  equity: '25000.0',
  leverage: { 1: { value: 5, isolated: false }, 2: { value: 10, isolated: true } },
  positions: {
    1: { size: '0.4', entryPx: '94120.0', isolatedMargin: null },
    2: { size: '-2.0', entryPx: '3405.0', isolatedMargin: '810.0' },
  },
}

const plainAccount: PracticeArcusAccount = { equity: '10000.0', leverage: {}, positions: {} }

/** One funded account 0 for each address, in lower case; the first has open positions and the practice key. */
export function freshArcus(addresses: readonly Hex[]): PracticeArcus {
  const accounts = addresses.map((address, at) => [
    accountKey(address, 0),
    at === 0 ? firstAccount : plainAccount,
  ])
  const key = {
    keyId: practiceOnlyArcusKey.keyId,
    accountIndex: 0,
    name: 'practice',
    validUntil: null,
    status: 'ACTIVE',
    createdAtMs: 0,
  } as const
  return {
    accounts: Object.fromEntries(accounts) as PracticeArcus['accounts'],
    keys: addresses.slice(0, 1).map((address) => ({ ...key, address })),
    timestamps: {},
    nonces: [],
    applied: [],
    confirmation: 'atOnce',
    pending: [],
  }
}

/** The account; one that was never used is empty. */
export const accountOf = (state: PracticeArcus, address: Hex, accountIndex: number): PracticeArcusAccount =>
  state.accounts[accountKey(address, accountIndex)] ?? { equity: '0', leverage: {}, positions: {} }

/** The leverage of an account in a market: what was set, or the market's maximum, cross. */
export const arcusLeverageOf = (
  account: PracticeArcusAccount,
  market: PracticeArcusMarket,
): PracticeArcusLeverage => account.leverage[market.id] ?? { value: market.maxLeverage, isolated: false }

/** What a position is worth in USD, without sign. */
export const arcusNotional = ({ size }: PracticeArcusPosition, market: PracticeArcusMarket): number =>
  Math.abs(Number(size)) * Number(market.markPx)

/** USD that the cross positions of an account tie up, other than the one in market `except`. */
export const arcusCrossMargin = (account: PracticeArcusAccount, except: number | null): number =>
  Object.entries(account.positions).reduce((sum, [id, held]) => {
    const market = arcusMarketById(Number(id))
    if (!market || market.id === except || held.isolatedMargin !== null) return sum
    return sum + arcusNotional(held, market) / arcusLeverageOf(account, market).value
  }, 0)

/** The state after a change took hold. */
export function withArcusChange(state: PracticeArcus, change: AppliedArcusChange): PracticeArcus {
  const key = accountKey(change.address, change.accountIndex)
  const account = accountOf(state, change.address, change.accountIndex)
  const market = arcusMarketById(change.marketId)
  const isolated = change.isolated ?? (market && arcusLeverageOf(account, market).isolated) ?? false
  const held = account.positions[change.marketId]
  const positions =
    held && !isolated
      ? { ...account.positions, [change.marketId]: { ...held, isolatedMargin: null } }
      : account.positions
  const leverage = { ...account.leverage, [change.marketId]: { value: change.leverage, isolated } }
  return {
    ...state,
    accounts: { ...state.accounts, [key]: { ...account, leverage, positions } },
    applied: [...state.applied, change],
  }
}

/** The state once all changes have taken hold whose time has come. */
export function settled(state: PracticeArcus, nowMs: number): PracticeArcus {
  const due = state.pending.filter(({ atMs }) => atMs <= nowMs)
  if (due.length === 0) return state
  return {
    ...due.reduce(withArcusChange, state),
    pending: state.pending.filter(({ atMs }) => atMs > nowMs),
  }
}
