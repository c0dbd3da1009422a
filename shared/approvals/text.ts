/**
 * An approval as a personal message (EIP-191): six short lines, which a Ledger shows as they are, with every setting off
 * and without a warning. A Nano shows line ends as spaces, so the text is as unmistakable with spaces in their place.
 */
import { fail, ok, type Result } from '../errors.ts'
import { checkFacts, factPatterns, type ApprovalFacts } from './facts.ts'

/** The message of an approval. The facts must have passed `checkFacts`. */
export const approvalText = (facts: ApprovalFacts): string =>
  [
    `${facts.market} leverage ${facts.change}`,
    `${facts.mode}, ${facts.venue}`,
    `for ${facts.subject}`,
    `until ${facts.until}`,
    `request ${facts.request}`,
    `digest ${facts.digest}`,
  ].join('\n')

const group = (name: keyof ApprovalFacts): string => `(?<${name}>${factPatterns[name]})`

const lines = [
  `${group('market')} leverage ${group('change')}`,
  `${group('mode')}, ${group('venue')}`,
  `for ${group('subject')}`,
  `until ${group('until')}`,
  `request ${group('request')}`,
  `digest ${group('digest')}`,
]

const whole = new RegExp(`^${lines.join('\\n')}$`)

/** Reads an approval's message back, strictly. Fails with `approval.malformed` that names the line or fact. */
export function readApprovalText(text: string): Result<ApprovalFacts> {
  const groups = whole.exec(text)?.groups
  if (!groups) {
    const given = text.split('\n')
    const wrong = lines.findIndex((line, place) => !new RegExp(`^${line}$`).test(given[place] ?? ''))
    const field = wrong === -1 ? 'message' : `line ${wrong + 1}`
    return fail('approval.malformed', { field, detail: 'it is not as Countersign writes it.' })
  }
  const fact = (name: keyof ApprovalFacts): string => groups[name] ?? ''
  return checkFacts({
    market: fact('market'),
    change: fact('change'),
    mode: fact('mode'),
    venue: fact('venue'),
    subject: fact('subject'),
    until: fact('until'),
    request: fact('request'),
    digest: fact('digest'),
  })
}

/** Whether a text looks like an approval's message, whatever is wrong with it. */
export const looksLikeApproval = (text: string): boolean => /^[^\s{["]+ leverage /.test(text)

/** Keeps an approval that reads differently than it was written from ever being asked for. */
export function exactText(facts: ApprovalFacts): Result<string> {
  const checked = checkFacts(facts)
  if (!checked.ok) return checked
  const text = approvalText(facts)
  const read = readApprovalText(text)
  return read.ok ? ok(text) : read
}
