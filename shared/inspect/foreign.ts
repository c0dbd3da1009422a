/**
 * What a payload is that is no change of leverage, in plain words: whoever is about to sign a withdrawal must read that it
 * is one. Names are those of the venues' documentation; the list decides nothing, for what is not known is refused too.
 */
import { isObject } from '../check.ts'
import { shownName } from '../listed.ts'
import { assetKind } from '../venues/hyperliquid/markets.ts'
import { looksLikeSynthetix } from '../venues/synthetix/read-typed-data.ts'
import type { InspectVenue } from './input.ts'

type Fields = Readonly<Record<string, unknown>>

const said = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? shownName(String(value)) : '?'

const toWhom = ({ destination, amount, token }: Fields, unit: string): string =>
  `${said(amount)} ${token === undefined ? unit : said(token)} to ${said(destination)}`

/** The market of an order, as a price list would call it. */
function orderMarket(asset: unknown): string {
  const isNumber = typeof asset === 'number' && Number.isSafeInteger(asset) && asset >= 0
  if (!isNumber) return 'market ?'
  return assetKind(asset) === 'spot' ? `spot market number ${asset}` : `market number ${asset}`
}

function orders({ orders: list }: Fields): string {
  const [first, ...more] = Array.isArray(list) ? (list as unknown[]) : []
  if (!isObject(first)) return 'an order'
  const isSpot = orderMarket(first['a']).startsWith('spot')
  const side = first['b'] === true ? 'buy' : 'sell'
  const what = `${isSpot ? 'a spot order' : 'an order'} to ${side} ${said(first['s'])} at ${said(first['p'])} in ${orderMarket(first['a'])}`
  return more.length === 0 ? what : `${what}, and ${more.length} more orders`
}

/** Hyperliquid's actions (Hyperliquid docs, exchange endpoint; @nktkas/hyperliquid). */
const actions: Readonly<Record<string, string | ((action: Fields) => string)>> = {
  order: orders,
  cancel: 'the cancelling of orders',
  cancelByCloid: 'the cancelling of orders',
  modify: 'the change of an order',
  batchModify: 'the change of orders',
  scheduleCancel: 'the cancelling of all orders at a set time',
  twapOrder: 'an order that is spread over time (TWAP)',
  twapCancel: 'the cancelling of an order that is spread over time',
  updateIsolatedMargin: ({ ntli, asset }) =>
    `a change of the isolated margin in ${orderMarket(asset)} by ${typeof ntli === 'number' ? ntli / 1e6 : '?'} USD: it moves margin, not the leverage that is set`,
  topUpIsolatedOnlyMargin: 'a top-up of isolated margin: it moves margin, not the leverage that is set',
  usdSend: (action) => `a payment: ${toWhom(action, 'USDC')} (usdSend)`,
  spotSend: (action) => `a payment: ${toWhom(action, 'tokens')} (spotSend)`,
  sendAsset: (action) => `a payment: ${toWhom(action, 'tokens')} (sendAsset)`,
  sendToEvmWithData: (action) => `a payment to HyperEVM: ${toWhom(action, 'tokens')}`,
  withdraw3: (action) => `a withdrawal of ${toWhom(action, 'USDC')}`,
  usdClassTransfer: ({ amount, toPerp }) =>
    `a transfer of ${said(amount)} USDC ${toPerp === true ? 'from spot to perpetuals' : 'from perpetuals to spot'}`,
  vaultTransfer: ({ usd, isDeposit, vaultAddress }) =>
    `a ${isDeposit === true ? 'deposit into' : 'withdrawal from'} the vault ${said(vaultAddress)} of ${typeof usd === 'number' ? usd / 1e6 : '?'} USD`,
  subAccountTransfer: 'a transfer between an account and its subaccount',
  subAccountSpotTransfer: 'a transfer of tokens between an account and its subaccount',
  createSubAccount: 'the making of a subaccount',
  subAccountModify: 'the renaming of a subaccount',
  createVault: 'the making of a vault',
  vaultModify: 'a change of the rules of a vault',
  vaultDistribute: 'a distribution of the money of a vault',
  approveBuilderFee: ({ builder, maxFeeRate }) =>
    `a permission for ${said(builder)} to take a fee of up to ${said(maxFeeRate)} on each order`,
  convertToMultiSigUser: 'the change of who can sign for the account (multi-sig)',
  multiSig: ({ payload }) => {
    const inner = isObject(payload) && isObject(payload['action']) ? payload['action']['type'] : undefined
    return `an action of a multi-sig account around "${said(inner)}", which Countersign does not sign`
  },
  tokenDelegate: 'a delegation of staked tokens',
  cDeposit: 'a deposit into staking',
  cWithdraw: 'a withdrawal from staking',
  claimRewards: 'the claiming of rewards',
  setReferrer: 'the setting of a referrer',
  registerReferrer: 'the making of a referral code',
  setDisplayName: 'the setting of a display name',
  evmUserModify: 'a setting of HyperEVM',
  userDexAbstraction: 'a change of how the account holds its money across dexes',
  agentEnableDexAbstraction: 'a change of how the account holds its money across dexes',
  userSetAbstraction: 'a change of the mode of the account',
  agentSetAbstraction: 'a change of the mode of the account',
  reserveRequestWeight: 'the buying of more requests',
  spotDeploy: 'a step in the listing of a token',
  perpDeploy: 'a step in the listing of a market',
  borrowLend: 'a loan',
  spotUser: 'a setting of spot trading',
}

/** Types of typed data, without the prefix of Hyperliquid (Hyperliquid docs; EIP-2612; Permit2; Seaport; Safe; Synthetix docs). */
const primaryTypes: Readonly<Record<string, string | ((message: Fields) => string)>> = {
  UsdSend: (message) => `a payment: ${toWhom(message, 'USDC')} (usdSend)`,
  SpotSend: (message) => `a payment: ${toWhom(message, 'tokens')} (spotSend)`,
  SendAsset: (message) => `a payment: ${toWhom(message, 'tokens')} (sendAsset)`,
  SendToEvmWithData: (message) => `a payment to HyperEVM: ${toWhom(message, 'tokens')}`,
  Withdraw: (message) => `a withdrawal of ${toWhom(message, 'USDC')}`,
  UsdClassTransfer: 'a transfer between spot and perpetuals',
  ApproveBuilderFee: 'a permission for somebody to take a fee on each order',
  ConvertToMultiSigUser: 'the change of who can sign for the account (multi-sig)',
  SendMultiSig: 'an action of a multi-sig account',
  TokenDelegate: 'a delegation of staked tokens',
  CDeposit: 'a deposit into staking',
  CWithdraw: 'a withdrawal from staking',
  UserDexAbstraction: 'a change of how the account holds its money across dexes',
  UserSetAbstraction: 'a change of the mode of the account',
  Permit: ({ spender }) => `a permission for ${said(spender)} to take tokens (permit)`,
  PermitSingle: ({ spender }) => `a permission for ${said(spender)} to take tokens (Permit2)`,
  PermitBatch: ({ spender }) => `a permission for ${said(spender)} to take tokens (Permit2)`,
  PermitTransferFrom: ({ spender }) => `a transfer of tokens to ${said(spender)} (Permit2)`,
  PermitBatchTransferFrom: ({ spender }) => `a transfer of tokens to ${said(spender)} (Permit2)`,
  OrderComponents: 'an offer to sell or buy on a marketplace (Seaport)',
  SafeTx: 'a transaction of a Safe',
  PlaceOrders: 'an order at Synthetix',
  ModifyOrder: 'the change of an order at Synthetix',
  CancelOrders: 'the cancelling of orders at Synthetix',
  CancelAllOrders: 'the cancelling of orders at Synthetix',
  WithdrawCollateral: ({ amount, destination }) =>
    `a withdrawal of ${said(amount)} to ${said(destination)} at Synthetix`,
  TransferCollateral: 'a transfer between subaccounts at Synthetix',
  CreateSubaccount: 'the making of a subaccount at Synthetix',
  AddDelegatedSigner: ({ delegateAddress }) =>
    `a permission for ${said(delegateAddress)} to act for a subaccount at Synthetix`,
  RemoveDelegatedSigner: 'the end of a delegate at Synthetix',
  RemoveAllDelegatedSigners: 'the end of all delegates at Synthetix',
  AuthMessage: 'a login at Synthetix',
}

/** Synthetix' actions (Synthetix docs, trade endpoint). */
const trades: Readonly<Record<string, string>> = {
  placeOrders: 'an order',
  modifyOrder: 'the change of an order',
  cancelOrders: 'the cancelling of orders',
  cancelAllOrders: 'the cancelling of orders',
  withdrawCollateral: 'a withdrawal',
  transferCollateral: 'a transfer between subaccounts',
  createSubaccount: 'the making of a subaccount',
  addDelegatedSigner: 'a permission for somebody to act for the subaccount',
  removeDelegatedSigner: 'the end of a delegate',
  removeAllDelegatedSigners: 'the end of all delegates',
  getSubAccount: 'a question about the subaccount, which changes nothing',
  getPositions: 'a question about positions, which changes nothing',
}

/** Arcus' operations of the typed scheme (Arcus docs, X-Signature). */
const arcusOperations: Readonly<Record<number, string>> = {
  1: 'an order',
  2: 'the cancelling of an order',
  3: 'the change of an order',
}

/** What a payload is that is no change of leverage, and the field that says so. */
export interface Foreign {
  readonly field: string
  readonly words: string
  /** Whose payload it is; null where that is not known. */
  readonly venue: InspectVenue | null
}

const ofTable = <T>(
  table: Readonly<Record<string, string | ((from: T) => string)>>,
  name: string,
  from: T,
): string | null => {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined
  return typeof entry === 'function' ? entry(from) : (entry ?? null)
}

function foreignAction(payload: Fields): Foreign | null {
  const action = payload['action']
  const type = isObject(action) ? action['type'] : undefined
  if (!isObject(action) || typeof type !== 'string') return null
  const words = ofTable(actions, type, action)
  return words === null ? null : { field: 'action.type', words, venue: 'hyperliquid' }
}

function foreignTypedData(payload: Fields): Foreign | null {
  const { primaryType, message } = payload
  if (typeof primaryType !== 'string') return null
  const name = primaryType.replace(/^HyperliquidTransaction:/, '')
  const words = ofTable(primaryTypes, name, isObject(message) ? message : {})
  if (words === null) return null
  const isHyperliquid = primaryType.startsWith('HyperliquidTransaction:')
  const venue = isHyperliquid ? 'hyperliquid' : looksLikeSynthetix(payload) ? 'synthetix' : null
  return { field: 'primaryType', words, venue }
}

function foreignTrade({ params }: Fields): Foreign | null {
  const action = isObject(params) ? params['action'] : undefined
  const words = typeof action === 'string' ? ofTable(trades, action, null) : null
  return words === null
    ? null
    : { field: 'params.action', words: `${words} at Synthetix`, venue: 'synthetix' }
}

function foreignBody(payload: Fields): Foreign | null {
  const has = (...keys: readonly string[]) => keys.every((key) => Object.hasOwn(payload, key))
  const { op, side, qty, symbol, category } = payload
  if (has('op', 'ad') && typeof op === 'number' && arcusOperations[op] !== undefined)
    return { field: 'op', words: `${arcusOperations[op]} at Arcus`, venue: 'arcus' }
  if (has('symbol', 'side', 'qty') || has('symbol', 'orderType')) {
    const kind = category === 'spot' ? 'a spot order' : 'an order'
    return { field: 'side', words: `${kind} to ${said(side)} ${said(qty)} in ${said(symbol)}`, venue: null }
  }
  if (has('symbol', 'tradeMode'))
    return { field: 'tradeMode', words: 'a change of the margin mode', venue: null }
  if (has('coin', 'amount') || has('coin', 'chain'))
    return {
      field: 'coin',
      words: `a withdrawal or transfer of ${said(payload['amount'])} ${said(payload['coin'])}`,
      venue: null,
    }
  if (has('to', 'value') || has('to', 'data') || has('gas', 'to'))
    return { field: 'to', words: `an Ethereum transaction to ${said(payload['to'])}`, venue: null }
  return null
}

/** What a payload is, where it is one of the field's common ones and no change of leverage; null for anything else. */
export const foreignOf = (payload: Fields): Foreign | null =>
  foreignAction(payload) ?? foreignTypedData(payload) ?? foreignTrade(payload) ?? foreignBody(payload)
