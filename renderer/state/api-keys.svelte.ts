/** The API keys of this desk: what is public of each, and how they are sealed. A secret only goes through, never in. */
import type { ApiKeyView, KeyInputView, PracticeKeyView, SealingView } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import { answerOf, type Answer, type DeskClient } from './client.ts'

/** The keys in use by account, read again after each change. */
export class ApiKeys {
  readonly #client: () => DeskClient
  list: readonly ApiKeyView[] = $state.raw([])
  /** Null until it was read. */
  sealing: SealingView | null = $state.raw(null)
  failure: Failure | null = $state.raw(null)
  readonly #byAccount = $derived(new Map(this.list.map((key) => [key.accountId, key])))

  constructor(client: () => DeskClient) {
    this.#client = client
  }

  /** The key of an account. */
  of(accountId: string): ApiKeyView | undefined {
    return this.#byAccount.get(accountId)
  }

  async load(): Promise<void> {
    const answer = await answerOf(this.#client().keys.list())
    this.failure = answer.ok ? null : answer.error
    if (!answer.ok) return
    this.list = answer.value.keys
    this.sealing = answer.value.sealing
  }

  /** Forgets everything: another desk was opened. */
  clear(): void {
    this.list = []
    this.sealing = null
    this.failure = null
  }

  /** Adds a key, or with `replaces` puts it in the place of the one in use. */
  keep(input: KeyInputView, replaces: boolean): Promise<Answer<ApiKeyView>> {
    const { keys } = this.#client()
    return this.#then(replaces ? keys.rotate(input) : keys.add(input))
  }

  /** Adds the key that the practice venue knows, or puts it in the place of the one in use. */
  keepPractice(input: PracticeKeyView): Promise<Answer<ApiKeyView>> {
    return this.#then(this.#client().keys.addPractice(input))
  }

  /** Has the Ledger register the key; `listed` says whether the venue lists it already. */
  register(accountId: string): Promise<Answer<{ key: ApiKeyView; listed: boolean }>> {
    return this.#then(this.#client().keys.register({ accountId }))
  }

  /** Forgets a key once the Ledger confirmed it; `passphrase` in its place where none is connected. */
  remove(accountId: string, passphrase?: string): Promise<Answer<ApiKeyView>> {
    const proof = passphrase === undefined ? {} : { passphrase }
    return this.#then(this.#client().keys.remove({ accountId, ...proof }))
  }

  /** Opens the key and asks the venue whether it takes it. */
  test(accountId: string): Promise<Answer<ApiKeyView>> {
    return this.#then(this.#client().keys.test({ accountId }))
  }

  /** Proves the passphrase; the desk keeps it for ten minutes. */
  unlock(passphrase: string): Promise<Answer<SealingView>> {
    return this.#then(this.#client().keys.unlock({ passphrase }))
  }

  /** Has the desk forget the passphrase. */
  lock(): Promise<Answer<SealingView>> {
    return this.#then(this.#client().keys.lock())
  }

  async #then<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
    const answer = await answerOf(call)
    if (answer.ok) await this.load()
    return answer
  }
}
