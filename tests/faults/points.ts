/** Every point at which the desk is killed, and every venue: a row each. */
import type { PracticeFault } from '../../electron/venues/practice/port.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import { latestVersion } from '../../electron/store/migrations/index.ts'
import type { DeskProcessOptions } from '../crash/protocol.ts'

/** What a kill is made of; `seed` is a whole number from 0. */
export interface KillPlan {
  readonly options: Partial<DeskProcessOptions>
  /** How the venue loses the answer; then the process is killed from outside, once the submission has arrived. */
  readonly lose?: PracticeFault
  /** The database is first brought back to this schema, as an older Countersign left it, with a signed request in it. */
  readonly olderSchema?: number
}

/** A point in the work of the desk. */
export interface Point {
  readonly name: string
  /** `since` is the first schema that can hold a request of the venue. */
  plan(seed: number, since: number): KillPlan
}

/** The choice of a seed. */
export const pick = <T>(choices: readonly T[], seed: number): T => {
  const chosen = choices[seed % choices.length]
  if (chosen === undefined) throw new Error('there is nothing to choose from')
  return chosen
}

const at = (name: string, moment: 'before' | 'inside' | 'after'): KillPlan => ({
  options: { kill: { name, moment } },
})

/** The history rows of a whole life; each is killed with all of its transaction written but the COMMIT. */
const historySteps = [
  'request.prepared',
  'request.approved',
  'request.signed',
  'request.sending',
  'submission.answered',
  'request.applied',
]

const exportTo = 'export.jsonl'

/** The points, in the order of a request's life. */
export const points: readonly Point[] = [
  { name: 'before persist', plan: () => at('request.prepared', 'before') },
  { name: 'after persist', plan: () => at('request.prepared', 'after') },
  { name: 'after device signature', plan: () => at('review on the device', 'after') },
  {
    name: 'before send',
    plan: (seed) => (seed % 2 === 0 ? at('request.sending', 'after') : at('HTTP', 'before')),
  },
  {
    name: 'after send, before answer',
    plan: (seed) => ({ options: {}, lose: pick(['timeoutAfterApply', 'timeoutBeforeApply'] as const, seed) }),
  },
  { name: 'after answer, before record', plan: () => at('HTTP', 'after') },
  { name: 'during history append', plan: (seed) => at(pick(historySteps, seed), 'inside') },
  {
    name: 'during export',
    plan: (seed) => ({ options: { exportTo, filler: seed % 10, kill: { exportPieces: 1 } } }),
  },
  {
    name: 'during migration',
    plan: (seed, since) => {
      const olderSchema = since + (seed % (latestVersion - since))
      const migrationTo = olderSchema + 1 + (seed % (latestVersion - olderSchema))
      return { olderSchema, options: { kill: { migrationTo } } }
    },
  },
  {
    name: 'during checkpoint',
    plan: (seed) => ({
      options: { exportTo, filler: 20, kill: { checkpointAfterUs: (seed * 397) % 8000 } },
    }),
  },
]

/** A venue under test. */
export interface FaultVenue {
  readonly id: VenueId
  /** Leverages that its change may take. */
  readonly leverages: readonly string[]
  /** The first schema that can hold a request of it: approvals came with 2, permits to read with 3. */
  readonly since: number
}

/** The venues under test. */
export const faultVenues: readonly FaultVenue[] = [
  { id: 'hyperliquid', leverages: ['6', '7', '8', '9', '10', '12', '15', '20', '25', '40'], since: 1 },
  { id: 'compass', leverages: ['2', '3', '4'], since: 1 },
  { id: 'synthetix', leverages: ['12', '15', '20', '25', '30', '40'], since: 3 },
  { id: 'arcus', leverages: ['6', '8', '10', '12', '15', '20'], since: 2 },
  { id: 'coinswitch', leverages: ['4', '7', '8', '10', '12.5', '20'], since: 2 },
  { id: 'bybit', leverages: ['4', '7', '8', '10', '12.5', '20'], since: 2 },
]
