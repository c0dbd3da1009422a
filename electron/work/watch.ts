/** Who follows long work: is told how far it is, and may end it between two steps. */
import type { Follow } from './run.ts'

/** Follows work that takes long. */
export interface Watch {
  /** Called often, with what is done of the whole. Throws `Stopped` where the work is to end here. */
  readonly at: (done: number, total: number) => void
}

/** What ends work that somebody stopped; whatever it had made so far is removed on the way out. */
export class Stopped extends Error {}

/** A watch for whoever follows work in this very process. */
export const watchOf = ({ signal, onShare }: Follow): Watch => ({
  at(done, total) {
    if (signal?.aborted === true) throw new Stopped()
    onShare?.(total === 0 ? 1 : done / total)
  },
})

/** Nobody follows. */
export const unwatched: Watch = { at: () => undefined }

/** A watch over a part of the work, from one share of the whole to another; shares from 0 to 1. */
export const partOf = (watch: Watch, from: number, to: number): Watch => ({
  at: (done, total) => watch.at(from + (to - from) * (total === 0 ? 1 : Math.min(1, done / total)), 1),
})
