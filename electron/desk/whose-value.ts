/** Whether what a venue shows can only have come of one request, or another one of this desk set the same. */
import { ok, type Result } from '../../shared/errors.ts'
import { sameSetting, type LeverageSetting } from '../../shared/market.ts'
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import type { StoredRequest } from '../store/port.ts'
import type { LoadedRequest } from './load.ts'
import type { DeskPorts } from './ports.ts'

/** How many of an account's newest requests are looked at. */
const mostRequests = 1000

/** The row of the history that a step of a request is; null where there was none. Rows are in order whatever clocks say. */
async function rowOf({ store }: DeskPorts, requestId: string, kind: string): Promise<Result<number | null>> {
  const rows = await store.history.list({ requestId, kinds: [kind], limit: 1 })
  return rows.ok ? ok(rows.value[0]?.seq ?? null) : rows
}

/** The requests that set `shown` in the same market, and were or may have been applied. */
async function setters(
  { store }: DeskPorts,
  { stored, request }: LoadedRequest,
  shown: LeverageSetting,
): Promise<Result<readonly StoredRequest[]>> {
  const states = ['applied', 'sending', 'unknown'] as const
  const listed = await store.requests.list({ accountId: stored.accountId, states, limit: mostRequests })
  if (!listed.ok) return listed
  return ok(
    listed.value.filter((one) => {
      if (one.id === stored.id) return false
      const other = readPreparedRequest(one.prepared, one.id)
      // One that cannot be read may have set anything.
      if (!other.ok) return true
      return other.value.market.symbol === request.market.symbol && sameSetting(other.value.to, shown)
    }),
  )
}

/**
 * The id of another request that may have set what the venue shows; null where only `loaded` can have set its new value,
 * or left its old one. What was over before does not count: for the new value before this one was prepared, for
 * the old value before it was sent. Fails with `store.*`.
 */
export async function otherSetter(
  ports: DeskPorts,
  loaded: LoadedRequest,
  shown: LeverageSetting,
): Promise<Result<string | null>> {
  const others = await setters(ports, loaded, shown)
  if (!others.ok) return others
  if (others.value.length === 0) return ok(null)
  const isNew = sameSetting(shown, loaded.request.to)
  const since = await rowOf(ports, loaded.stored.id, isNew ? 'request.prepared' : 'request.sending')
  if (!since.ok) return since
  for (const { id, state } of others.value) {
    const answered = await rowOf(ports, id, 'submission.answered')
    if (!answered.ok) return answered
    const isOpen = state !== 'applied' || answered.value === null
    if (isOpen || since.value === null || answered.value > since.value) return ok(id)
  }
  return ok(null)
}
