/** A file in which a run of hours keeps each cell as it is done, so that one that was broken off goes on where it was. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Cell } from './report.ts'

type Place = Pick<Cell, 'point' | 'venue' | 'seed'>

/** The cells of a run; without a path they are kept nowhere. */
export interface CellLog {
  find(place: Place): Cell | undefined
  add(cell: Cell): void
}

const keyOf = ({ point, venue, seed }: Place): string => JSON.stringify([point, venue, seed])

/** Opens a log, one JSON object a line. A last line that was cut by the end of its run is done again. */
export function openCellLog(path: string | undefined): CellLog {
  const kept = path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : ''
  const lines = kept.split('\n').slice(0, -1)
  const cells = new Map(lines.map((line) => JSON.parse(line) as Cell).map((cell) => [keyOf(cell), cell]))
  return {
    find: (place) => cells.get(keyOf(place)),
    add: (cell) => {
      if (path !== undefined) appendFileSync(path, `${JSON.stringify(cell)}\n`)
    },
  }
}
