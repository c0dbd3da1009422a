/** Which markets stand on the home screen: those of requests, the latest first, and those that a person chose. */
import type { RequestView } from '../../../shared/contract.ts'

/** Columns that come from requests; chosen ones come on top of these. */
const fromRequests = 5

/** Shown while nothing else is known. */
const beginWith: readonly string[] = ['BTC', 'ETH']

/** The symbols of the columns, in order. */
export function columnsOf(requests: readonly RequestView[], watched: readonly string[]): string[] {
  const used = new Set(requests.map(({ prepared }) => prepared.market.symbol))
  const shown = [...used].slice(0, fromRequests)
  return [...new Set([...(shown.length > 0 ? shown : beginWith), ...watched])]
}
