/**
 * What an operator is about to ask for: account, market, leverage, margin mode, expiry, and what the venue says about
 * them now. It holds no rule: limits are those of the market as the desk read it, and the desk decides when it prepares.
 */
import type { AccountView, MarketSettingView, MarketView } from '../../../shared/contract.ts'
import type { Failure } from '../../../shared/errors.ts'
import { canonicalDecimal, isCanonicalDecimal } from '../../../shared/decimal.ts'
import { checkLimits, sameSetting, type LeverageSetting } from '../../../shared/market.ts'
import { venueModules } from '../../../shared/venues/registry.ts'
import type { Accounts } from '../../state/accounts.svelte.ts'
import type { Preparation, Requests } from '../../state/requests.svelte.ts'
import type { Settings } from '../../state/settings.svelte.ts'

/** Minutes until the venue refuses it. */
export const expiries = [5, 15, 60] as const

/** A typed number in its exact form; as it is while it is none yet. */
const exact = (text: string): string => canonicalDecimal(text) ?? text

interface FormPorts {
  readonly accounts: Accounts
  readonly settings: Settings
  readonly requests: Requests
  readonly onprepared: (id: string) => void
}

/** The form of a new request. */
export class NewRequest {
  readonly #ports: FormPorts
  #accountId: string | null = $state(null)
  symbol: string | null = $state(null)
  search = $state('')
  /** As it is typed; null until the person chose one, when the present value stands. */
  #leverage: string | null = $state(null)
  #sellLeverage: string | null = $state(null)
  #isCross: boolean | null = $state(null)
  minutes: (typeof expiries)[number] = $state(15)
  preparing = $state(false)
  failure: Failure | null = $state.raw(null)
  /** The venue has it set already: nothing to sign. */
  alreadySet: Extract<Preparation, { kind: 'alreadySet' }> | null = $state.raw(null)

  constructor(ports: FormPorts, chosen: { readonly account: string | null; readonly market: string | null }) {
    this.#ports = ports
    this.#accountId = chosen.account
    this.symbol = chosen.market
  }

  readonly accounts: readonly AccountView[] = $derived.by(() => this.#ports.accounts.list)
  readonly account: AccountView | undefined = $derived.by(
    () => this.#ports.accounts.byId(this.#accountId ?? '') ?? this.accounts[0],
  )
  readonly venue = $derived(this.account ? venueModules[this.account.venue] : null)
  readonly markets: readonly MarketView[] = $derived.by(
    () => (this.account && this.#ports.settings.marketsOf(this.account.id)?.markets) ?? [],
  )
  /** Whether the venue has told its markets. */
  readonly listed: boolean = $derived.by(
    () => this.account !== undefined && this.#ports.settings.marketsOf(this.account.id) !== undefined,
  )
  /** Traded markets that fit what was typed: the symbol or the number; those that begin with it first. */
  readonly found: readonly MarketView[] = $derived.by(() => {
    const wanted = this.search.trim().toLowerCase()
    const rank = ({ symbol, id }: MarketView) =>
      symbol.toLowerCase().startsWith(wanted) ? 0 : String(id) === wanted ? 1 : 2
    return this.markets
      .filter(({ delisted }) => !delisted)
      .filter(({ symbol, id }) => symbol.toLowerCase().includes(wanted) || String(id).startsWith(wanted))
      .toSorted((a, b) => (wanted === '' ? 0 : rank(a) - rank(b)))
  })
  readonly market: MarketView | undefined = $derived(
    this.markets.find(({ symbol }) => symbol === this.symbol),
  )
  readonly reading: MarketSettingView | undefined = $derived.by(() =>
    this.account && this.symbol ? this.#ports.settings.of(this.account.id, this.symbol) : undefined,
  )
  readonly current = $derived(this.reading?.current)
  /** Why the chosen market cannot be used, where the venue tells it in an odd way. */
  readonly oddness: string | undefined = $derived.by(() =>
    this.account && this.symbol ? this.#ports.settings.reasonOf(this.account.id, this.symbol) : undefined,
  )
  readonly readFailure = $derived.by(() =>
    this.account ? this.#ports.settings.failureOf(this.account.id) : undefined,
  )

  readonly leverage = $derived(this.#leverage ?? this.current?.leverage ?? '')
  /** Leverage of the sell side; undefined where the account does not set the two sides apart. */
  readonly sellLeverage = $derived(
    this.current?.sellLeverage === undefined ? undefined : (this.#sellLeverage ?? this.current.sellLeverage),
  )
  readonly isCross = $derived(this.#modeOf())
  readonly wanted: LeverageSetting = $derived({
    leverage: exact(this.leverage),
    ...(this.sellLeverage === undefined ? {} : { sellLeverage: exact(this.sellLeverage) }),
    isCross: this.isCross,
  })
  /** Whether a number stands everywhere one is needed. */
  readonly typed = $derived(
    isCanonicalDecimal(this.wanted.leverage) && isCanonicalDecimal(this.wanted.sellLeverage ?? '1'),
  )
  /** Why the market does not take what is chosen; null when it does or nothing is chosen yet. */
  readonly limit: Failure | null = $derived.by(() => {
    if (!this.market || !this.typed) return null
    const checked = checkLimits(this.market, this.wanted)
    return checked.ok ? null : checked.error
  })
  readonly unchanged = $derived(
    this.current !== undefined && this.typed && sameSetting(this.current, this.wanted),
  )
  readonly chosen = $derived(
    this.oddness === undefined && this.market !== undefined && this.current !== undefined && this.typed,
  )
  readonly ready = $derived(this.chosen && this.limit === null && !this.unchanged)
  /** Whether an end can be set: the venue carries it, or the approval that opens the API key does. */
  readonly carriesExpiry = $derived(
    this.venue === null || this.venue.carriesExpiry || this.venue.signedBy === 'apiKey',
  )
  /** Whether a change carries the margin mode. */
  readonly carriesMode = $derived(this.venue?.carriesMode ?? true)

  #modeOf(): boolean {
    const present = this.current?.isCross ?? true
    const wanted = this.#isCross ?? present
    if (!this.carriesMode) return present
    if (!this.market) return wanted
    return wanted ? this.market.crossAllowed : !this.market.isolatedAllowed
  }

  /** Chooses another account; the market stays where its venue has it too. */
  chooseAccount(id: string): void {
    this.#accountId = id
    this.#forget()
  }

  chooseMarket(symbol: string): void {
    if (symbol === this.symbol) return
    this.symbol = symbol
    this.#forget()
  }

  setLeverage(text: string): void {
    this.#leverage = this.#typing(text)
    this.#news()
  }

  setSellLeverage(text: string): void {
    this.#sellLeverage = this.#typing(text)
    this.#news()
  }

  /** What of a typed text can become a leverage of this market. */
  #typing(text: string): string {
    const whole = Number.isInteger(this.market?.leverageStep ?? 1)
    return whole
      ? text.replace(/\D/g, '').replace(/^0+/, '').slice(0, 4)
      : text
          .replace(',', '.')
          .replace(/[^\d.]|(?<=\..*)\./g, '')
          .replace(/^0+(?=\d)/, '')
          .slice(0, 7)
  }

  setCross(isCross: boolean): void {
    this.#isCross = isCross
    this.#news()
  }

  #forget(): void {
    this.#leverage = null
    this.#sellLeverage = null
    this.#isCross = null
    this.#news()
  }

  #news(): void {
    this.failure = null
    this.alreadySet = null
  }

  /** Reads the markets of the account's venue, where they are not there yet. */
  async readMarkets(): Promise<void> {
    const { account } = this
    if (account && !this.#ports.settings.marketsOf(account.id))
      await this.#ports.settings.readMarkets(account.id)
  }

  /** Reads what is set now in these markets. */
  async read(symbols: readonly string[]): Promise<void> {
    if (this.account) await this.#ports.settings.read(this.account.id, symbols)
  }

  /** Reads everything again, after what kept it from being read is gone. */
  async readAgain(): Promise<void> {
    await this.readMarkets()
    await this.read(this.symbol === null ? [] : [this.symbol])
  }

  /** Has the desk prepare it; goes to its preview. */
  async prepare(): Promise<void> {
    const { account, market } = this
    if (!account || !market || !this.ready || this.preparing) return
    this.preparing = true
    this.#news()
    const answer = await this.#ports.requests.prepare({
      accountId: account.id,
      market: market.symbol,
      ...this.wanted,
      ...(this.carriesExpiry ? { expiresInMinutes: this.minutes } : {}),
    })
    this.preparing = false
    if (!answer.ok) this.failure = answer.error
    else if (answer.value.kind === 'alreadySet') this.alreadySet = answer.value
    else this.#ports.onprepared(answer.value.request.id)
  }
}
