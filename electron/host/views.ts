/** What the screens get of what is stored: the contract's shapes, nothing more. */
import type { AccountView, RequestView } from '../../shared/contract.ts'
import { ok, type Result } from '../../shared/errors.ts'
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import { isHex } from '../../shared/hex.ts'
import type { Account, Store, StoredRequest, Submission } from '../store/port.ts'

/** An account for the screens. */
export const accountView = (account: Account): Result<AccountView> => {
  const { id, name, venue, network, address, signer, path, vaultAddress, settings, createdAt } = account
  return ok({
    id,
    name,
    venue,
    network,
    address,
    signer,
    path,
    vaultAddress,
    settings: { ...settings },
    createdAt,
  })
}

const submissionView = ({ body, startedAt, answeredAt, httpStatus, answer, outcome }: Submission) => ({
  body,
  startedAt,
  answeredAt,
  httpStatus,
  answer,
  outcome,
})

/** A request for the screens, proven to be what was prepared. Fails with `request.altered` or `store.*`. */
export async function requestView(store: Store, stored: StoredRequest): Promise<Result<RequestView>> {
  const prepared = readPreparedRequest(stored.prepared, stored.id)
  if (!prepared.ok) return prepared
  const submission = await store.submissions.get(stored.id)
  if (!submission.ok) return submission
  const { id, accountId, state, signature, detail, createdAt, updatedAt, frozenSince } = stored
  return ok({
    id,
    accountId,
    state,
    prepared: prepared.value,
    signature: isHex(signature, 65) ? signature : null,
    detail: detail === null ? null : { ...detail },
    submission: submission.value && submissionView(submission.value),
    createdAt,
    updatedAt,
    frozenSince,
  })
}

/** Views of many things; the first failure stands for all. */
export async function all<A, B>(
  items: readonly A[],
  view: (item: A) => Result<B> | Promise<Result<B>>,
): Promise<Result<B[]>> {
  const views: B[] = []
  for (const item of items) {
    const one = await view(item)
    if (!one.ok) return one
    views.push(one.value)
  }
  return ok(views)
}

/** A value of a result in another form. */
export async function mapped<A, B>(
  result: Result<A> | Promise<Result<A>>,
  map: (value: A) => Result<B> | Promise<Result<B>>,
): Promise<Result<B>> {
  const given = await result
  return given.ok ? map(given.value) : given
}
