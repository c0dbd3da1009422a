/** The agents of an account: keys that may trade for it, as its venue lists them now. Listing settles what is open. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { isHex, lower, type Hex } from '../../shared/hex.ts'
import type { LeftOut, Listed } from '../../shared/listed.ts'
import type { Agent } from '../../shared/venues/hyperliquid/approve-agent.ts'
import type { Account } from '../store/port.ts'
import type { Venue, VenueAgents } from '../venues/port.ts'
import {
  approvalOverAt,
  openApprovals,
  recordEnd,
  type AgentOwner,
  type SentApproval,
} from './agent-history.ts'
import type { DeskPorts } from './ports.ts'

/** An approval that may still be carried out, and until when (Unix ms). */
export interface OpenApproval {
  readonly agent: Agent
  readonly until: number
}

/** The agents of an account. */
export interface AgentList {
  /** Whose agents they are: the account itself, or the user who signs for a subaccount or vault. */
  readonly owner: Hex
  readonly agents: readonly Agent[]
  /** What the venue lists as agents and what cannot be read: it may be a key that trades for the account. */
  readonly leftOut: readonly LeftOut[]
  /** Approvals that were sent and of which is not known whether they were carried out. */
  readonly open: readonly OpenApproval[]
  /** Unix ms. */
  readonly readAtMs: number
}

/** A venue that knows agents. */
export interface AgentVenue {
  readonly account: Account
  readonly venue: Venue
  readonly agents: VenueAgents
}

/** The venue of an account, with its agents. Fails with `agent.none`, `request.unknownAccount` or `venue.*`. */
export async function agentVenue(ports: DeskPorts, nameOrId: string): Promise<Result<AgentVenue>> {
  const account = await ports.store.accounts.get(nameOrId)
  if (!account.ok) return account
  const venue = ports.venueFor(account.value)
  if (!venue.ok) return venue
  const { agents, name } = venue.value
  return agents
    ? ok({ account: account.value, venue: venue.value, agents })
    : fail('agent.none', { venue: name })
}

/** Whose agents an account has: a subaccount or vault has none of its own. */
const ownerOf = ({ vaultAddress, address, signer, network }: Account): AgentOwner => ({
  owner: vaultAddress === null ? address : signer,
  network,
})

/** Whether a record that cannot be read is, or could be, about an agent; its name is its address where it has one. */
const couldBe = ({ name }: LeftOut, { address }: Agent): boolean =>
  !isHex(name, 20) || lower(name) === address

/**
 * Settles the approvals that are open by what the venue lists now, and gives those that stay open. An agent that is
 * listed was approved; one that is not can still be, until its nonce is too old, and longer where it could be one that
 * is listed in a way that cannot be read.
 */
export async function settleOpen(
  { store, now }: DeskPorts,
  whose: AgentOwner,
  { taken, leftOut }: Listed<Agent>,
): Promise<Result<readonly SentApproval[]>> {
  const sent = await openApprovals(store, whose)
  if (!sent.ok) return sent
  const open: SentApproval[] = []
  for (const approval of sent.value) {
    const isListed = taken.some(({ address }) => address === approval.agent.address)
    const isOver = now() >= approvalOverAt(approval) && !leftOut.some((one) => couldBe(one, approval.agent))
    if (!isListed && !isOver) {
      open.push(approval)
      continue
    }
    const settled = await recordEnd(store, approval, isListed ? 'approved' : 'over')
    if (!settled.ok) return settled
  }
  return ok(open)
}

/** Lists the agents of an account. Fails with `agent.none`, `request.unknownAccount`, `venue.*` or `store.*`. */
export async function listAgents(ports: DeskPorts, nameOrId: string): Promise<Result<AgentList>> {
  const found = await agentVenue(ports, nameOrId)
  if (!found.ok) return found
  const whose = ownerOf(found.value.account)
  const agents = await found.value.agents.list(whose.owner)
  if (!agents.ok) return agents
  const open = await settleOpen(ports, whose, agents.value)
  if (!open.ok) return open
  return ok({
    owner: whose.owner,
    agents: agents.value.taken,
    leftOut: agents.value.leftOut,
    open: open.value.map((approval) => ({ agent: approval.agent, until: approvalOverAt(approval) })),
    readAtMs: ports.now(),
  })
}
