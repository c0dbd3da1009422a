/** What a run of tests says at its end: its ten slowest files, and the one line that every tool can read. */
import { writeFileSync } from 'node:fs'

/** Path of the file into which `npm test` has its parts write what they came to. */
export const outcomesVariable = 'COUNTERSIGN_TEST_OUTCOMES'

/** How many tests came to what. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** What one run of tests came to. */
export interface RunOutcome extends Totals {
  /** Names of what failed, each with its file. */
  readonly failures: readonly string[]
  /** Why tests were skipped, each reason once. */
  readonly reasons: readonly string[]
}

/** How long a file took, in ms. */
export interface FileTime {
  readonly file: string
  readonly ms: number
}

/** The line that tells totals. */
export const totalsLine = ({ passed, failed, skipped }: Totals): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`

const slowest = (times: readonly FileTime[]): string[] =>
  times
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, 10)
    .map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`)

/** Writes the end of a run: to standard output, and for `npm test` where it is told to. */
export function closeRun(outcome: RunOutcome, times: readonly FileTime[]): void {
  const path = process.env[outcomesVariable]
  if (path !== undefined) writeFileSync(path, `${JSON.stringify(outcome)}\n`)
  // `npm test` says at its own end why tests were skipped.
  const reasons = path === undefined ? outcome.reasons.map((reason) => `skipped: ${reason}`) : []
  const lines = ['', 'The slowest files:', ...slowest(times), ...reasons, '', totalsLine(outcome)]
  process.stdout.write(`${lines.join('\n')}\n`)
}
