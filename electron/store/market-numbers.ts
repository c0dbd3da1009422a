/** The market_numbers table: which market has which number. Preparing a request fills it (a trigger), or a person does. */
import type { Kysely } from 'kysely'
import { ok, type Result } from '../../shared/errors.ts'
import { checkNumber, type KnownNumber } from '../../shared/market-numbers.ts'
import { isVenueId } from '../../shared/venues/registry.ts'
import type { Database, Tx } from './database.ts'
import { record } from './history.ts'
import type { AcceptedNumber, MarketNumberStore, PreparedRequest } from './port.ts'
import type { Schema } from './schema.ts'

const known = (db: Kysely<Schema>, venue: string, network: string): Promise<KnownNumber[]> =>
  db
    .selectFrom('market_numbers')
    .select(['symbol', 'number'])
    .where('venue', '=', venue)
    .where('network', '=', network)
    .execute()

/** Whether a request names its market by the number that it had. Fails with `request.marketRenumbered`. */
export async function checkNumberOf(
  tx: Tx,
  { venue, network, prepared }: Pick<PreparedRequest, 'venue' | 'network' | 'prepared'>,
): Promise<Result<null>> {
  const { symbol, id } = (prepared['market'] ?? {}) as { readonly symbol?: unknown; readonly id?: unknown }
  if (!isVenueId(venue) || typeof symbol !== 'string' || typeof id !== 'number') return ok(null)
  return checkNumber(venue, await known(tx, venue, network), { symbol, id })
}

async function accept(tx: Tx, accepted: AcceptedNumber, at: string): Promise<Result<null>> {
  const { venue, network, market, number } = accepted
  const recorded = await record(tx, { at, kind: 'market.renumbered', requestId: null, body: { ...accepted } })
  if (!recorded.ok) return recorded
  const all = await known(tx, venue, network)
  for (const { symbol } of all.filter((one) => one.symbol === market || one.number === number))
    await tx
      .deleteFrom('market_numbers')
      .where('venue', '=', venue)
      .where('network', '=', network)
      .where('symbol', '=', symbol)
      .execute()
  await tx.insertInto('market_numbers').values({ venue, network, symbol: market, number }).execute()
  return ok(null)
}

/** The numbers of an open database. */
export const marketNumberStore = (database: Database): MarketNumberStore => ({
  list: (venue, network) => database.read(async (db) => ok(await known(db, venue, network))),
  accept: (accepted) => database.write((tx) => accept(tx, accepted, database.at())),
})
