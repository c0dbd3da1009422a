/** Acting on a request with its lease held, so that no other process or screen acts on it at the same time. */
import type { Result } from '../../shared/errors.ts'
import type { DeskPorts } from './ports.ts'

/**
 * Runs something about a request while nobody else may. Fails with `request.busy` when another is at work on it, with
 * `request.unknown`, or with what `work` fails with.
 */
export async function withLease<T>(
  { store }: Pick<DeskPorts, 'store'>,
  id: string,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const lease = await store.leases.acquire(id)
  if (!lease.ok) return lease
  try {
    return await work()
  } finally {
    await lease.value.release()
  }
}
