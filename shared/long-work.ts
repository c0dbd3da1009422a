/** Work that takes long: its kinds, and how far it is in words. */

/** What a desk may be busy with beside everything else. */
export const workKinds = ['verify', 'backup', 'recovery', 'restore'] as const

/** One of them. */
export type WorkKind = (typeof workKinds)[number]

/** Before so much is done nothing is said about the time that is left: it would only jump. */
const settledShare = 0.03

/** How long work will take from now, in ms; null while that cannot be told. `share` is what is done of it, 0 to 1. */
export const leftMs = (share: number, elapsedMs: number): number | null =>
  share < settledShare ? null : (elapsedMs * (1 - share)) / share

const leftText = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}

/** `34 %, about 13 s left`. */
export function progressText(share: number, left: number | null): string {
  const done = `${Math.floor(share * 100)} %`
  return left === null ? done : `${done}, about ${leftText(left)} left`
}
