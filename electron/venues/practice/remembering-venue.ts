/** A practice venue whose state is kept in a file, so that it is found as it was left. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from '../../../shared/check.ts'
import type { PracticeState, PracticeVenue } from './port.ts'
import { startPracticeVenue } from './practice-venue.ts'

/** The API key that the practice venue takes. */
export const practiceKey = 'practice'

const isState = (value: unknown): value is PracticeState =>
  isObject(value) && value['version'] === 1 && isObject(value['accounts']) && Array.isArray(value['applied'])

/** The state that was kept; undefined where there is none that can be read, for practice can begin anew. */
function load(file: string): PracticeState | undefined {
  if (!existsSync(file)) return undefined
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isState(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Starts a practice venue whose state is kept in `dir`. */
export function startRememberingVenue(dir: string, port?: number): Promise<PracticeVenue> {
  const file = join(dir, 'practice-venue.json')
  const state = load(file)
  return startPracticeVenue({
    apiKey: practiceKey,
    ...(port === undefined ? {} : { port }),
    ...(state ? { state } : {}),
    onChange: (next) => {
      writeFileSync(`${file}.new`, JSON.stringify(next))
      renameSync(`${file}.new`, file)
    },
  })
}
