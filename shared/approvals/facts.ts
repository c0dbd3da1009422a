/**
 * What a person approves in words on the Ledger: facts of one prepared request, each exactly as it is read. Text and
 * typed data are made from these and read back to these.
 */
import { fail, ok, type Result } from '../errors.ts'
import type { Hex } from '../hex.ts'
import { leverageText, type LeverageSetting } from '../market.ts'

/** The facts, most important first; every one of them as it stands on the Ledger. */
export interface ApprovalFacts {
  /** The venue's symbol. */
  readonly market: string
  /** `5x -> 10x`; `5x/6x -> 10x/12x` where buy and sell are set apart. */
  readonly change: string
  /** The margin mode afterwards: `cross`; with what it was where that changes: `isolated (was cross)`. */
  readonly mode: string
  /** Venue and network: `hyperliquid mainnet`. */
  readonly venue: string
  /** Whose leverage changes. */
  readonly subject: string
  /** UTC, seconds only where they are not 0: `2026-11-20 10:00 UTC`. */
  readonly until: string
  /** ULID of the request. */
  readonly request: string
  /** Digest of the prepared request, 32 bytes in lower-case hex without 0x. */
  readonly digest: string
}

/** Names of the facts in the order in which they are shown. */
export const factNames = [
  'market',
  'change',
  'mode',
  'venue',
  'subject',
  'until',
  'request',
  'digest',
] as const satisfies readonly (keyof ApprovalFacts)[]

const side = String.raw`(?:0|[1-9]\d{0,9})(?:\.\d{0,9}[1-9])?x`
const sides = `${side}(?:/${side})?`
/** The line after the subject begins with "until", so no word of the subject may be that. */
const word = String.raw`(?!until\b)[A-Za-z0-9._-]{1,66}`

/** What each fact may look like. No fact can be taken for another one, nor for two, when lines are joined by spaces. */
export const factPatterns: { readonly [name in keyof ApprovalFacts]: string } = {
  market: '[A-Za-z0-9][A-Za-z0-9:._/@-]{0,39}',
  change: `${sides} -> ${sides}`,
  mode: String.raw`(?:cross|isolated|cross \(was isolated\)|isolated \(was cross\))`,
  venue: '[a-z]{1,20} (?:mainnet|testnet)',
  subject: `${word}(?: ${word}){0,7}`,
  until: String.raw`\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? UTC`,
  request: '[0-9A-HJKMNP-TV-Z]{26}',
  digest: '[0-9a-f]{64}',
}

/** A time as an approval says it; Unix ms, cut to the second. What is no time gives a text that is refused. */
export function untilText(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return 'never'
  const text = date.toISOString()
  const seconds = text.slice(16, 19)
  return `${text.slice(0, 10)} ${text.slice(11, 16)}${seconds === ':00' ? '' : seconds} UTC`
}

/** The time that an approval names, Unix ms; null for a date that does not exist or another spelling of one. */
export function untilMs(text: string): number | null {
  const time = Date.parse(text.replace(' UTC', 'Z').replace(' ', 'T'))
  return Number.isNaN(time) || untilText(time) !== text ? null : time
}

const modeWord = (isCross: boolean): string => (isCross ? 'cross' : 'isolated')

/** The words for the margin mode of a change. */
export const modeText = (from: boolean, to: boolean): string =>
  from === to ? modeWord(to) : `${modeWord(to)} (was ${modeWord(from)})`

/** The words for a change of leverage. */
export const changeText = (from: LeverageSetting, to: LeverageSetting): string =>
  `${leverageText(from)} -> ${leverageText(to)}`

/** Checks that facts can be shown and read back. Fails with `approval.malformed` that names the fact. */
export function checkFacts(facts: ApprovalFacts): Result<ApprovalFacts> {
  const bad = factNames.find((name) => !new RegExp(`^${factPatterns[name]}$`).test(facts[name]))
  if (bad !== undefined) return fail('approval.malformed', { field: bad, detail: `"${facts[bad]}"` })
  if (untilMs(facts.until) === null)
    return fail('approval.malformed', { field: 'until', detail: `"${facts.until}" is no time.` })
  return ok(facts)
}

/** The digest of the facts as bytes in hex with 0x. */
export const digestOfFacts = ({ digest }: ApprovalFacts): Hex => `0x${digest}`
