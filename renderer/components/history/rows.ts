/** Rows of the history as a person reads them: what happened, to which change of which account; and how they are filtered. */
import type { AccountView, HistoryRowView, RequestView } from '../../../shared/contract.ts'
import { readCanonicalObject } from '../../../shared/history/canonical-json.ts'
import type { RequestState } from '../../../shared/request-state.ts'
import { stateWords, type Tone } from '../../words/states.ts'

/** One row to show. */
export interface ShownRow {
  readonly row: HistoryRowView
  readonly what: string
  readonly tone: Tone
  /** The state that the row moved its request to; null where it moved none. */
  readonly state: RequestState | null
  readonly request: RequestView | undefined
  readonly account: string
  /** The last row, as they stand, of those about the same request. */
  readonly ends: boolean
}

/** What is asked of the rows; empty texts ask nothing. */
export interface Filter {
  readonly account: string
  readonly market: string
  readonly state: string
  readonly request: string
  readonly text: string
}

const others: Readonly<Record<string, { readonly what: string; readonly tone: Tone }>> = {
  'history.opened': { what: 'History opened', tone: 'plain' },
  'desk.restored': { what: 'Restored from a backup', tone: 'caution' },
  'desk.imported': { what: 'Imported from an export', tone: 'caution' },
  'desk.found': { what: 'No newest head beside it', tone: 'caution' },
  'account.added': { what: 'Account added', tone: 'plain' },
  'key.added': { what: 'API key added', tone: 'plain' },
  'key.confirmed': { what: 'API key: change confirmed', tone: 'plain' },
  'key.rotated': { what: 'API key rotated', tone: 'plain' },
  'key.removed': { what: 'API key removed', tone: 'plain' },
  'key.checked': { what: 'API key tested', tone: 'plain' },
  'approval.signed': { what: 'Approved in words', tone: 'plain' },
  'permit.signed': { what: 'Reading permitted', tone: 'plain' },
  'head.failed': { what: 'No head signed', tone: 'caution' },
  'revocation.signed': { what: 'Revocation signed', tone: 'plain' },
  'revocation.answered': { what: 'Revocation answered', tone: 'plain' },
  'agent.sending': { what: 'Agent: sent', tone: 'plain' },
  'agent.settled': { what: 'Agent: settled', tone: 'plain' },
  'device.failed': { what: 'Not signed', tone: 'danger' },
  'submission.answered': { what: 'Answered', tone: 'plain' },
  'reconcile.read': { what: 'Venue read', tone: 'caution' },
  'market.renumbered': { what: 'New market number accepted', tone: 'caution' },
  'leverage.alreadySet': { what: 'Already set', tone: 'plain' },
  'registration.signed': { what: 'API key granted', tone: 'plain' },
  'registration.accepted': { what: 'API key registered', tone: 'plain' },
  'registration.refused': { what: 'API key refused', tone: 'danger' },
  'registration.unknown': { what: 'API key: not known', tone: 'caution' },
}

const bodyOf = ({ body }: HistoryRowView) => readCanonicalObject(body) ?? {}

const isState = (word: string): word is RequestState => word in stateWords

function wordsOf(row: HistoryRowView): Pick<ShownRow, 'what' | 'tone' | 'state'> {
  const [subject, verb = ''] = row.kind.split('.')
  if (subject === 'request' && isState(verb)) {
    const { word, tone } = stateWords[verb]
    return { what: verb === 'sending' ? 'Sent' : word, tone: verb === 'signed' ? 'plain' : tone, state: verb }
  }
  if (row.kind === 'device.failed' && bodyOf(row)['code'] === 'device.rejected')
    return { what: 'Rejected on the Ledger', tone: 'danger', state: null }
  return { ...(others[row.kind] ?? { what: row.kind, tone: 'plain' }), state: null }
}

/** The rows with what is known about their requests and accounts. */
export function shownRows(
  rows: readonly HistoryRowView[],
  requestOf: (id: string) => RequestView | undefined,
  accountOf: (id: string) => AccountView | undefined,
): readonly ShownRow[] {
  return rows.map((row, at) => {
    const request = row.requestId === null ? undefined : requestOf(row.requestId)
    const account = request ? (accountOf(request.accountId)?.name ?? request.prepared.account.name) : ''
    return {
      row,
      ...wordsOf(row),
      request,
      account,
      ends: rows[at + 1]?.requestId !== row.requestId,
    }
  })
}

/** Whether a row is asked for. The text is looked for in all that the row says, its hashes included. */
export function fits({ row, what, request, account }: ShownRow, filter: Filter): boolean {
  if (filter.request !== '' && row.requestId !== filter.request) return false
  if (filter.account !== '' && request?.accountId !== filter.account) return false
  if (filter.market !== '' && request?.prepared.market.symbol !== filter.market) return false
  if (filter.state !== '' && request?.state !== filter.state) return false
  const text = filter.text.trim().toLowerCase()
  const all = `#${row.seq} ${what} ${row.kind} ${row.requestId ?? ''} ${account} ${row.hash} ${row.body}`
  return text === '' || all.toLowerCase().includes(text)
}
