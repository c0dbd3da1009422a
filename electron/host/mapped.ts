/** Results on their way to the screens. */
import type { Result } from '../../shared/errors.ts'

/** A value of a result in another form. */
export async function mapped<A, B>(
  result: Result<A> | Promise<Result<A>>,
  map: (value: A) => Result<B> | Promise<Result<B>>,
): Promise<Result<B>> {
  const given = await result
  // The failure alone: what else stands beside it is for other readers, and nothing but the contract crosses.
  return given.ok ? map(given.value) : { ok: false, error: given.error }
}
