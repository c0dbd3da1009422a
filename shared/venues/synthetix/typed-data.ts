/**
 * What a Ledger signs for Synthetix: EIP-712 typed data in which the action itself can be read. Domain, types and their
 * order: Synthetix docs, Synthetixio/synthetix-sdk 0.4.0 `utils/constants.py`, Fenway-snx/synthetix-go-sdk `eip712`.
 */
import type { TypedData } from '../../eip712/typed-data.ts'

/**
 * EIP-712 domain. Chain 1 and no contract everywhere: a signature holds on the venue's test environment too, and one
 * made for there would hold here.
 */
export const synthetixDomain = {
  name: 'Synthetix',
  version: '1',
  chainId: 1,
  verifyingContract: '0x0000000000000000000000000000000000000000',
} as const

const domainType = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
] as const

/** Types of a change of leverage, `EIP712Domain` included. */
export const updateLeverageTypes = {
  EIP712Domain: domainType,
  UpdateLeverage: [
    { name: 'subAccountId', type: 'uint256' },
    { name: 'symbol', type: 'string' },
    { name: 'leverage', type: 'string' },
    { name: 'nonce', type: 'uint256' },
    { name: 'expiresAfter', type: 'uint256' },
  ],
} as const

const actionFields = [
  { name: 'subAccountId', type: 'uint256' },
  { name: 'action', type: 'string' },
] as const
const nonceField = { name: 'nonce', type: 'uint256' } as const
const expiryField = { name: 'expiresAfter', type: 'uint256' } as const

/** What a change of leverage signs. Whole numbers are decimal digits. */
export interface UpdateLeverageMessage {
  readonly subAccountId: string
  readonly symbol: string
  readonly leverage: string
  readonly nonce: string
  /** In the unit in which it is sent; `0` where none is sent. */
  readonly expiresAfter: string
}

/** What a signed reading signs. Whole numbers are decimal digits. */
export interface SubAccountActionMessage {
  readonly subAccountId: string
  readonly action: string
  /** Null where none is sent, which the venue asks of readings. */
  readonly nonce: string | null
  readonly expiresAfter: string
}

/** The typed data of a change of leverage. */
export const updateLeverageTypedData = ({
  subAccountId,
  symbol,
  leverage,
  nonce,
  expiresAfter,
}: UpdateLeverageMessage): TypedData => ({
  types: updateLeverageTypes,
  primaryType: 'UpdateLeverage',
  domain: synthetixDomain,
  message: { subAccountId, symbol, leverage, nonce, expiresAfter },
})

/** The typed data of a signed reading; the type has a nonce only where one is sent. */
export const subAccountActionTypedData = ({
  subAccountId,
  action,
  nonce,
  expiresAfter,
}: SubAccountActionMessage): TypedData => ({
  types: {
    EIP712Domain: domainType,
    SubAccountAction: [...actionFields, ...(nonce === null ? [] : [nonceField]), expiryField],
  },
  primaryType: 'SubAccountAction',
  domain: synthetixDomain,
  message: { subAccountId, action, ...(nonce === null ? {} : { nonce }), expiresAfter },
})
