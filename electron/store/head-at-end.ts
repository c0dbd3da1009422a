/** Signs a head whenever a request reaches a final state. That no head could be signed never undoes what was recorded. */
import type { Result } from '../../shared/errors.ts'
import { isFinal } from '../../shared/request-state.ts'
import type { HeadStore, HistoryStore, RequestStore, RevocationStore, SubmissionStore } from './port.ts'

/** What brings requests to their ends. */
interface Ending {
  readonly requests: RequestStore
  readonly submissions: SubmissionStore
  readonly revocations: RevocationStore
}

/** Signs a head, or notes in the history why none could be signed. */
export async function signHead(heads: HeadStore, history: HistoryStore): Promise<void> {
  const signed = await heads.sign()
  if (signed.ok) return
  const { code, message } = signed.error
  // Where not even this can be written, what the head was for was done, and its caller is told so.
  await history.append({ kind: 'head.failed', body: { code, message } })
}

/** The parts of a store after whose last steps heads are signed. */
export function withHeads(
  heads: HeadStore,
  history: HistoryStore,
  { requests, submissions, revocations }: Ending,
): Ending {
  const afterwards = async <T>(step: Promise<Result<T>>, ends: (value: T) => boolean): Promise<Result<T>> => {
    const done = await step
    if (done.ok && ends(done.value)) await signHead(heads, history)
    return done
  }
  return {
    requests: {
      ...requests,
      transition: (...step) => afterwards(requests.transition(...step), ({ state }) => isFinal(state)),
    },
    revocations: {
      ...revocations,
      conclude: (...step) => afterwards(revocations.conclude(...step), () => true),
    },
    submissions: {
      ...submissions,
      complete: (id, completion) =>
        afterwards(
          submissions.complete(id, completion),
          () => completion.settle !== undefined && isFinal(completion.settle.to),
        ),
    },
  }
}
