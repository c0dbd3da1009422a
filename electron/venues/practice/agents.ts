/**
 * The rules of `approveAgent` on `POST /exchange`: only a user itself approves its agents, and the name carries the
 * expiry. An agent whose name is used again is replaced. Wordings are the real venue's where they are known.
 */
import type { Hex } from '../../../shared/hex.ts'
import type { AgentAction, RequestFor } from './exchange-request.ts'
import type { ExchangeContext, Ruling } from './exchange.ts'
import type { PracticeAgent, PracticeState } from './port.ts'
import { nonceProblem, withNonce } from './state.ts'

/** Agents with a name that an account may have (Hyperliquid docs, "Nonces and API wallets"). */
const mostNamed = 3

const longestName = 16

/** The agent that an action asks for; null where its name cannot be taken apart. */
function agentOf({ agentAddress, agentName = '' }: AgentAction): PracticeAgent | null {
  const parts = /^(.*?)(?: valid_until ([1-9]\d{0,15}))?$/.exec(agentName)
  const [, name = '', time] = parts ?? []
  if (name.length > longestName || name.includes('valid_until')) return null
  return { address: agentAddress, name, validUntil: time === undefined ? null : Number(time) }
}

const inForce =
  (nowMs: number) =>
  ({ validUntil }: PracticeAgent): boolean =>
    validUntil === null || validUntil > nowMs

/** Whether an address is an account here, or may already act for one. */
const isTaken = ({ accounts }: PracticeState, address: Hex): boolean =>
  accounts[address] !== undefined ||
  Object.values(accounts).some(({ agents }) => agents.some((agent) => agent.address === address))

function problemOf(
  state: PracticeState,
  held: readonly PracticeAgent[],
  agent: PracticeAgent,
  nowMs: number,
): string | null {
  const others = held.filter(({ name }) => name !== agent.name)
  if (isTaken(state, agent.address)) return 'Extra agent already used.'
  if (!inForce(nowMs)(agent)) return 'Invalid valid_until'
  return agent.name !== '' && others.filter(({ name }) => name !== '').length >= mostNamed
    ? 'Too many extra agents.'
    : null
}

/** What is wrong with a request before its nonce is used up; null where nothing is. */
function refusalOf(
  { action, nonce, vaultAddress, expiresAfter }: RequestFor<AgentAction>,
  { network, via }: ExchangeContext,
): string | null {
  if (via !== 'hyperliquid') return 'This action is not forwarded.'
  if (vaultAddress !== null || expiresAfter !== null) return 'Invalid user-signed action'
  if (action.nonce !== nonce) return `Invalid nonce: ${nonce} is not the nonce of the action`
  const wanted = network === 'mainnet' ? 'Mainnet' : 'Testnet'
  return action.hyperliquidChain === wanted ? null : `Invalid chain: ${action.hyperliquidChain}`
}

/** Rules on an approval of an agent, whose signer was recovered. */
export function ruleOnAgent(
  state: PracticeState,
  request: RequestFor<AgentAction>,
  signer: Hex | null,
  context: ExchangeContext,
): Ruling {
  const { nowMs, via } = context
  const { nonce } = request
  const refuse = (refusal: string, after = state): Ruling => ({ state: after, refusal })
  const account = signer && state.accounts[signer]
  if (!signer || !account || account.role !== 'user')
    return refuse(`Must deposit before performing actions. User: ${signer ?? 'unknown'}`)
  const refusal = refusalOf(request, context) ?? nonceProblem(state, signer, nonce, nowMs)
  if (refusal !== null) return refuse(refusal)
  const used = withNonce(state, signer, nonce)
  const agent = agentOf(request.action)
  const held = account.agents.filter(inForce(nowMs))
  if (!agent) return refuse('Invalid agent name', used)
  const problem = problemOf(state, held, agent, nowMs)
  if (problem !== null) return refuse(problem, used)
  const agents = [...held.filter(({ name }) => name !== agent.name), agent]
  const none = { asset: null, isCross: null, leverage: null }
  const done = {
    type: 'approveAgent',
    nonce,
    signer,
    account: signer,
    agent,
    via,
    atMs: nowMs,
    ...none,
  } as const
  return {
    state: {
      ...used,
      applied: [...used.applied, done],
      accounts: { ...used.accounts, [signer]: { ...account, agents } },
    },
    refusal: null,
  }
}
