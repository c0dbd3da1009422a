/**
 * The nonces: every one that was ever used, by signer and network, so that none is used twice by any process, after
 * any restart and with any clock.
 */
import { sql } from 'kysely'
import { fail, ok } from '../../shared/errors.ts'
import { lower } from '../../shared/hex.ts'
import type { Database } from './database.ts'
import type { NonceStore } from './port.ts'

/**
 * How far ahead of the clock, in ms, a nonce of a third party may lie: as far as Hyperliquid takes one (T + 1 day,
 * its page "Nonces and API wallets"). One from further ahead would push all of ours out of that window.
 */
export const maxAheadMs = 86_400_000

const checkTime = (nowMs: number): void => {
  if (!Number.isSafeInteger(nowMs) || nowMs < 0) throw new Error('a time is whole milliseconds since 1970')
}

/** The nonces of an open database. */
export const nonceStore = (database: Database): NonceStore => ({
  allocate: (signer, network, nowMs) => {
    checkTime(nowMs)
    const key = lower(signer)
    return database.write(async (tx) => {
      // One statement under the write lock: one step for all processes.
      const { rows } = await sql<{ nonce: number }>`
        INSERT INTO used_nonces (signer, network, nonce, chosen_by, at)
        SELECT ${key}, ${network}, max(${nowMs}, coalesce(max(nonce), -1) + 1), 'desk', ${database.at()}
        FROM used_nonces WHERE signer = ${key} AND network = ${network}
        RETURNING nonce`.execute(tx)
      const [row] = rows
      if (!row) throw new Error('the statement returns one row')
      return ok(row.nonce)
    })
  },
  isUsed: (signer, network, nonce) =>
    database.read(async (db) => {
      const row = await db
        .selectFrom('used_nonces')
        .select('nonce')
        .where('signer', '=', lower(signer))
        .where('network', '=', network)
        .where('nonce', '=', nonce)
        .executeTakeFirst()
      return ok(row !== undefined)
    }),
  claim: (signer, network, nonce, nowMs) => {
    checkTime(nowMs)
    return database.write(async (tx) => {
      if (!Number.isSafeInteger(nonce) || nonce < 0 || nonce > nowMs + maxAheadMs) {
        return fail('payload.nonceStale', { actual: nonce, field: 'nonce' })
      }
      const row = await tx
        .insertInto('used_nonces')
        .values({ signer: lower(signer), network, nonce, chosen_by: 'venue', at: database.at() })
        .onConflict((conflict) => conflict.columns(['signer', 'network', 'nonce']).doNothing())
        .returning('nonce')
        .executeTakeFirst()
      return row ? ok(nonce) : fail('payload.nonceReused', { actual: nonce, field: 'nonce' })
    })
  },
})
