/**
 * Approving an agent: signed on the Ledger, which shows every field of it, written down with its exact body, sent once,
 * and proven by reading. What cannot be proven is unknown; reading settles it, and it is never sent again.
 */
import { timeText } from '../../shared/deadline.ts'
import { hashTypedData } from '../../shared/eip712/typed-data.ts'
import { fail, failure, ok, type Failure, type Result } from '../../shared/errors.ts'
import { isHex, lower } from '../../shared/hex.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { Listed } from '../../shared/listed.ts'
import { recoverAddress, type Signature } from '../../shared/signature.ts'
import { readExchangeAnswer } from '../../shared/venues/hyperliquid/answer.ts'
import {
  approveAgentBody,
  approveAgentTypedData,
  checkNewAgent,
  type Agent,
  type AgentApproval,
} from '../../shared/venues/hyperliquid/approve-agent.ts'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import type { Account } from '../store/port.ts'
import { approvalOverAt, recordEnd, recordSending, type SentApproval } from './agent-history.ts'
import { agentVenue, settleOpen, type AgentVenue } from './agents.ts'
import type { DeskPorts } from './ports.ts'

/** The agent that an operator wants. */
export interface ApproveAgentInput {
  /** Name or id of the account that lets the agent act for it; its own key must be on the Ledger. */
  readonly account: string
  /** Address of the agent's key. */
  readonly agent: string
  readonly name: string
  /** Unix ms; null for no expiry. */
  readonly validUntil: number | null
  /** Whether an agent of the same name may be ended by this one. */
  readonly replace: boolean
}

/** What came of sending: the agent as the venue lists it, or as it was asked for; `failure` null where it is proven. */
export interface ApproveAgentOutcome {
  readonly agent: Agent
  readonly failure: Failure | null
}

/** Whether what is there now leaves room for the agent. Fails with `agent.*`. */
function checkRoom(agent: Agent, { taken: listed, leftOut }: Listed<Agent>, replace: boolean): Result<null> {
  const [odd] = leftOut
  if (odd && !replace) {
    const detail = `an agent of the name "${agent.name}" could be the one that cannot be read: ${odd.name}: ${odd.reason}`
    return fail('venue.badAnswer', { venue: 'Hyperliquid', detail })
  }
  const known = listed.find(({ address }) => address === agent.address)
  if (known) return fail('agent.known', { agent: agent.address, name: known.name, field: 'agent' })
  const same = listed.find(({ name }) => name === agent.name)
  if (!same || replace) return ok(null)
  return fail('agent.nameTaken', { name: agent.name, actual: same.address, field: 'name' })
}

/** Everything that must be right before the Ledger is asked. Fails with `agent.*`, `request.*`, `venue.*`, `store.*`. */
async function checkBefore(
  ports: DeskPorts,
  { account, venue, agents }: AgentVenue,
  agent: Agent,
  replace: boolean,
): Promise<Result<null>> {
  const { signer, network, name } = account
  if (agent.address === signer || agent.address === account.address)
    return fail('input.badField', { field: 'agent', detail: 'an agent is a key of its own.' })
  const allowed = await venue.checkSigner({ address: signer, signer, vaultAddress: null })
  if (!allowed.ok) return allowed
  const listed = await agents.list(signer)
  if (!listed.ok) return listed
  const open = await settleOpen(ports, { owner: signer, network }, listed.value)
  if (!open.ok) return open
  const [first] = open.value
  if (first) {
    const until = timeText(approvalOverAt(first))
    return fail('agent.unsettled', { agent: first.agent.address, until, account: name })
  }
  return checkRoom(agent, listed.value, replace)
}

/** The Ledger's signature over the approval; a failure of the device is remembered. */
async function askLedger(
  ports: DeskPorts,
  { signer, path }: Account,
  approval: AgentApproval,
): Promise<Result<Signature>> {
  const typedData = approveAgentTypedData(approval)
  const ledger = await ports.openLedger(path, signer)
  if (!ledger.ok) return ledger
  const signature = await ledger.value
    .signTypedData(path, typedData, signer)
    .finally(() => ledger.value.close())
  if (!signature.ok || recoverAddress(hashTypedData(typedData).digest, signature.value) === signer)
    return signature
  return fail('device.badSignature', { detail: 'it is not by the signer of the account' })
}

async function sign(ports: DeskPorts, account: Account, approval: AgentApproval): Promise<Result<Signature>> {
  const signature = await askLedger(ports, account, approval)
  if (signature.ok) return signature
  const { code, message } = signature.error
  const body = { code, message, agent: approval.address }
  const noted = await ports.store.history.append({ kind: 'device.failed', body })
  return noted.ok ? signature : noted
}

const readings = 3
const betweenReadingsMs = 700

/** The agent as the venue lists it, read a few times at most; null where it does not. */
async function readBack(
  ports: DeskPorts,
  { agents }: AgentVenue,
  { owner, agent }: SentApproval,
): Promise<Agent | null> {
  for (let reading = 0; reading < readings; reading += 1) {
    if (reading > 0) await ports.wait(betweenReadingsMs)
    const listed = await agents.list(owner)
    const found = listed.ok ? listed.value.taken.find(({ address }) => address === agent.address) : undefined
    if (found) return found
  }
  return null
}

/** Writes the end down. What cannot be written is not known to whoever looks later, and so it is unknown. */
async function ended(
  ports: DeskPorts,
  sent: SentApproval,
  outcome: Parameters<typeof recordEnd>[2],
  evidence: JsonObject,
  unknown: (detail: string) => Failure,
): Promise<Failure | null> {
  const written = await recordEnd(ports.store, sent, outcome, evidence)
  return written.ok ? null : unknown(written.error.message)
}

/** Reads what came of sending. An answer proves nothing by itself: the venue must list the agent. */
async function conclude(
  ports: DeskPorts,
  found: AgentVenue,
  sent: SentApproval,
  answer: HttpAnswer,
): Promise<ApproveAgentOutcome> {
  const { agent } = sent
  const { name: account } = found.account
  const values = { agent: agent.address, account, until: timeText(approvalOverAt(sent)) }
  const unknown = (detail: string): Failure => failure('agent.unknown', { ...values, detail })
  const evidence = { httpStatus: answer.status, answer: answer.status === null ? null : answer.body }
  const outcome = readExchangeAnswer(answer)
  if (outcome.kind === 'refused' || outcome.kind === 'notSent') {
    const lost = await ended(ports, sent, outcome.kind, evidence, unknown)
    return { agent, failure: lost ?? outcome.failure }
  }
  const listed = await readBack(ports, found, sent)
  if (listed) return { agent: listed, failure: await ended(ports, sent, 'approved', evidence, unknown) }
  const open = outcome.kind === 'accepted' ? failure('agent.notProven', values) : unknown(outcome.reason)
  return { agent, failure: (await ended(ports, sent, 'unknown', evidence, unknown)) ?? open }
}

async function send(
  ports: DeskPorts,
  found: AgentVenue,
  approval: AgentApproval,
  signature: Signature,
): Promise<Result<ApproveAgentOutcome>> {
  const { account, venue } = found
  const { address, name, validUntil, nonce, network } = approval
  const sent: SentApproval = {
    owner: account.signer,
    network,
    agent: { address, name, validUntil },
    nonce,
  }
  const body = approveAgentBody(approval, signature)
  const { digest } = hashTypedData(approveAgentTypedData(approval))
  const written = await recordSending(ports.store, sent, { account: account.id, digest, body })
  return written.ok ? ok(await conclude(ports, found, sent, await venue.submit(body))) : written
}

/**
 * Approves an agent for the user whose key the account's Ledger holds. A value says what came of sending.
 * Fails with `agent.*`, `input.*`, `request.*`, `device.*`, `venue.*` or `store.*`; then nothing was sent.
 */
export async function approveAgent(
  ports: DeskPorts,
  input: ApproveAgentInput,
): Promise<Result<ApproveAgentOutcome>> {
  const found = await agentVenue(ports, input.account)
  if (!found.ok) return found
  const { account } = found.value
  const { name, validUntil } = input
  if (!isHex(input.agent, 20))
    return fail('input.badField', { field: 'agent', detail: 'an address is 0x and 40 hex digits.' })
  const agent: Agent = { address: lower(input.agent), name, validUntil }
  const possible = checkNewAgent(agent, ports.now())
  if (!possible.ok) return possible
  const before = await checkBefore(ports, found.value, agent, input.replace)
  if (!before.ok) return before
  const { signer, network } = account
  const nonce = await ports.store.nonces.allocate(signer, network, ports.now())
  if (!nonce.ok) return nonce
  const approval: AgentApproval = { ...agent, network, nonce: nonce.value }
  const signature = await sign(ports, account, approval)
  return signature.ok ? send(ports, found.value, approval, signature.value) : signature
}
