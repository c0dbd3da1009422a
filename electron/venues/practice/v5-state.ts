/**
 * What the practice venue remembers of its V5 accounts: one at CoinSwitch, one at Bybit, each with the keys that may act
 * for it, and the markets with their limits.
 */

/** An API key that the practice venue knows. */
export interface PracticeKey {
  /** The HMAC secret at Bybit; null at CoinSwitch, where the key's name is the Ed25519 public key in hex. */
  readonly secret: string | null
  readonly readOnly: boolean
  /** Unix ms; null for ever. */
  readonly expiresAtMs: number | null
  /** Bybit's permissions by group; a key that trades contracts and nothing else where it is left out. */
  readonly permissions?: Readonly<Record<string, readonly string[]>>
}

/** What a key may do unless told: positions, with what a unified account gives to every key. */
const contractsOnly = { ContractTrade: ['Position'], Derivatives: ['DerivativesTrade'] }

/** The permissions of a key at Bybit, by group. */
export const permissionsOf = ({
  permissions = contractsOnly,
}: PracticeKey): Readonly<Record<string, readonly string[]>> => permissions

/** Whether a key may change leverage: not one that only reads, nor one without a permission for positions. */
export function maySetLeverage(key: PracticeKey): boolean {
  const { ContractTrade = [], Derivatives = [] } = permissionsOf(key)
  return !key.readOnly && (ContractTrade.includes('Position') || Derivatives.includes('DerivativesTrade'))
}

/** An open position of one side. */
export interface PracticeV5Position {
  /** Size in units of the market, decimal string without sign. */
  readonly size: string
  readonly side: 'Buy' | 'Sell'
}

/** Leverage of the two sides, decimal strings; the same in one-way mode. */
export interface PracticeV5Leverage {
  readonly buy: string
  readonly sell: string
}

/** A change that was carried out. */
export interface AppliedV5 extends PracticeV5Leverage {
  readonly symbol: string
  readonly keyId: string
  /** The time stamp that it was signed with, as it stood in the header. */
  readonly stamp: string
  /** Unix ms of the practice venue's clock. */
  readonly atMs: number
}

/** An account with all that decides what it may do. */
export interface PracticeV5Account {
  readonly keys: Readonly<Record<string, PracticeKey>>
  /** Whether buy and sell side are set apart. */
  readonly hedge: boolean
  readonly marginMode: 'ISOLATED_MARGIN' | 'REGULAR_MARGIN' | 'PORTFOLIO_MARGIN'
  /** Free USD, decimal string. */
  readonly balance: string
  /** What was set; the rest is at 10x. */
  readonly leverage: Readonly<Record<string, PracticeV5Leverage>>
  readonly positions: Readonly<Record<string, readonly PracticeV5Position[]>>
  /** Whether a market without a position is listed when it is asked for by its symbol. */
  readonly listsFlat: boolean
  /** Stamps of changes that were asked for, newest last, the last 100: none is taken twice. */
  readonly stamps: readonly string[]
  readonly applied: readonly AppliedV5[]
}

/** The V5 part of the practice venue's state. */
export interface PracticeV5 {
  readonly coinswitch: PracticeV5Account
  readonly bybit: PracticeV5Account
}

/**
 * PRACTICE ONLY. The CoinSwitch key of a fresh practice venue: the first test vector of RFC 8032, known to everybody.
 * `seed` is the secret, 32 bytes in hex.
 */
export const practiceOnlyCoinSwitchKey = {
  keyId: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
} as const

/** PRACTICE ONLY. The Bybit key of a fresh practice venue, known to everybody. */
export const practiceOnlyBybitKey = {
  keyId: 'practiceOnlyKey001',
  secret: 'practiceOnlySecretKnownToEverybody01',
} as const

/** A market of the practice venue. */
export interface PracticeV5Market {
  readonly category: 'linear' | 'inverse'
  readonly symbol: string
  readonly status: 'Trading' | 'PreLaunch' | 'Closed'
  readonly minLeverage: string
  readonly maxLeverage: string
  readonly leverageStep: string
  /** USD. */
  readonly markPrice: string
}

const market = (
  symbol: string,
  maxLeverage: string,
  markPrice: string,
  more: Partial<PracticeV5Market> = {},
): PracticeV5Market => ({
  category: 'linear',
  symbol,
  status: 'Trading',
  minLeverage: '1',
  maxLeverage,
  leverageStep: '0.01',
  markPrice,
  ...more,
})

/** The markets of both, in the venue's order. Prices stand still. */
export const practiceV5Markets: readonly PracticeV5Market[] = [
  market('BTCUSDT', '100.00', '97250.00'),
  market('ETHUSDT', '50.00', '3310.50'),
  market('SOLUSDT', '50.00', '198.35', { leverageStep: '0.5' }),
  market('XRPUSDT', '25.00', '2.1140', { minLeverage: '2' }),
  market('OLDUSDT', '12.50', '0.4120', { status: 'Closed' }),
  market('BTCUSD', '100.00', '97250.00', { category: 'inverse' }),
]

/** A position that is worth more than this many USD may have no more than `bigPositionLeverage` (risk limit). */
export const bigPosition = 250_000

/** The most for a big position. */
export const bigPositionLeverage = 25

const account = (parts: Pick<PracticeV5Account, 'keys'> & Partial<PracticeV5Account>): PracticeV5Account => ({
  hedge: false,
  marginMode: 'REGULAR_MARGIN',
  balance: '20000',
  leverage: {
    BTCUSDT: { buy: '5', sell: '5' },
    ETHUSDT: { buy: '12.5', sell: '12.5' },
  },
  positions: {
    BTCUSDT: [{ size: '0.400', side: 'Buy' }],
    SOLUSDT: [{ size: '2000', side: 'Sell' }],
  },
  listsFlat: true,
  stamps: [],
  applied: [],
  ...parts,
})

const free = { readOnly: false, expiresAtMs: null } as const

/** The V5 accounts that a practice venue begins with. */
export const freshV5 = (): PracticeV5 => ({
  coinswitch: account({ keys: { [practiceOnlyCoinSwitchKey.keyId]: { secret: null, ...free } } }),
  bybit: account({
    keys: { [practiceOnlyBybitKey.keyId]: { secret: practiceOnlyBybitKey.secret, ...free } },
  }),
})

/** The leverage of an account in a market. */
export const v5LeverageOf = ({ leverage }: PracticeV5Account, symbol: string): PracticeV5Leverage =>
  leverage[symbol] ?? { buy: '10', sell: '10' }

/** What a size is worth in USD: an inverse contract is one USD. */
export const v5WorthOf = ({ size }: PracticeV5Position, market: PracticeV5Market): number =>
  market.category === 'inverse' ? Number(size) : Number(size) * Number(market.markPrice)
