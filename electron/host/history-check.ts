/** What is known of the history of an open desk: verified in a worker, one time for all screens that ask at once. */
import type { HistoryProofView } from '../../shared/contract.ts'
import { ok, type Result } from '../../shared/errors.ts'
import type { Store } from '../store/port.ts'
import { runJob } from '../work/run.ts'
import { mapped } from './mapped.ts'
import type { Works } from './works.ts'

/** Verifies the history of one open desk. */
export class HistoryCheck {
  readonly #store: Pick<Store, 'path'>
  readonly #now: () => number
  readonly #works: Works
  #running: Promise<Result<HistoryProofView>> | null = null

  constructor(store: Pick<Store, 'path'>, now: () => number, works: Works) {
    this.#store = store
    this.#now = now
    this.#works = works
  }

  /** Verifies the whole history. Fails with `history.broken`, `store.*` or `program.stopped`. */
  verify(): Promise<Result<HistoryProofView>> {
    this.#running ??= this.#whole().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  #whole(): Promise<Result<HistoryProofView>> {
    const input = { file: this.#store.path, options: {} }
    const verified = this.#works.run('verify', (follow) => runJob('verify', input, follow))
    return mapped(verified, ({ count, head }) => ok({ count, head, checkedAtMs: this.#now() }))
  }
}
