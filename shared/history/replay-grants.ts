/**
 * Replays what a Ledger signed beside changes: approvals of agents, registrations of API keys, and permits to read. What
 * came of one can only follow what was signed, and all of them are about accounts that were added.
 */
import { canonicalJson, type JsonObject } from './canonical-json.ts'
import type { HistoryRow, Sha256 } from './chain.ts'
import { createTextSet } from './text-set.ts'
import { newTrace, setFields, type Trace, type Traces } from './trace.ts'

const agentNames = ['owner', 'network', 'nonce']
const grantNames = 'account, venue, network, address, name, keyId, validUntilMs, accountIndex, nonce'.split(
  ', ',
)

const keyOf = (body: JsonObject, names: readonly string[]): string => {
  const text = canonicalJson(names.map((name) => body[name] ?? null))
  return text.ok ? text.value : ''
}

/** The id of a permit among the traces: there is one of each account and action. */
export const permitId = (accountId: string, action: string): string => `${accountId} ${action}`

/** Follows the rows `agent.*`, `registration.*` and `permit.signed`, these into `permits`; a sentence for one that cannot follow. */
export function followGrants(accounts: Traces, permits: Map<string, Trace>, sha256?: Sha256) {
  const sent = createTextSet(sha256)
  const unknownAccount = 'its account was not added before.'

  const pair = (row: HistoryRow, body: JsonObject, first: string, names: readonly string[]) => {
    const key = `${first} ${keyOf(body, names)}`
    if (row.kind !== first)
      return sent.has(key) ? null : 'it says what came of something that was not signed before.'
    if (!accounts.has(String(body['account']))) return unknownAccount
    sent.add(key)
    return null
  }

  const permit = (row: HistoryRow, body: JsonObject): string | null => {
    const { accountId, action, nonce = null, expiresAt = null } = body
    if (typeof accountId !== 'string' || !accounts.has(accountId)) return unknownAccount
    if (typeof action !== 'string') return 'it does not say what it permits.'
    const trace = newTrace(row)
    setFields(trace, { accountId, action, nonce, expiresAt })
    permits.set(permitId(accountId, action), trace)
    return null
  }

  return (row: HistoryRow, body: JsonObject): string | null => {
    if (row.kind.startsWith('agent.')) return pair(row, body, 'agent.sending', agentNames)
    if (row.kind.startsWith('registration.')) return pair(row, body, 'registration.signed', grantNames)
    return row.kind === 'permit.signed' ? permit(row, body) : null
  }
}
