/** Markets that a person chose to see beside those of their requests; kept for this window's origin, apart by mode. */

/** The chosen symbols of the present mode. */
export class Watched {
  readonly #storage: Storage
  readonly #mode: () => string
  #changes = $state(0)
  readonly symbols: readonly string[] = $derived(this.#read(this.#changes))

  constructor(storage: Storage, mode: () => string) {
    this.#storage = storage
    this.#mode = mode
  }

  add(symbol: string): void {
    if (!this.symbols.includes(symbol)) this.#write([...this.symbols, symbol])
  }

  remove(symbol: string): void {
    this.#write(this.symbols.filter((own) => own !== symbol))
  }

  get #key(): string {
    return `countersign.markets.${this.#mode()}`
  }

  #read(_changes: number): string[] {
    return (this.#storage.getItem(this.#key) ?? '').split(' ').filter(Boolean)
  }

  #write(symbols: readonly string[]): void {
    this.#storage.setItem(this.#key, symbols.join(' '))
    this.#changes += 1
  }
}
