/** The agents of one account, and approving one on the Ledger. */
import type { AccountView, AgentListView, AgentView } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import { agentTime } from '../../shared/venues/hyperliquid/approve-agent.ts'
import { answerOf } from './client.ts'
import type { Desk } from './desk.svelte.ts'

/** How long an agent is good for, in days; null for no expiry. */
export const expiryChoices = [30, 90, 180, null] as const

const dayMs = 24 * 60 * 60_000

/** The list of agents, and the form for a new one. */
export class AccountAgents {
  readonly #desk: Desk
  readonly #account: () => AccountView
  list: AgentListView | null = $state.raw(null)
  /** Why the list could not be read. */
  failure: Failure | null = $state.raw(null)
  loading = $state(false)

  agent = $state('')
  name = $state('')
  days: (typeof expiryChoices)[number] = $state(90)
  replace = $state(false)
  /** The question stands on the device, or its answer is on its way. */
  asking = $state(false)
  /** Why it was not approved, or is not known to be. */
  refusal: Failure | null = $state.raw(null)
  /** The agent that was approved last. */
  approved: AgentView | null = $state.raw(null)

  readonly complete = $derived(this.agent.trim() !== '' && this.name.trim() !== '')
  /** Agents that end within a week. */
  readonly ending = $derived(
    (this.list?.agents ?? []).filter((agent) => agentTime(agent, this.#desk.clock.now) === 'soon'),
  )

  constructor(desk: Desk, account: () => AccountView) {
    this.#desk = desk
    this.#account = account
  }

  /** Whether an agent is what signs for this very account. */
  signs({ address }: AgentView): boolean {
    return this.#account().signer === address
  }

  /** The failure of one field, to be said beside it. */
  failureOf(field: string): Failure | null {
    return this.refusal?.field === field ? this.refusal : null
  }

  async load(): Promise<void> {
    this.loading = true
    const answer = await answerOf(this.#desk.client.agents.list({ accountId: this.#account().id }))
    this.loading = false
    this.failure = answer.ok ? null : answer.error
    if (answer.ok) this.list = answer.value
  }

  /** Has the Ledger approve the agent, then reads the list again. */
  async approve(): Promise<void> {
    if (!this.complete || this.asking) return
    this.asking = true
    this.refusal = null
    this.approved = null
    const answer = await answerOf(
      this.#desk.client.agents.approve({
        accountId: this.#account().id,
        agent: this.agent.trim(),
        name: this.name.trim(),
        validUntil: this.days === null ? null : Date.now() + this.days * dayMs,
        replace: this.replace,
      }),
    )
    this.asking = false
    this.refusal = answer.ok ? answer.value.failure : answer.error
    if (!answer.ok) return
    if (answer.value.failure === null) this.#clear(answer.value.agent)
    await this.load()
  }

  #clear(approved: AgentView): void {
    this.approved = approved
    this.agent = ''
    this.name = ''
    this.replace = false
  }
}
