/** Replays which market has which number: the newest request of a name or number counts, and what a person accepted. */
import type { JsonObject } from './canonical-json.ts'
import type { HistoryRow } from './chain.ts'
import { asObject, newTrace, setFields, type Trace, type Traces } from './trace.ts'

/** The id of a number among the traces. */
export const numberId = (venue: string, network: string, symbol: string): string =>
  `${venue} ${network} ${symbol}`

/** Follows the rows that say a number, into `numbers`. */
export function followNumbers(accounts: Traces, numbers: Map<string, Trace>) {
  const symbolOf = new Map<string, string>()

  const use = (row: HistoryRow, { venue, network, symbol, number }: JsonObject): boolean => {
    if (typeof venue !== 'string' || typeof network !== 'string') return false
    if (typeof symbol !== 'string' || !Number.isSafeInteger(number)) return false
    const place = `${venue} ${network} ${String(number)}`
    const before = symbolOf.get(place)
    if (before !== undefined) numbers.delete(numberId(venue, network, before))
    const own = numberId(venue, network, symbol)
    symbolOf.delete(`${venue} ${network} ${String(numbers.get(own)?.fields.get('number'))}`)
    const trace = newTrace(row)
    setFields(trace, { venue, network, symbol, number: number ?? null })
    numbers.set(own, trace)
    symbolOf.set(place, symbol)
    return true
  }

  return {
    /** Takes the request of a row `request.prepared`; one whose market has no number says nothing. */
    prepared(row: HistoryRow, request: JsonObject): void {
      const market = asObject(asObject(request['prepared'])?.['market']) ?? {}
      const { venue = null, network = null } = request
      use(row, { venue, network, symbol: market['symbol'] ?? null, number: market['id'] ?? null })
    },
    /** Takes a row `market.renumbered`; a sentence where it cannot follow. */
    renumbered(row: HistoryRow, body: JsonObject): string | null {
      const { account, venue = null, network = null, market = null, number = null } = body
      const { fields } = accounts.get(String(account)) ?? {}
      if (fields?.get('venue') !== venue || fields?.get('network') !== network)
        return 'it is about no account that was added before.'
      return use(row, { venue, network, symbol: market, number })
        ? null
        : 'it does not say which market has which number.'
    },
  }
}
