/**
 * Approving an agent on Hyperliquid: a key that may trade for an account until it expires. It is signed by the account's
 * own key over typed data whose every field a Ledger shows (hyperliquid-python-sdk `signing.py`, sign_agent).
 */
import * as v from 'valibot'
import { addressSchema, check } from '../../check.ts'
import type { TypedData } from '../../eip712/typed-data.ts'
import { fail, ok, type Result } from '../../errors.ts'
import { lower, type Hex } from '../../hex.ts'
import { readEach, type Listed } from '../../listed.ts'
import type { Signature } from '../../signature.ts'
import type { Network } from '../module.ts'

/** A key that may act for an account. */
export interface Agent {
  /** Lower case. */
  readonly address: Hex
  readonly name: string
  /** Unix ms; null for as long as it is not replaced. */
  readonly validUntil: number | null
}

/** An approval of an agent, all that is signed. */
export interface AgentApproval extends Agent {
  readonly network: Network
  /** Unix ms, used once per signer. */
  readonly nonce: number
}

/** Chain id of the typed data's domain. Any will do for the venue; this is what its own SDK uses. */
export const signatureChainId = 0x66eee

/** Longest name of an agent, without the part that sets its expiry (@nktkas/hyperliquid, approveAgent). */
export const longestAgentName = 16

const nameOfNetwork = { mainnet: 'Mainnet', testnet: 'Testnet' } as const satisfies Record<Network, string>

/** EIP-712 types of an approval of an agent, `EIP712Domain` included. */
export const approveAgentTypes = {
  EIP712Domain: [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ],
  'HyperliquidTransaction:ApproveAgent': [
    { name: 'hyperliquidChain', type: 'string' },
    { name: 'agentAddress', type: 'address' },
    { name: 'agentName', type: 'string' },
    { name: 'nonce', type: 'uint64' },
  ],
} as const

/** The name as it is signed: an expiry stands in it, ` valid_until <ms>` (@nktkas/hyperliquid, approveAgent). */
export const signedName = ({ name, validUntil }: Pick<Agent, 'name' | 'validUntil'>): string =>
  validUntil === null ? name : `${name} valid_until ${validUntil}`

/** What the Ledger is given. `chainId` is only for approvals that somebody else made. */
export const approveAgentTypedData = (approval: AgentApproval, chainId = signatureChainId): TypedData => ({
  types: approveAgentTypes,
  primaryType: 'HyperliquidTransaction:ApproveAgent',
  domain: {
    name: 'HyperliquidSignTransaction',
    version: '1',
    chainId,
    verifyingContract: '0x0000000000000000000000000000000000000000',
  },
  message: {
    hyperliquidChain: nameOfNetwork[approval.network],
    agentAddress: lower(approval.address),
    agentName: signedName(approval),
    nonce: approval.nonce,
  },
})

/** The action that is posted, keys in the order of the venue's SDK. Without a name its key is left out. */
export function approveAgentAction(approval: AgentApproval, chainId = signatureChainId) {
  const agentName = signedName(approval)
  return {
    type: 'approveAgent',
    signatureChainId: `0x${chainId.toString(16)}`,
    hyperliquidChain: nameOfNetwork[approval.network],
    agentAddress: lower(approval.address),
    ...(agentName === '' ? {} : { agentName }),
    nonce: approval.nonce,
  } as const
}

/** The exact text of the `/exchange` body. What an account signs for itself has no vault and no expiry. */
export const approveAgentBody = (approval: AgentApproval, { r, s, v: parity }: Signature): string =>
  JSON.stringify({
    action: approveAgentAction(approval),
    nonce: approval.nonce,
    signature: { r, s, v: parity },
  })

const bad = (field: string, detail: string) => fail('input.badField', { field, detail })

/**
 * Checks an agent that is to be approved: a name is needed, because the venue tells nobody whether an agent without one
 * is there. Fails with `input.badField` that names the field.
 */
export function checkNewAgent({ address, name, validUntil }: Agent, nowMs: number): Result<null> {
  if (!/^0x[0-9a-f]{40}$/.test(address)) return bad('agent', 'an address is 0x and 40 hex digits.')
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9._ -]*[A-Za-z0-9])?$/.test(name) || name.length > longestAgentName)
    return bad('name', `use 1 to ${longestAgentName} letters, digits, spaces, dots, dashes or underscores.`)
  if (name.includes('valid_until')) return bad('name', 'its expiry is given apart from it.')
  if (validUntil === null) return ok(null)
  return Number.isSafeInteger(validUntil) && validUntil > nowMs
    ? ok(null)
    : bad('validUntil', 'it must be a time to come.')
}

const agentSchema = v.object({
  address: addressSchema,
  name: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{0,64}$/, 'a name is at most 64 plain characters.')),
  validUntil: v.nullish(v.pipe(v.number(), v.safeInteger()), null),
})

/**
 * Reads the answer to `{"type":"extraAgents","user"}`: the agents that have a name. One that cannot be read is left out
 * and named, for it may trade too. Fails with `input.*` for what is no list.
 */
export function readAgents(value: unknown): Result<Listed<Agent>> {
  const at = 'extraAgents'
  const list = check(v.nullish(v.array(v.unknown()), []), value, at)
  if (!list.ok) return list
  return ok(
    readEach(list.value ?? [], { at, key: 'address' }, (record, where) => check(agentSchema, record, where)),
  )
}

/** How an agent's time stands: none was set, it is far off, it is at hand, or it is over. */
export type AgentTime = 'endless' | 'far' | 'soon' | 'over'

/** People are warned this long before an agent expires, in ms. */
export const warnBeforeMs = 7 * 24 * 60 * 60_000

/** How the time of an agent stands at `nowMs`. */
export function agentTime({ validUntil }: Pick<Agent, 'validUntil'>, nowMs: number): AgentTime {
  if (validUntil === null) return 'endless'
  if (nowMs >= validUntil) return 'over'
  return validUntil - nowMs <= warnBeforeMs ? 'soon' : 'far'
}
