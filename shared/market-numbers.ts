/**
 * A market keeps its number: the number that requests used for a name is remembered, and a venue that now gives another
 * number to the name, or the number to another name, is not believed for that market. The payload names a market by its
 * number only, so two swapped names would change another market than the one that is shown.
 */
import { fail, ok, type Result } from './errors.ts'
import type { MarketRef } from './market.ts'
import { rulesOf, type VenueId } from './venues/registry.ts'

/** The number of a market as requests used it at a venue and network. */
export interface KnownNumber {
  readonly symbol: string
  readonly number: number
}

/** What was used before and does not go together with what the venue says now, in one sentence; null without any. */
function contradiction(
  venue: VenueId,
  known: readonly KnownNumber[],
  { symbol, id }: MarketRef,
): string | null {
  if (id === null) return null
  const named = known.find((one) => one.symbol === symbol)
  if (named)
    return named.number === id
      ? null
      : `it has the number ${id} now, and earlier requests used the number ${named.number} for it.`
  const numbered = known.find(({ number }) => number === id)
  if (numbered) return `it has the number ${id} now, which earlier requests used for ${numbered.symbol}.`
  const { blockOf } = rulesOf(venue)
  if (!blockOf) return null
  const own = blockOf({ symbol, number: id })
  const moved = known.find((one) => {
    const block = blockOf(one)
    return block.name === own.name && block.index !== own.index
  })
  return moved
    ? `it has the number ${id} now, and earlier requests used the number ${moved.number} for ${moved.symbol}, which is of the same ${own.name}.`
    : null
}

/** Whether a market has the number that it had. Fails with `request.marketRenumbered`, which names both. */
export function checkNumber(venue: VenueId, known: readonly KnownNumber[], market: MarketRef): Result<null> {
  const detail = contradiction(venue, known, market)
  return detail === null
    ? ok(null)
    : fail('request.marketRenumbered', {
        venue: rulesOf(venue).name,
        market: market.symbol,
        detail,
        field: 'market',
      })
}
