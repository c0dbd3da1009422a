/** A stored request, proven to be what was prepared and what its history says, with the account it belongs to. */
import { fail, failure, ok, type Result } from '../../shared/errors.ts'
import { readPreparedRequest, type PreparedRequest } from '../../shared/prepared-request.ts'
import { claimed } from '../../shared/request-state.ts'
import { contradiction } from '../../shared/request-columns.ts'
import type { Account, StoredRequest } from '../store/port.ts'
import type { DeskPorts } from './ports.ts'

/** A request as the use-cases work with it. */
export interface LoadedRequest {
  readonly stored: StoredRequest
  readonly request: PreparedRequest
  readonly account: Account
}

/** Loads a request. Fails with `request.unknown`, `request.altered` or `store.*`. */
export async function loadRequest({ store }: DeskPorts, id: string): Promise<Result<LoadedRequest>> {
  const stored = await store.requests.get(id)
  if (!stored.ok) return stored
  const proven = await store.proofs.request(id)
  if (!proven.ok) return proven
  const request = readPreparedRequest(stored.value.prepared, id)
  if (!request.ok) return request
  const field = contradiction(stored.value, request.value)
  if (field !== null) return fail('request.altered', { request: id, field })
  const account = await store.accounts.get(stored.value.accountId)
  if (!account.ok) return account
  return ok({ stored: stored.value, request: request.value, account: account.value })
}

/**
 * Loads the request that a person was shown, by its digest. Fails as `loadRequest` does, and with `request.altered` where
 * another one is stored by now.
 */
export async function loadShown(
  ports: DeskPorts,
  id: string,
  digest: string,
): Promise<Result<LoadedRequest>> {
  const loaded = await loadRequest(ports, id)
  if (!loaded.ok || loaded.value.stored.digest === digest.toLowerCase()) return loaded
  return {
    ok: false,
    error: claimed(failure('request.altered', { request: id, field: 'digest' }), loaded.value.stored.state),
  }
}
