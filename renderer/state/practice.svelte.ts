/** The practice Ledger as it stands, and what can be done to it. */
import type * as v from 'valibot'
import type { PracticeLedgerView, practiceChangeSchema, practiceFaultSchema } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import { answerOf, type Answer, type DeskClient } from './client.ts'

/** How the practice venue's next answer goes wrong. */
export type PracticeFault = v.InferOutput<typeof practiceFaultSchema>
/** What can be done to the practice Ledger beside its buttons. */
export type PracticeChange = v.InferInput<typeof practiceChangeSchema>

/** The practice Ledger, live; `ledger` is null outside practice. */
export class Practice {
  readonly #client: () => DeskClient
  ledger: PracticeLedgerView | null = $state.raw(null)
  failure: Failure | null = $state.raw(null)
  /** Whether its panel stands beside the desk. */
  open = $state(true)

  constructor(client: () => DeskClient) {
    this.#client = client
  }

  async load(): Promise<void> {
    this.ledger = await this.#client().practice.get()
  }

  /** Presses or touches it: one of `ledger.inputs`. */
  async input(input: string): Promise<void> {
    this.#keep(await answerOf(this.#client().practice.input({ input })))
  }

  async change(change: PracticeChange): Promise<void> {
    this.#keep(await answerOf(this.#client().practice.change(change)))
  }

  async failNext(fault: PracticeFault): Promise<Answer<null>> {
    const answer = await answerOf(this.#client().practice.failNext({ fault }))
    this.failure = answer.ok ? null : answer.error
    return answer
  }

  /** The subaccount that an address has at the practice Synthetix; null where it has none, or outside practice. */
  async subAccountOf(address: string): Promise<string | null> {
    const answer = await answerOf(this.#client().practice.subAccount({ address }))
    return answer.ok ? answer.value : null
  }

  #keep(answer: Answer<PracticeLedgerView>): void {
    this.failure = answer.ok ? null : answer.error
    if (answer.ok) this.ledger = answer.value
  }
}
