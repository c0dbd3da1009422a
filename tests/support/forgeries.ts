/** Changes of a history by somebody who computes every hash anew, so that only what the rows say can give them away. */
import { nextRow, type HistoryRow } from '../../shared/history/chain.ts'
import { fromLine, toLine } from '../../shared/history/jsonl.ts'
import { otherDigit } from './altered.ts'

/** One change of one row. */
export interface Forgery {
  readonly what: string
  readonly kind: string
  /** Of which venue's request the row must be; any where it is left out. */
  readonly venue?: string
  readonly change: (body: string) => string
}

/** Changes one digit after what stands before it: the digits depend on times and ids, so a fixed one could be there already. */
const flipAfter = (before: RegExp) => (body: string) =>
  body.replace(
    new RegExp(`(${before.source})([0-9a-f])`),
    (_, start: string, digit: string) => start + otherDigit(digit),
  )

/** Changes one digit of the signature that stands by itself. */
export const flip = flipAfter(/"signature":"0x[0-9a-f]{20}/)

const put = (from: string | RegExp, to: string) => (body: string) => body.replace(from, to)

/** The signature inside an exact body that is sent. */
const flipInBody = flipAfter(/\\"r\\":\\"0x[0-9a-f]{20}/)

const keyVenues = ['arcus', 'coinswitch', 'bybit'] as const
const leverageIn = {
  arcus: [String.raw`\"leverage\":10`, String.raw`\"leverage\":11`],
  coinswitch: [String.raw`\"buyLeverage\":\"7.5\"`, String.raw`\"buyLeverage\":\"75\"`],
  bybit: [String.raw`\"sellLeverage\":\"7.5\"`, String.raw`\"sellLeverage\":\"75\"`],
} as const

/** Every kind of signature and of signed content, changed. */
export const forgeries: readonly Forgery[] = [
  { what: 'an approval in words by another', kind: 'approval.signed', venue: 'hyperliquid', change: flip },
  {
    what: 'an approval in other words',
    kind: 'approval.signed',
    venue: 'hyperliquid',
    change: put('5x -> 10x', '5x -> 50x'),
  },
  { what: 'an approval as typed data by another', kind: 'approval.signed', venue: 'bybit', change: flip },
  {
    what: 'an approval as typed data of another leverage',
    kind: 'approval.signed',
    venue: 'bybit',
    change: put('-> 7.5x', '-> 75x'),
  },
  ...['compass', 'synthetix', 'hyperliquid'].map((venue) => ({
    what: `a change at ${venue} signed by another`,
    kind: 'request.signed',
    venue,
    change: flip,
  })),
  ...keyVenues.flatMap((venue): Forgery[] => [
    {
      what: `a change at ${venue} whose leverage is another`,
      kind: 'request.prepared',
      venue,
      change: put(/"(buyLeverage|leverage)":"?[\d.]+"?(?=[^}]*"until")/, '"$1":"99"'),
    },
    {
      what: `a change at ${venue} for another key`,
      kind: 'request.prepared',
      venue,
      change: put(/"keyId":"./, '"keyId":"0'),
    },
    { what: `a change at ${venue} without its approval`, kind: 'request.signed', venue, change: flip },
    {
      what: `another body sent to ${venue}`,
      kind: 'request.sending',
      venue,
      change: put(leverageIn[venue][0], leverageIn[venue][1]),
    },
  ]),
  {
    what: 'a change at Synthetix of another subaccount',
    kind: 'request.prepared',
    venue: 'synthetix',
    change: put(/"subAccountId":"(\d)/, '"subAccountId":"9$1'),
  },
  {
    what: 'another body sent to Synthetix',
    kind: 'request.sending',
    venue: 'synthetix',
    change: put(String.raw`\"leverage\":\"20\"`, String.raw`\"leverage\":\"21\"`),
  },
  ...['hyperliquid', 'compass', 'synthetix'].flatMap((venue): Forgery[] => [
    { what: `a revocation at ${venue} by another`, kind: 'revocation.signed', venue, change: flip },
    {
      what: `a revocation at ${venue} of another digest`,
      kind: 'revocation.signed',
      venue,
      change: flipAfter(/"digest":"0x/),
    },
    {
      what: `another body sent to revoke at ${venue}`,
      kind: 'revocation.signed',
      venue,
      change: put(/noop|ETH-USDT/, 'BTC-USDT'),
    },
  ]),
  {
    what: 'a revocation on a nonce that is not above the request',
    kind: 'revocation.signed',
    venue: 'synthetix',
    // Whole: a 0 before its other digits would be no JSON any more.
    change: put(/(?<=nonce\\":)\d+/, '1'),
  },
  {
    what: 'a revocation that sets what the request sets',
    kind: 'revocation.signed',
    venue: 'synthetix',
    change: put(/(?<=leverage\\":\\")\d+/, '15'),
  },
  { what: 'an agent that another approved', kind: 'agent.sending', change: flipInBody },
  {
    what: 'an agent of another address',
    kind: 'agent.sending',
    change: (body) => body.replaceAll('5e5e5e', '5e5e5f'),
  },
  {
    what: 'an agent that ends at another time',
    kind: 'agent.sending',
    change: put(/"validUntil":\d/, '"validUntil":9'),
  },
  { what: 'a registration by another', kind: 'registration.signed', change: flip },
  {
    what: 'a registration of another key',
    kind: 'registration.signed',
    change: put(/"keyId":"../, '"keyId":"00'),
  },
  {
    what: 'a registration of another account index',
    kind: 'registration.signed',
    change: put('"accountIndex":0', '"accountIndex":1'),
  },
  { what: 'a confirmation by another that a key goes', kind: 'key.confirmed', change: flip },
  {
    what: 'a confirmation at another time',
    kind: 'key.confirmed',
    change: put(/"time":"20../, '"time":"2099'),
  },
  {
    what: 'a confirmation for another key in its place',
    kind: 'key.confirmed',
    change: put(/"newKeyId":"../, '"newKeyId":"zz'),
  },
]

/** Changes that no signature covers, but that cannot follow from the rows before. */
export const misfits: readonly Forgery[] = [
  {
    what: 'the end of an agent that was never sent',
    kind: 'agent.settled',
    change: put(/"nonce":\d/, '"nonce":9'),
  },
  {
    what: 'the outcome of a registration that was never signed',
    kind: 'registration.accepted',
    change: put('"name":"desk-1"', '"name":"desk-9"'),
  },
  {
    what: 'a confirmation of a key that is not in use',
    kind: 'key.confirmed',
    change: put(/"key":"../, '"key":"ZZ'),
  },
  {
    what: 'a permit of an account that was never added',
    kind: 'permit.signed',
    change: put(/"accountId":"../, '"accountId":"ZZ'),
  },
  {
    what: 'a revocation that the venue did not take',
    kind: 'revocation.answered',
    change: put('"outcome":"taken"', '"outcome":"refused"'),
  },
  {
    what: 'a copy of other rows than those before it',
    kind: 'desk.restored',
    change: flipAfter(/"source":\{"count":\d+,"head":"0x[0-9a-f]{20}/),
  },
  {
    what: 'a copy in which nothing was open, although something was',
    kind: 'desk.restored',
    change: put(/"frozen":\["[^"]*"\]/, '"frozen":[]'),
  },
  {
    what: 'what was open in a copy and is given up without a reading',
    kind: 'request.withdrawn',
    change: put(/"shown":\{/, '"other":{'),
  },
  {
    what: 'a check of an API key that is not in use',
    kind: 'key.checked',
    change: put(/"key":"../, '"key":"ZZ'),
  },
]

/** The rows of JSONL lines. */
export const rowsOf = (lines: readonly string[]): HistoryRow[] =>
  lines.map((line) => {
    const row = fromLine(line)
    if (typeof row === 'string') throw new Error(row)
    return row
  })

/** Lines of rows that are chained anew. */
export function rechained(rows: readonly HistoryRow[]): string[] {
  const again: HistoryRow[] = []
  for (const row of rows) again.push(nextRow(again.at(-1) ?? null, row))
  return again.map((row) => toLine(row).slice(0, -1))
}

/** Changes the body of the row at `place`, and computes all hashes from there on anew. */
export function rewritten(
  lines: readonly string[],
  place: number,
  change: (body: string) => string,
): string[] {
  const rows = rowsOf(lines)
  const changed = rows.map((row, at) => (at === place ? { ...row, body: change(row.body) } : row))
  if (changed[place]?.body === rows[place]?.body) throw new Error('nothing was changed')
  return rechained(changed)
}

/** The place of the first row that a forgery is about and changes, counted from 0. */
export function placeOf(lines: readonly string[], { kind, venue, change }: Forgery): number {
  const rows = rowsOf(lines)
  const ids = rows
    .filter((row) => row.kind === 'request.prepared' && row.body.includes(`"venue":"${venue}"`))
    .map(({ requestId }) => requestId)
  const place = rows.findIndex(
    (row) =>
      row.kind === kind &&
      (venue === undefined || ids.includes(row.requestId)) &&
      change(row.body) !== row.body,
  )
  if (place === -1) throw new Error(`no ${kind} of ${venue ?? 'any venue'} that can be changed so`)
  return place
}
