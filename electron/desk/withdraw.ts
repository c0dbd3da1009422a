/** Giving up a request that was not sent. */
import type { Result } from '../../shared/errors.ts'
import { wrongState } from '../../shared/request-state.ts'
import type { StoredRequest } from '../store/port.ts'
import { withLease } from './lease.ts'
import type { DeskPorts } from './ports.ts'
import { checkNotFrozen } from './settle-frozen.ts'

async function withdrawNow({ store }: Pick<DeskPorts, 'store'>, id: string): Promise<Result<StoredRequest>> {
  const stored = await store.requests.get(id)
  if (!stored.ok) return stored
  const free = checkNotFrozen(stored.value)
  if (!free.ok) return free
  const { state } = stored.value
  if (state === 'prepared' || state === 'approved' || state === 'signed') {
    return store.requests.transition(id, state, 'withdrawn')
  }
  return { ok: false, error: wrongState(id, state, 'withdrawn') }
}

/** Puts an unsent request down as withdrawn: it is never sent from here. Fails with `request.*` or `store.*`. */
export const withdraw = (ports: Pick<DeskPorts, 'store'>, id: string): Promise<Result<StoredRequest>> =>
  withLease(ports, id, () => withdrawNow(ports, id))
