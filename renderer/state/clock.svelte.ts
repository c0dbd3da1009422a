/** The time that ages and expiries are shown against: one tick a second for the whole window. */

/** A clock that ticks while it is started. */
export class Clock {
  /** Unix ms of the last tick. */
  now = $state(Date.now())
  #timer: ReturnType<typeof setInterval> | null = null

  /** Starts ticking; the returned function stops it. */
  start(): () => void {
    this.#timer ??= setInterval(() => {
      this.now = Date.now()
    }, 1000)
    return () => {
      if (this.#timer !== null) clearInterval(this.#timer)
      this.#timer = null
    }
  }
}
