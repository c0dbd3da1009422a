/** The markets that a venue lists: those that can be used, and those that are left out and why. */
import * as v from 'valibot'
import { shownName, type LeftOut, type Listed } from './listed.ts'
import type { Market } from './market.ts'

/** A market's symbol as any screen, terminal, table or approval can show it: plain ASCII that means nothing to any of them. */
export const marketSymbolSchema = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/@&+$-]{0,39}$/,
    'a symbol is 1 to 40 letters, digits and signs such as - . : / in plain ASCII.',
  ),
)

const sameMarket = (a: Market, b: Market): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Each market once; a record that says again exactly the same says nothing new. */
const withoutRepeats = (markets: readonly Market[]): readonly Market[] => {
  const kept = new Map<string, Market[]>()
  for (const market of markets) {
    const alike = kept.get(market.symbol) ?? []
    if (!alike.some((one) => sameMarket(one, market))) kept.set(market.symbol, [...alike, market])
  }
  return [...kept.values()].flat()
}

const grouped = <K>(markets: readonly Market[], keyOf: (market: Market) => K): Map<K, Market[]> => {
  const groups = new Map<K, Market[]>()
  for (const market of markets) {
    const key = keyOf(market)
    const group = groups.get(key)
    if (group) group.push(market)
    else groups.set(key, [market])
  }
  return groups
}

const numbered = (id: number | null): string => (id === null ? '' : ` with the number ${id}`)

/**
 * Leaves out every market that the list has twice: two of one name, or two of one number. Which of them is meant nobody
 * can say, so neither is used.
 */
export function distinctMarkets({ taken, leftOut }: Listed<Market>): Listed<Market> {
  const once = withoutRepeats(taken)
  const byName = grouped(once, ({ symbol }) => symbol)
  const byNumber = grouped(once, ({ id }) => id)
  const unreadable = new Set(leftOut.map(({ name }) => name))
  const reasonFor = (market: Market): string | null => {
    const { symbol, id } = market
    const [other] = (byName.get(symbol) ?? []).filter((one) => one !== market)
    if (other) return `the venue lists it twice: once${numbered(id)}, once${numbered(other.id)}.`
    if (unreadable.has(symbol)) return 'the venue lists it twice, and one of the two cannot be read.'
    const [rival] = id === null ? [] : (byNumber.get(id) ?? []).filter((one) => one !== market)
    return rival ? `the venue gives its number ${id} to ${shownName(rival.symbol)} too.` : null
  }
  const judged = once.map((market) => ({ market, reason: reasonFor(market) }))
  return {
    taken: judged.filter(({ reason }) => reason === null).map(({ market }) => market),
    leftOut: [
      ...leftOut,
      ...judged.flatMap(({ market, reason }): readonly LeftOut[] =>
        reason === null ? [] : [{ name: market.symbol, reason }],
      ),
    ],
  }
}
