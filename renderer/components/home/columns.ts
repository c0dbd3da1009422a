/** Which markets stand on the home screen: those of requests, the latest first, and those that a person chose. */
import type { MarketListView, RequestView } from '../../../shared/contract.ts'

/** Columns that come from requests; chosen ones come on top of these. */
const fromRequests = 5

/** Columns while there is nothing else. */
const beginWith = 3

/** The symbols of the columns, in order. An account that has none of them adds the first of its venue. */
export function columnsOf(
  requests: readonly RequestView[],
  watched: readonly string[],
  lists: readonly (MarketListView | undefined)[],
): string[] {
  const used = new Set(requests.map(({ prepared }) => prepared.market.symbol))
  const columns = new Set([...[...used].slice(0, fromRequests), ...watched])
  for (const list of lists) {
    const traded = list?.markets.filter(({ delisted }) => !delisted) ?? []
    if (traded.some(({ symbol }) => columns.has(symbol))) continue
    for (const { symbol } of traded.slice(0, columns.size === 0 ? beginWith : 1)) columns.add(symbol)
  }
  return [...columns]
}
