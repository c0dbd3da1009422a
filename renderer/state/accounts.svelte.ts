/** The accounts of this desk. */
import * as v from 'valibot'
import type { AccountView, addAccountSchema } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import { answerOf, type Answer, type DeskClient } from './client.ts'

/** What an account is made from. */
export type AddAccount = v.InferInput<typeof addAccountSchema>
/** An address of the device and its path. */
export interface Scanned {
  readonly path: string
  readonly address: string
}

/** The list of accounts, read again when the desk says that it changed. */
export class Accounts {
  readonly #client: () => DeskClient
  list: readonly AccountView[] = $state.raw([])
  failure: Failure | null = $state.raw(null)
  loaded = $state(false)
  readonly #byId = $derived(new Map(this.list.map((account) => [account.id, account])))

  constructor(client: () => DeskClient) {
    this.#client = client
  }

  byId(id: string): AccountView | undefined {
    return this.#byId.get(id)
  }

  async load(): Promise<void> {
    const answer = await answerOf(this.#client().accounts.list())
    this.failure = answer.ok ? null : answer.error
    if (answer.ok) {
      this.list = answer.value
      this.loaded = true
    }
  }

  /** Five addresses of the device from index `from` on. */
  scan(from: number): Promise<Answer<Scanned[]>> {
    return answerOf(this.#client().accounts.scan({ from, count: 5 }))
  }

  /** Has the Ledger sign the reading of an account; resolves when the person has answered on the device. */
  permitReading(accountId: string): Promise<Answer<{ expiresAtMs: number }>> {
    return answerOf(this.#client().accounts.permitReading({ accountId }))
  }

  /** Adds an account; resolves when the person has answered on the device. */
  async add(input: AddAccount): Promise<Answer<AccountView>> {
    const answer = await answerOf(this.#client().accounts.add(input))
    if (answer.ok) await this.load()
    return answer
  }
}
