/** The corpus of values at the edge, as a person, a file or a venue may write them. */
import { readFileSync } from 'node:fs'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { VenueId } from '../../shared/venues/registry.ts'

/** Numbers at the edge as JSON and JavaScript hold them. */
export const edgeNumbers = [-1, 0, 0.5, 1e3, 2 ** 31, 2 ** 53, 2 ** 64, Number.NaN, Number.POSITIVE_INFINITY]

/** Numbers at the edge as they are typed; paths and devices that are none; settings of which one is wrong. */
export const edges = JSON.parse(readFileSync(new URL('edges.json', import.meta.url), 'utf8')) as {
  readonly texts: readonly string[]
  readonly paths: readonly string[]
  readonly devices: readonly string[]
  readonly settings: readonly {
    readonly venue: VenueId
    readonly settings: JsonObject
    readonly field: string
  }[]
}
