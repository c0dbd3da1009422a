/** Agents in words: until when, and how near that is. */
import type { AgentView } from '../../shared/contract.ts'
import { agentTime } from '../../shared/venues/hyperliquid/approve-agent.ts'
import { utcDate, utcMinute } from './time.ts'

const dayMs = 24 * 60 * 60_000

/** A time that may be days away: `20 Nov 2026, 14:05 UTC`. */
export const untilWord = (ms: number): string => `${utcDate(ms)}, ${utcMinute(ms)} UTC`

/** How long an agent is good for still, in words. */
export function agentWord(agent: AgentView, nowMs: number): string {
  const { validUntil } = agent
  if (validUntil === null) return 'no expiry'
  const until = untilWord(validUntil)
  const time = agentTime(agent, nowMs)
  if (time === 'over') return `ended ${until}`
  if (time !== 'soon') return `until ${until}`
  const days = Math.floor((validUntil - nowMs) / dayMs)
  return `${days === 0 ? 'less than a day' : `${days} d`} left, until ${until}`
}
