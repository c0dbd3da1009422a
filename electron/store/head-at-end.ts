/**
 * Signs a head whenever something is signed or about to be sent, when a request comes to its end, and when an account
 * or an API key comes or goes: an older copy of the database lacks that head. That none could be signed never undoes what was recorded.
 */
import type { Result } from '../../shared/errors.ts'
import { isEnded } from '../../shared/request-state.ts'
import type {
  AccountStore,
  ApiKeyStore,
  HeadStore,
  HistoryStore,
  RequestStore,
  RevocationStore,
  SubmissionStore,
} from './port.ts'

/** What signs, sends and ends. */
interface Acting {
  readonly accounts: AccountStore
  readonly requests: RequestStore
  readonly submissions: SubmissionStore
  readonly revocations: RevocationStore
  readonly apiKeys: ApiKeyStore
  readonly history: HistoryStore
}

/** Kinds of rows that are noted right before something is sent that the Ledger signed. */
const sendingKinds: readonly string[] = ['agent.sending', 'registration.signed']

/** Signs a head, or notes in the history why none could be signed. */
export async function signHead(heads: HeadStore, history: HistoryStore): Promise<void> {
  const signed = await heads.sign()
  if (signed.ok) return
  const { code, message } = signed.error
  // Where not even this can be written, what the head was for was done, and its caller is told so.
  await history.append({ kind: 'head.failed', body: { code, message } })
}

const always = (): boolean => true

/** The parts of a store after whose steps heads are signed. */
export function withHeads(
  heads: HeadStore,
  { accounts, requests, submissions, revocations, apiKeys, history }: Acting,
): Acting {
  const afterwards = async <T>(
    step: Promise<Result<T>>,
    counts: (value: T) => boolean = always,
  ): Promise<Result<T>> => {
    const done = await step
    if (done.ok && counts(done.value)) await signHead(heads, history)
    return done
  }
  return {
    // Before there is anything that could be signed, so that a head lies beside the database by then.
    accounts: { ...accounts, add: (account) => afterwards(accounts.add(account)) },
    requests: {
      ...requests,
      transition: (...step) =>
        afterwards(requests.transition(...step), ({ state }) => state === 'signed' || isEnded(state)),
    },
    revocations: {
      ...revocations,
      add: (...revocation) => afterwards(revocations.add(...revocation)),
      conclude: (...step) => afterwards(revocations.conclude(...step)),
    },
    submissions: {
      ...submissions,
      begin: (...submission) => afterwards(submissions.begin(...submission)),
      complete: (id, completion) =>
        afterwards(
          submissions.complete(id, completion),
          () => completion.settle !== undefined && isEnded(completion.settle.to),
        ),
    },
    apiKeys: {
      ...apiKeys,
      add: (...key) => afterwards(apiKeys.add(...key)),
      rotate: (...key) => afterwards(apiKeys.rotate(...key)),
      remove: (...key) => afterwards(apiKeys.remove(...key)),
    },
    history: {
      ...history,
      append: (event) => afterwards(history.append(event), ({ kind }) => sendingKinds.includes(kind)),
    },
  }
}
