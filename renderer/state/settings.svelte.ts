/** What is set at the venues now: leverage per account and market, each with the time at which it was read. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { LeftOutView, MarketListView, MarketSettingView } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import { answerOf, type Answer, type DeskClient } from './client.ts'

const keyOf = (accountId: string, symbol: string): string => `${accountId}/${symbol}`

/** Readings of the venues. A failed reading leaves the last one with its age, and says what went wrong. */
export class Settings {
  readonly #client: () => DeskClient
  readonly #current = new SvelteMap<string, MarketSettingView>()
  readonly #markets = new SvelteMap<string, MarketListView>()
  readonly #leftOut = new SvelteMap<string, LeftOutView>()
  readonly #failures = new SvelteMap<string, Failure>()
  readonly #reading = new SvelteSet<string>()
  /** Unix ms of the newest reading; null before the first. */
  readonly newestMs = $derived(
    Math.max(0, ...[...this.#current.values()].map(({ current }) => current.readAtMs)) || null,
  )

  constructor(client: () => DeskClient) {
    this.#client = client
  }

  /** What was last read of an account in a market. */
  of(accountId: string, symbol: string): MarketSettingView | undefined {
    return this.#current.get(keyOf(accountId, symbol))
  }

  /** The markets of an account's venue, once they were read. */
  marketsOf(accountId: string): MarketListView | undefined {
    return this.#markets.get(accountId)
  }

  /** Why the venue's list cannot be relied on for a market, or why it was not read; undefined where nothing is wrong. */
  reasonOf(accountId: string, symbol: string): string | undefined {
    const odd = this.#leftOut.get(keyOf(accountId, symbol))
    return (odd ?? this.marketsOf(accountId)?.leftOut.find(({ name }) => name === symbol))?.reason
  }

  /** Why the last reading of an account failed. */
  failureOf(accountId: string): Failure | undefined {
    return this.#failures.get(accountId)
  }

  isReading(accountId: string): boolean {
    return this.#reading.has(accountId)
  }

  /** Milliseconds by which the venue's clock is ahead, by the newest reading of an account; null when not known. */
  skewOf(accountId: string): number | null {
    const own = [...this.#current]
      .filter(([key]) => key.startsWith(`${accountId}/`))
      .map(([, value]) => value)
    const newest = own.sort((a, b) => b.current.readAtMs - a.current.readAtMs)[0]
    return newest?.current.skewMs ?? null
  }

  /** Reads the list of markets of an account's venue. */
  async readMarkets(accountId: string): Promise<Answer<MarketListView>> {
    const answer = await answerOf(this.#client().markets.list({ accountId }))
    this.#note(accountId, answer)
    if (answer.ok) this.#markets.set(accountId, answer.value)
    return answer
  }

  /** Reads what is set for an account in up to 20 markets. */
  async read(accountId: string, symbols: readonly string[]): Promise<void> {
    if (symbols.length === 0) return
    this.#reading.add(accountId)
    const answer = await answerOf(this.#client().markets.current({ accountId, symbols: [...symbols] }))
    this.#reading.delete(accountId)
    this.#note(accountId, answer)
    if (!answer.ok) return
    for (const symbol of symbols) this.#leftOut.delete(keyOf(accountId, symbol))
    for (const odd of answer.value.leftOut) this.#leftOut.set(keyOf(accountId, odd.name), odd)
    for (const setting of answer.value.settings)
      this.#current.set(keyOf(accountId, setting.market.symbol), setting)
  }

  /** Forgets everything: another desk was opened. */
  clear(): void {
    this.#current.clear()
    this.#markets.clear()
    this.#leftOut.clear()
    this.#failures.clear()
  }

  #note(accountId: string, answer: Answer<unknown>): void {
    if (answer.ok) this.#failures.delete(accountId)
    else this.#failures.set(accountId, answer.error)
  }
}
