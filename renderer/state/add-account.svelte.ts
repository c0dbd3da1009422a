/** Adding an account: an address of the device is chosen, said what it signs for, and confirmed on the device. */
import { rulesOf } from '../../shared/venues/registry.ts'
import type { AccountView } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import type { ApprovalForm } from '../../shared/prepared-request.ts'
import { settingFields, type SettingChoice } from '../words/venue-settings.ts'
import type { AddAccount, Scanned } from './accounts.svelte.ts'
import type { Desk } from './desk.svelte.ts'

/** Whose leverage the key changes. */
export type Role = 'own' | 'agent' | 'vault'

/** Addresses read at once. */
const pageSize = 5
/** The last index that is read from a device. */
const lastIndex = 990

/** The form and its way through the device. */
export class AddAccountForm {
  readonly #desk: Desk
  from = $state(0)
  addresses: readonly Scanned[] = $state.raw([])
  scanning = $state(false)
  path = $state('')
  name = $state('')
  venue: AddAccount['venue'] = $state('hyperliquid')
  network: AddAccount['network'] = $state('mainnet')
  role: Role = $state('own')
  /** The account of an agent, or the subaccount or vault. */
  other = $state('')
  /** Settings at the venue by their names, as they were chosen or typed. */
  settings: Record<string, SettingChoice['value']> = $state({})
  approval: ApprovalForm = $state('none')
  /** The subaccount of the practice venue that was filled in; null for none. */
  suggested: string | null = $state(null)
  /** The question stands on the device. */
  asking = $state(false)
  failure: Failure | null = $state.raw(null)

  readonly chosen = $derived(this.addresses.find(({ path }) => path === this.path) ?? null)
  readonly rules = $derived(rulesOf(this.venue))
  readonly fields = $derived(settingFields[this.venue])
  readonly complete = $derived(
    this.chosen !== null &&
      this.name.trim() !== '' &&
      (this.role === 'own' || this.other.trim() !== '') &&
      this.fields.every(({ name, required }) => !required || (this.settings[name] ?? '') !== ''),
  )

  constructor(desk: Desk) {
    this.#desk = desk
  }

  get hasBefore(): boolean {
    return this.from > 0
  }

  get hasNext(): boolean {
    return this.from + pageSize <= lastIndex
  }

  /** Reads the addresses from index `from` on, without asking anybody. */
  async scan(from: number): Promise<void> {
    this.scanning = true
    const answer = await this.#desk.accounts.scan(Math.max(0, Math.min(from, lastIndex)))
    this.scanning = false
    this.failure = answer.ok ? null : answer.error
    if (!answer.ok) return
    this.from = from
    this.addresses = answer.value
    if (!this.chosen) this.path = answer.value[0]?.path ?? ''
  }

  next(): Promise<void> {
    return this.scan(this.from + pageSize)
  }

  before(): Promise<void> {
    return this.scan(this.from - pageSize)
  }

  /** In practice, fills in what the practice venue has for the chosen address, unless something else was typed. */
  async suggest(): Promise<void> {
    const { chosen } = this
    if (!this.#desk.practising || this.venue !== 'synthetix' || !chosen) return
    const id = await this.#desk.practice.subAccountOf(chosen.address)
    const typed = this.settings['subAccountId'] ?? ''
    if (this.venue !== 'synthetix' || this.chosen !== chosen || (typed !== '' && typed !== this.suggested))
      return
    this.suggested = id
    this.settings['subAccountId'] = id ?? ''
  }

  /** Chooses a venue, and drops what it does not have. */
  choose(venue: AddAccount['venue']): void {
    this.venue = venue
    this.settings = {}
    this.approval = this.rules.signedBy === 'apiKey' ? 'text' : 'none'
    if (!this.rules.networks.includes(this.network)) this.network = 'mainnet'
    if (this.rules.signedBy === 'apiKey' || (this.role === 'vault' && !this.rules.carriesVault))
      this.role = 'own'
    void this.suggest()
  }

  /** The failure of one field, to be said beside it. */
  failureOf(field: string): Failure | null {
    return this.failure?.field === field ? this.failure : null
  }

  /** Has the device show the address; the account when it was approved there. */
  async submit(): Promise<AccountView | null> {
    if (!this.complete || this.asking) return null
    this.asking = true
    this.failure = null
    const other = this.other.trim()
    const answer = await this.#desk.accounts.add({
      name: this.name.trim(),
      venue: this.venue,
      network: this.network,
      path: this.path,
      account: this.role === 'agent' ? other : null,
      vault: this.role === 'vault' ? other : null,
      settings: Object.fromEntries(Object.entries(this.settings).filter(([, value]) => value !== '')),
      approval: this.approval,
    })
    this.asking = false
    if (answer.ok) return answer.value
    this.failure = answer.error
    return null
  }

  /** Takes the question off the device. */
  async stop(): Promise<void> {
    await this.#desk.requests.stopAsking()
  }
}
