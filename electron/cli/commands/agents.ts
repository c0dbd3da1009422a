/** `countersign agents list` and `agents approve`. */
import { timeText } from '../../../shared/deadline.ts'
import { failure, ok, type Result } from '../../../shared/errors.ts'
import { notShownText } from '../../../shared/listed.ts'
import { agentTime, type Agent } from '../../../shared/venues/hyperliquid/approve-agent.ts'
import { nonceOverAt } from '../../../shared/venues/hyperliquid/wire.ts'
import { checksummed } from '../../desk/accounts.ts'
import { listAgents } from '../../desk/agents.ts'
import { approveAgent, type ApproveAgentInput } from '../../desk/approve-agent.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'

/** How the time of an agent stands, for people. */
function timeWords(agent: Agent, nowMs: number): string {
  if (agent.validUntil === null) return 'no expiry'
  const until = timeText(agent.validUntil)
  const words = { soon: `EXPIRES SOON: ${until}`, over: `expired ${until}` } as const
  const time = agentTime(agent, nowMs)
  return time === 'soon' || time === 'over' ? words[time] : `until ${until}`
}

const line = (agent: Agent, nowMs: number): string =>
  `${agent.name.padEnd(16)} ${checksummed(agent.address)}  ${timeWords(agent, nowMs)}`

/** Lists the agents of an account. */
export const runListAgents = (options: DeskOptions, account: string): Promise<void> =>
  runWithDesk(options, async ({ ports, output }): Promise<Result<null>> => {
    const listed = await listAgents(ports, account)
    if (!listed.ok) return listed
    const { agents, open, owner, leftOut } = listed.value
    output.result(listed.value)
    for (const agent of agents) output.say(line(agent, ports.now()))
    if (agents.length === 0 && leftOut.length === 0)
      output.say(`${checksummed(owner)} has no agents with a name.`)
    for (const text of notShownText(['agent', 'agents'], leftOut)) output.note(text)
    if (leftOut.length > 0)
      output.note('What is not shown may trade for this account. Look at it at the venue.')
    for (const { agent, until } of open)
      output.say(
        `not settled: the approval of ${checksummed(agent.address)} can be carried out until ${timeText(until)}.`,
      )
    return ok(null)
  })

/** Has the Ledger approve an agent, sends it once and proves it. */
export const runApproveAgent = (options: DeskOptions, input: ApproveAgentInput): Promise<void> =>
  runWithDesk(
    options,
    async ({ ports, output }): Promise<Result<null>> => {
      output.note(`The Ledger will show the agent ${input.agent}, its name and its expiry.`)
      output.note('Compare the address with where the key was made, digit by digit, before you approve.')
      const outcome = await approveAgent(ports, input)
      if (!outcome.ok) return outcome
      const { agent, failure: failed } = outcome.value
      if (failed) {
        output.fail(failed, { agent: { ...agent } })
        return ok(null)
      }
      output.result({ agent })
      output.say(`Approved: ${line(agent, ports.now())}`)
      return ok(null)
    },
    failure('agent.unknown', {
      agent: input.agent,
      account: input.account,
      detail: 'it was stopped before it was done.',
      until: timeText(nonceOverAt(Date.now())),
    }),
  )
