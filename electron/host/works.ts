/** The long work of a desk: one of a kind at a time, each told to the screens while it runs, and stopped when they ask. */
import type { WorkView } from '../../shared/contract.ts'
import { leftMs, type WorkKind } from '../../shared/long-work.ts'
import type { Follow } from '../work/run.ts'

interface Running {
  readonly begunMs: number
  readonly stopping: AbortController
  share: number
}

/** What is under way. */
export class Works {
  readonly #running = new Map<WorkKind, Running>()
  /** The last of each kind: the next one waits for it. */
  readonly #last = new Map<WorkKind, Promise<unknown>>()
  readonly #changed: () => void

  /** `changed` is called whenever what `view` gives is another. */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** What is under way, for the screens. */
  get view(): WorkView[] {
    const now = performance.now()
    return [...this.#running].map(([kind, { share, begunMs }]) => ({
      kind,
      share,
      leftMs: leftMs(share, now - begunMs),
    }))
  }

  /** Runs work once the one of its kind before it is over. */
  run<T>(kind: WorkKind, work: (follow: Follow) => Promise<T>): Promise<T> {
    const before = this.#last.get(kind) ?? Promise.resolve()
    const done = before.then(() => this.#now(kind, work))
    this.#last.set(
      kind,
      done.catch(() => undefined),
    )
    return done
  }

  /** Asks the work of a kind to end; what it had made is undone. */
  stop(kind: WorkKind): void {
    this.#running.get(kind)?.stopping.abort()
  }

  /** Ends all that is under way, and resolves when it has ended. */
  async stopAll(): Promise<void> {
    for (const kind of this.#running.keys()) this.stop(kind)
    await Promise.all(this.#last.values())
  }

  async #now<T>(kind: WorkKind, work: (follow: Follow) => Promise<T>): Promise<T> {
    const running: Running = { begunMs: performance.now(), stopping: new AbortController(), share: 0 }
    this.#running.set(kind, running)
    this.#changed()
    try {
      return await work({
        signal: running.stopping.signal,
        onShare: (share) => {
          running.share = share
          this.#changed()
        },
      })
    } finally {
      this.#running.delete(kind)
      this.#changed()
    }
  }
}
