/** Approvals of agents in the history: what was sent, and what came of it. What was sent and not settled is open. */
import * as v from 'valibot'
import { addressSchema, check } from '../../shared/check.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { HistoryRow } from '../../shared/history/chain.ts'
import type { Hex } from '../../shared/hex.ts'
import type { Agent } from '../../shared/venues/hyperliquid/approve-agent.ts'
import type { Network } from '../../shared/venues/module.ts'
import { nonceOverAt } from '../../shared/venues/hyperliquid/wire.ts'
import type { Store } from '../store/port.ts'

/** Whose agents: a user of a network. */
export interface AgentOwner {
  readonly owner: Hex
  readonly network: Network
}

/** An approval of an agent that was sent. */
export interface SentApproval extends AgentOwner {
  readonly agent: Agent
  /** Unix ms. */
  readonly nonce: number
}

/** How the sending of an approval ended: the venue lists the agent, refused it, or can carry it out no more. */
export type AgentSettlement = 'approved' | 'refused' | 'notSent' | 'over'

const sentSchema = v.object({
  owner: addressSchema,
  network: v.picklist(['mainnet', 'testnet']),
  agent: v.object({ address: addressSchema, name: v.string(), validUntil: v.nullable(v.number()) }),
  nonce: v.number(),
})
const settledSchema = v.object({ owner: addressSchema, network: v.string(), nonce: v.number() })

/** Unix ms from which nobody can carry out an approval any more. */
export const approvalOverAt = ({ nonce }: SentApproval): number => nonceOverAt(nonce)

/** Writes down what is about to be sent, with its exact body. Only then may it be sent, once. */
export const recordSending = (
  { history }: Pick<Store, 'history'>,
  { owner, network, agent, nonce }: SentApproval,
  evidence: JsonObject,
): Promise<Result<HistoryRow>> =>
  history.append({
    kind: 'agent.sending',
    body: { owner, network, agent: { ...agent }, nonce, ...evidence },
  })

/** Writes down how it ended; `unknown` leaves it open. */
export const recordEnd = (
  { history }: Pick<Store, 'history'>,
  { owner, network, agent, nonce }: SentApproval,
  outcome: AgentSettlement | 'unknown',
  evidence: JsonObject = {},
): Promise<Result<HistoryRow>> =>
  history.append({
    kind: outcome === 'unknown' ? 'agent.unknown' : 'agent.settled',
    body: { owner, network, agent: agent.address, nonce, outcome, ...evidence },
  })

/** More approvals than anybody sends in the two days in which one can be open. */
const newestRows = 1000

const keyOf = ({ owner, network, nonce }: v.InferOutput<typeof settledSchema>): string =>
  `${owner} ${network} ${nonce}`

const altered = (path: string, seq: number) =>
  fail('store.unusable', { path, detail: `row ${seq} of its history is not what was written.` })

/** Approvals of a user's agents that were sent and are not settled, newest first. Fails with `store.*`. */
export async function openApprovals(
  { history, path }: Pick<Store, 'history' | 'path'>,
  { owner, network }: AgentOwner,
): Promise<Result<readonly SentApproval[]>> {
  const rows = await history.list({ kinds: ['agent.sending', 'agent.settled'], limit: newestRows })
  if (!rows.ok) return rows
  const settled = new Set<string>()
  const open: SentApproval[] = []
  for (const { seq, kind, body } of rows.value) {
    const value: unknown = JSON.parse(body)
    if (kind === 'agent.settled') {
      const ended = check(settledSchema, value)
      if (!ended.ok) return altered(path, seq)
      settled.add(keyOf(ended.value))
      continue
    }
    const sent = check(sentSchema, value)
    if (!sent.ok) return altered(path, seq)
    if (!settled.has(keyOf(sent.value))) open.push(sent.value)
  }
  return ok(open.filter((sent) => sent.owner === owner && sent.network === network))
}
