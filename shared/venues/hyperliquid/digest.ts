/**
 * From an action to the digest that a Ledger signs. Asset, margin mode and leverage are inside `connectionId`:
 * whoever shows them must have computed it here from the very fields shown.
 */
import { concatBytes } from '@noble/hashes/utils.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { hashTypedData, type TypedData, type TypedDataHashes } from '../../eip712/typed-data.ts'
import { fromHex, toHex, type Hex } from '../../hex.ts'
import type { Network } from '../module.ts'
import { encodeAction, type Action } from './action.ts'

/** `source` of the phantom agent: "a" on mainnet, "b" on testnet (hyperliquid-python-sdk `signing.py`). */
export const sourceOf = { mainnet: 'a', testnet: 'b' } as const satisfies Record<Network, string>

/** What the signature covers beside the action. */
export interface ActionContext {
  /** Unix time in ms, used once per signer. */
  readonly nonce: number
  /** The subaccount or vault for which the signer acts; null for the signer's own account. */
  readonly vaultAddress: Hex | null
  /** Unix time in ms after which the venue refuses the action; null for never. Zero counts as set. */
  readonly expiresAfter: number | null
}

/** The four hashes of a Hyperliquid request. */
export interface ActionDigests extends TypedDataHashes {
  readonly connectionId: Hex
}

const uint64 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/**
 * The bytes whose hash is `connectionId`: msgpack | nonce | vault flag [| vault] [| 00 | expiresAfter].
 * The marker before `expiresAfter` is 00, not 01 (hyperliquid-python-sdk `signing.py`, action_hash).
 */
export function actionPreimage(
  action: Action,
  { nonce, vaultAddress, expiresAfter }: ActionContext,
): Uint8Array {
  const vault = vaultAddress === null ? [Uint8Array.of(0)] : [Uint8Array.of(1), fromHex(vaultAddress)]
  const expiry = expiresAfter === null ? [] : [Uint8Array.of(0), uint64(expiresAfter)]
  return concatBytes(encodeAction(action), uint64(nonce), ...vault, ...expiry)
}

/** Hyperliquid's action hash, keccak256 of the preimage. */
export const connectionIdOf = (action: Action, context: ActionContext): Hex =>
  toHex(keccak_256(actionPreimage(action, context)))

/** EIP-712 domain of the phantom agent; the same on both networks. */
export const agentDomain = {
  name: 'Exchange',
  version: '1',
  chainId: 1337,
  verifyingContract: '0x0000000000000000000000000000000000000000',
} as const

/** EIP-712 types of the phantom agent, `EIP712Domain` included. */
export const agentTypes = {
  EIP712Domain: [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ],
  Agent: [
    { name: 'source', type: 'string' },
    { name: 'connectionId', type: 'bytes32' },
  ],
} as const

/** The typed data that stands for an action: what the Ledger is given. */
export const agentTypedData = (connectionId: Hex, network: Network): TypedData => ({
  types: agentTypes,
  primaryType: 'Agent',
  domain: agentDomain,
  message: { source: sourceOf[network], connectionId },
})

/** All hashes of an action on a network. */
export function digestsOf(action: Action, context: ActionContext, network: Network): ActionDigests {
  const connectionId = connectionIdOf(action, context)
  return { connectionId, ...hashTypedData(agentTypedData(connectionId, network)) }
}
