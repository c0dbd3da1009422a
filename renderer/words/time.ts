/** Times in words: UTC with seconds where order matters, ages and remainders as people say them. */

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const two = (value: number): string => String(value).padStart(2, '0')

/** `14:35:52` of a time in Unix ms, in UTC. */
export const utcTime = (ms: number): string => new Date(ms).toISOString().slice(11, 19)

/** `14:35:52` in UTC where it is on the day of `besideMs`, otherwise with its day: `22 Nov 14:35:52`. */
export const utcMoment = (ms: number, besideMs: number): string =>
  utcDate(ms) === utcDate(besideMs) ? utcTime(ms) : `${utcDay(ms)} ${utcTime(ms)}`

/** `14:35` in UTC. */
export const utcMinute = (ms: number): string => utcTime(ms).slice(0, 5)

/** `20 Nov 2026` in UTC. */
export const utcDate = (ms: number): string => {
  const [, dayOfMonth, month, year] = new Date(ms).toUTCString().split(' ')
  return `${Number(dayOfMonth)} ${month} ${year}`
}

/** `20 Nov`. */
const utcDay = (ms: number): string => utcDate(ms).split(' ').slice(0, 2).join(' ')

/** The time on the day of `nowMs`, the date before: `14:07`, or `19 Nov`. */
export const whenText = (ms: number, nowMs: number): string =>
  utcDate(ms) === utcDate(nowMs) ? utcMinute(ms) : utcDay(ms)

/** How long ago: `now`, `3 s ago`, `2 min ago`, `5 h ago`, `3 d ago`. */
export function ageText(ms: number, nowMs: number): string {
  const age = nowMs - ms
  if (age < second) return 'now'
  if (age < minute) return `${Math.floor(age / second)} s ago`
  if (age < hour) return `${Math.floor(age / minute)} min ago`
  if (age < 2 * day) return `${Math.floor(age / hour)} h ago`
  return `${Math.floor(age / day)} d ago`
}

/** What is left: `14:12` under an hour, `2 h 05 min` beyond; null when nothing is left. */
export function remainderText(ms: number, nowMs: number): string | null {
  const left = ms - nowMs
  if (left <= 0) return null
  const minutes = Math.floor(left / minute)
  if (left < hour) return `${two(minutes)}:${two(Math.floor((left % minute) / second))}`
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** A clock difference: `+0.2 s`. */
export const skewText = (ms: number): string => `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / second).toFixed(1)} s`
