/**
 * The leases table: who acts on a request. A lease is kept alive while its holder lives; it is taken over only after it
 * has expired and its holder is not at work any more, however long that could not renew it. Its token, which only rises,
 * keeps a former holder from writing anything more (fencing).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { busy } from '../../shared/request-state.ts'
import type { Database, Tx } from './database.ts'
import { isAtWork, newHolder } from './holder.ts'
import type { Lease, LeaseStore, StoredState } from './port.ts'

/** For how long a lease holds when its holder has gone, in ms. It is renewed three times in that time. */
const defaultLeaseMs = 6_000

/** For how long a holder that is at work, but cannot renew its lease, is waited for, in ms. */
const blockedMs = 1_000

/** How often a lease that another holds is looked at, in ms. */
const lookAgainMs = 25

/** The leases of one open store, and what this store may write. */
export interface Leases extends LeaseStore {
  /**
   * Whether this store may write about a request that is in `state`, asked in the transaction that writes.
   * Fails with `request.busy` while another holds the lease, or after it was lost.
   */
  check(tx: Tx, requestId: string, state: StoredState): Promise<Result<null>>
  /** Gives all of them back, then closes what is below; at once where there is nothing to give back. */
  close(below: () => Promise<void>): Promise<void>
}

interface Attempt {
  /** Null when it was not to be had. */
  readonly token: number | null
  /** Until when another holds it, Unix ms. */
  readonly expiresAt: number
  /** Whether it has expired, and its holder is at work all the same. */
  readonly isKept: boolean
  readonly state: StoredState
}

const rowOf = (tx: Tx, requestId: string) =>
  tx.selectFrom('leases').selectAll().where('request_id', '=', requestId).executeTakeFirst()

/** The leases of an open database. */
export function createLeases(database: Database, leaseMs: number = defaultLeaseMs): Leases {
  const owner = newHolder()
  const held = new Map<string, { readonly token: number; readonly timer: NodeJS.Timeout }>()
  const nowMs = (): number => Date.parse(database.at())
  let closed = false

  async function attempt(tx: Tx, requestId: string, evenIfUnexpired: boolean): Promise<Result<Attempt>> {
    const request = await tx
      .selectFrom('requests')
      .select('state')
      .where('id', '=', requestId)
      .executeTakeFirst()
    if (!request) return fail('request.unknown', { request: requestId })
    const { state } = request
    const row = await rowOf(tx, requestId)
    const hasExpired = evenIfUnexpired || row === undefined || nowMs() >= row.expires_at
    const isKept = row !== undefined && row.owner !== null && hasExpired && isAtWork(row.owner)
    if (row && row.owner !== null && (!hasExpired || isKept))
      return ok({ token: null, expiresAt: row.expires_at, isKept, state })
    const token = (row?.token ?? 0) + 1
    const values = { request_id: requestId, owner, token, expires_at: nowMs() + leaseMs }
    if (row) await tx.updateTable('leases').set(values).where('request_id', '=', requestId).execute()
    else await tx.insertInto('leases').values(values).execute()
    return ok({ token, expiresAt: values.expires_at, isKept, state })
  }

  const renew = (requestId: string, token: number): void => {
    // One that fails is tried again in time; a holder who cannot write for the whole time has lost the lease rightly.
    void database.write(async (tx) => {
      const set = { expires_at: nowMs() + leaseMs }
      await tx
        .updateTable('leases')
        .set(set)
        .where('request_id', '=', requestId)
        .where('token', '=', token)
        .where('owner', '=', owner)
        .execute()
      return ok(null)
    })
  }

  /** Writes that a lease is free. Where that fails it is tried again: the lease of a living process does not just expire. */
  async function giveBack(requestId: string, token: number): Promise<void> {
    const given = await database.write(async (tx) => {
      await tx
        .updateTable('leases')
        .set({ owner: null, expires_at: 0 })
        .where('request_id', '=', requestId)
        .where('token', '=', token)
        .execute()
      return ok(null)
    })
    if (!given.ok && !closed) setTimeout(() => void giveBack(requestId, token), leaseMs / 3).unref()
  }

  async function release(requestId: string, token: number): Promise<void> {
    const mine = held.get(requestId)
    if (mine?.token !== token) return
    clearInterval(mine.timer)
    held.delete(requestId)
    await giveBack(requestId, token)
  }

  function keep(requestId: string, token: number): Lease {
    const timer = setInterval(() => renew(requestId, token), leaseMs / 3).unref()
    held.set(requestId, { token, timer })
    return { release: () => release(requestId, token) }
  }

  async function acquire(requestId: string): Promise<Result<Lease>> {
    const since = performance.now()
    let first: number | null = null
    let keptSince: number | null = null
    for (;;) {
      // A clock that was set back does not prolong a lease: unrenewed for its whole time, it has expired.
      const unrenewed = performance.now() - since > leaseMs
      const tried = await database.write((tx) => attempt(tx, requestId, unrenewed))
      if (!tried.ok) return tried
      const { token, expiresAt, isKept, state } = tried.value
      if (token !== null) return ok(keep(requestId, token))
      first ??= expiresAt
      if (isKept) keptSince ??= performance.now()
      const isBlocked = isKept && performance.now() - (keptSince ?? 0) > blockedMs
      if (held.has(requestId) || isBlocked || expiresAt !== first)
        return { ok: false, error: busy(requestId, state, leaseMs) }
      await sleep(lookAgainMs)
    }
  }

  return {
    acquire,
    async check(tx, requestId, state) {
      const row = await rowOf(tx, requestId)
      const mine = held.get(requestId)
      const lost = mine !== undefined && (row?.token !== mine.token || row.owner !== owner)
      const owned = mine === undefined && row !== undefined ? row.owner : null
      const others = owned !== null && row !== undefined && (nowMs() < row.expires_at || isAtWork(owned))
      return lost || others ? { ok: false, error: busy(requestId, state, leaseMs) } : ok(null)
    },
    close(below) {
      closed = true
      const mine = [...held].map(([requestId, { token }]) => release(requestId, token))
      return mine.length === 0 ? below() : Promise.all(mine).then(below)
    },
  }
}
