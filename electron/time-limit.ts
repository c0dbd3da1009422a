/** Limits of waiting that count only the time in which this process could look whether what it waits for has come. */

/** At most so much of the time in which the event loop stood still is counted, in ms. */
const stepMs = 250

/** A step that takes so much longer than it should was one in which the event loop stood still, in ms. */
const lateMs = 200

/**
 * Calls `over` once `ms` have been waited. What came in time, but while this process was at work, is read before that: time
 * in which the event loop stood still is not counted, and the wait never ends right after it. Gives what stops it.
 */
export function startLimit(ms: number, over: () => void): () => void {
  let left = ms
  let lastLook = false
  let timer: NodeJS.Timeout
  const step = (): void => {
    const length = Math.min(stepMs, Math.max(left, 1))
    const since = performance.now()
    timer = setTimeout(() => {
      left -= length
      const late = performance.now() - since > length + lateMs
      if (left > 0) return step()
      if (!late || lastLook) return over()
      lastLook = true
      step()
    }, length)
  }
  step()
  return () => clearTimeout(timer)
}

/** What comes of `work` within `ms`; null where nothing came. Rejects as `work` does. */
export const withinLimit = <T>(ms: number, work: Promise<T>): Promise<T | null> =>
  new Promise((resolve, reject) => {
    const stop = startLimit(ms, () => resolve(null))
    work.finally(stop).then(resolve, reject)
  })
