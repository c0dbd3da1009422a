/** What a database knew more than the copy that takes its place: told before it is replaced, and after. */
import { settingText } from './market.ts'
import type { PreparedRequest } from './prepared-request.ts'

/** What the copy does not have. */
export interface Losses {
  /** How many rows; null where the database cannot be read, so that nobody knows. */
  readonly rows: number | null
  /** The requests and what came of them, and what else happened, in words; the newest first. */
  readonly lines: readonly string[]
  /** How many more there are than are told. */
  readonly more: number
}

/** A request that the copy does not have as it stood: `BTC of Treasury, 5x cross -> 10x cross: applied (01K…)`. */
export const lostRequestText = (
  id: string,
  { market, account, from, to }: PreparedRequest,
  state: string,
): string =>
  `${market.symbol} of ${account.name}, ${settingText(from)} -> ${settingText(to)}: ${state} (${id})`

const kinds: Readonly<Record<string, string>> = {
  'account.added': 'an account was added',
  'key.added': 'an API key was added',
  'key.rotated': 'an API key was replaced',
  'key.removed': 'an API key was removed',
  'agent.sending': 'an agent was approved, or may have been',
  'registration.signed': 'an API key was registered, or may have been',
}

/** What else a row tells that matters when it is lost, by its kind; null for the rest. */
export const lostRowText = (kind: string): string | null => kinds[kind] ?? null

/** Whether anything is lost, or may be. */
export const losesAnything = ({ rows }: Losses): boolean => rows !== 0

/** How much is lost, in one sentence. */
export const lossesText = ({ rows }: Losses): string =>
  rows === null
    ? 'What is there now cannot be read: what happened after the backup is not known.'
    : `What is there now has ${rows === 1 ? '1 row' : `${rows} rows`} that the backup does not have.`
