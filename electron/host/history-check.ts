/**
 * What is known of the history of an open desk, verified in a worker. Unasked only what was added is verified; the whole
 * when a person asks, once a day, and after any sign that somebody else wrote to the database.
 */
import type { HistoryProofView } from '../../shared/contract.ts'
import { ok, type Failure, type Result } from '../../shared/errors.ts'
import type { Store } from '../store/port.ts'
import { readMark, removeMark, stampOf, writeMark, type VerifiedMark } from '../store/verified-mark.ts'
import { runJob } from '../work/run.ts'
import type { Works } from './works.ts'

const dayMs = 24 * 60 * 60_000
/** How often it is looked whether the whole is to be verified, in ms: machines sleep. */
const lookMs = 15 * 60_000

type CheckedStore = Pick<Store, 'path' | 'history' | 'changesByOthers'>

/** Verifies the history of one open desk. */
export class HistoryCheck {
  readonly #store: CheckedStore
  readonly #now: () => number
  readonly #works: Works
  readonly #timer: NodeJS.Timeout
  #mark: VerifiedMark | null
  #checkedAtMs: number
  /** What others had written when the whole was last verified; null before, when the file's stamp does not tell either. */
  #changes: number | null
  /** Stays until the whole was verified again. */
  #broken: Failure | null = null
  #running: { readonly isWhole: boolean; readonly done: Promise<Result<HistoryProofView>> } | null = null

  /** `stamp` is how the file of the database looked before it was opened. */
  constructor(store: CheckedStore, now: () => number, works: Works, stamp: string) {
    this.#store = store
    this.#now = now
    this.#works = works
    const mark = readMark(store.path)
    this.#mark = mark !== null && mark.stamp !== '' && mark.stamp === stamp ? mark : null
    this.#changes = this.#mark === null ? null : store.changesByOthers()
    this.#checkedAtMs = this.#mark?.wholeAtMs ?? 0
    this.#timer = setInterval(() => void this.#daily(), lookMs).unref()
  }

  /**
   * Verifies the whole, or what was added since it was verified. Fails with `history.broken`, `store.*` or
   * `program.stopped`.
   */
  async verify(isWhole: boolean): Promise<Result<HistoryProofView>> {
    const running = this.#running
    if (running !== null && (running.isWhole || !isWhole)) return running.done
    const wanted = isWhole || this.#isSuspect()
    if (!wanted && (await this.#isUnchanged())) return this.#view()
    if (this.#running !== null) {
      await this.#running.done
      return this.verify(isWhole)
    }
    const done = this.#check(wanted).finally(() => {
      this.#running = null
    })
    this.#running = { isWhole: wanted, done }
    return done
  }

  /** Ends it. What was verified is remembered once the database is closed, where nobody else wrote to it. */
  close(): { readonly remember: () => void } {
    clearInterval(this.#timer)
    const isKnown = !this.#isSuspect()
    return {
      remember: () => {
        const { path } = this.#store
        if (this.#mark !== null && isKnown) writeMark(path, { ...this.#mark, stamp: stampOf(path) })
        else removeMark(path)
      },
    }
  }

  /** Whether a part is not enough: nothing is known, something was found, or somebody else wrote. */
  #isSuspect(): boolean {
    return this.#mark === null || this.#broken !== null || this.#changes !== this.#store.changesByOthers()
  }

  async #isUnchanged(): Promise<boolean> {
    const head = await this.#store.history.head()
    return head.ok && head.value.hash === this.#mark?.log.head
  }

  #daily(): Promise<unknown> {
    const due = this.#mark !== null && this.#now() - this.#mark.wholeAtMs >= dayMs
    return due ? this.verify(true) : Promise.resolve()
  }

  async #check(isWhole: boolean): Promise<Result<HistoryProofView>> {
    const changes = this.#store.changesByOthers()
    const input = { file: this.#store.path, since: isWhole ? null : (this.#mark?.log ?? null) }
    const checked = await this.#works.run('verify', (follow) => runJob('check', input, follow))
    if (!checked.ok) {
      if (checked.error.code === 'history.broken') this.#broken = checked.error
      return checked
    }
    const { log } = checked.value
    this.#checkedAtMs = this.#now()
    if (checked.value.isWhole) {
      this.#broken = null
      this.#changes = changes
    }
    const known = checked.value.isWhole || this.#mark === null ? null : this.#mark
    this.#mark = {
      log,
      wholeAtMs: known?.wholeAtMs ?? this.#checkedAtMs,
      wholeCount: known?.wholeCount ?? log.count,
      stamp: '',
    }
    void this.#daily()
    return this.#view()
  }

  #view(): Result<HistoryProofView> {
    if (this.#mark === null) throw new Error('nothing was verified yet')
    const { log, wholeAtMs, wholeCount } = this.#mark
    const checkedAtMs = this.#checkedAtMs
    return ok({
      count: log.count,
      head: log.head,
      checkedAtMs,
      whole: { atMs: wholeAtMs, count: wholeCount },
    })
  }
}
