/** The table of faults and outcomes, and its place in docs/reliability.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { KillOutcome } from './kills.ts'

/** One cell of the matrix: a kill that held its promise, or how it did not. */
export interface Cell {
  readonly point: string
  readonly venue: string
  readonly seed: number
  readonly outcome: KillOutcome | { readonly broken: string }
}

const document = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url))
const [begin, end] = ['<!-- npm run faults: begin -->', '<!-- npm run faults: end -->']

const tally = (values: readonly string[]): string => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => `${value} ${count}`).join(', ')
}

function rowOf(cells: readonly Cell[]): string {
  const [first] = cells
  const held = cells.flatMap(({ outcome }) => ('broken' in outcome ? [] : [outcome]))
  const applied = held.filter(({ settled }) => settled === 'applied').length
  const columns = [
    first?.point ?? '',
    first?.venue ?? '',
    cells.length,
    tally(held.map(({ found }) => found)),
    applied,
    held.length - applied,
    held.filter(({ received }) => received > 1).length,
    cells.length - held.length,
  ]
  return `| ${columns.join(' | ')} |`
}

/** The table of a run. */
export function tableOf(cells: readonly Cell[]): string {
  const groups = Map.groupBy(cells, ({ point, venue }) => `${point}\n${venue}`)
  return [
    '| killed | venue | runs | found after restart as | settled: applied | settled: not applied | sent twice | promise broken |',
    '|---|---|---|---|---|---|---|---|',
    ...[...groups.values()].map(rowOf),
  ].join('\n')
}

/** Puts the table and a line about the run into docs/reliability.md. */
export function writeReport(cells: readonly Cell[], about: string): void {
  const text = readFileSync(document, 'utf8')
  const [before = '', rest = ''] = text.split(begin)
  const [, after = ''] = rest.split(end)
  writeFileSync(document, `${before}${begin}\n${about}\n\n${tableOf(cells)}\n${end}${after}`)
}
