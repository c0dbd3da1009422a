/** The signatures in an open database that could still be used, from its tables and the rows of its history. */
import { sql } from 'kysely'
import { ok, type Result } from '../../shared/errors.ts'
import { readCanonicalObject, type JsonObject } from '../../shared/history/canonical-json.ts'
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import type { RequestState } from '../../shared/request-state.ts'
import { requestUsableUntil, revocationUsableUntil, type UsableSignature } from '../../shared/usable.ts'
import type { RevocationAnswer } from '../../shared/venues/module.ts'
import { nonceOverAt } from '../../shared/venues/hyperliquid/wire.ts'
import type { Database } from './database.ts'

interface SignedRow {
  readonly id: string
  readonly prepared: string
  readonly state: RequestState
  readonly outcome: 'accepted' | 'refused' | 'unknown' | null
  readonly revocation: RevocationAnswer['outcome'] | null
  readonly revoking: number
  readonly signed_at: number
  readonly revoked_at: number | null
}

/** Longer than any nonce lives, in ms: what is older and has no later expiry need not be read. */
const nonceLifeMs = 3 * 86_400_000

const signedRows = (database: Database, nowMs: number): Promise<Result<readonly SignedRow[]>> =>
  database.read(async (db) => {
    const found = await sql<SignedRow>`
      SELECT r.id, r.prepared, r.state, s.outcome, v.outcome AS revocation, v.request_id IS NOT NULL AS revoking,
        (SELECT min(seq) FROM history WHERE request_id = r.id AND kind = 'request.signed') AS signed_at,
        (SELECT min(seq) FROM history WHERE request_id = r.id AND kind = 'revocation.signed') AS revoked_at
      FROM requests r LEFT JOIN submissions s ON s.request_id = r.id LEFT JOIN revocations v ON v.request_id = r.id
      WHERE r.signature IS NOT NULL AND r.nonce IS NOT NULL AND r.state <> 'revoked'
        AND (CAST(r.nonce AS INTEGER) > ${nowMs - nonceLifeMs}
          OR CAST(coalesce(r.expires_after, '0') AS INTEGER) > ${nowMs - nonceLifeMs})`.execute(db)
    return ok(found.rows)
  })

/** What of a signed request could still be used: itself, and what was signed to revoke it. */
function ofRequest(row: SignedRow, nowMs: number): Result<readonly UsableSignature[]> {
  const prepared = readPreparedRequest(readCanonicalObject(row.prepared), row.id)
  if (!prepared.ok) return prepared
  const { market, account } = prepared.value
  const signed = {
    request: prepared.value,
    state: row.state,
    outcome: row.outcome,
    revocation: row.revoking === 1 ? row.revocation : undefined,
  }
  const named = { of: `${market.symbol} of ${account.name}`, requestId: row.id }
  const own = requestUsableUntil(signed, nowMs)
  const revoking = revocationUsableUntil(signed, nowMs)
  return ok([
    ...(own === null ? [] : [{ ...named, row: row.signed_at, what: 'request' as const, untilMs: own }]),
    ...(revoking === null || row.revoked_at === null
      ? []
      : [{ ...named, row: row.revoked_at, what: 'revocation' as const, untilMs: revoking }]),
  ])
}

interface GrantRow {
  readonly seq: number
  readonly kind: string
  readonly body: string
}

const grantKinds = sql`('agent.sending', 'agent.settled', 'registration.signed', 'registration.accepted',
  'registration.refused')`

const keyOf = (kind: string, body: JsonObject): string =>
  kind.startsWith('agent.')
    ? `agent ${String(body['owner'])} ${String(body['network'])} ${String(body['nonce'])}`
    : `key ${String(body['address'])} ${String(body['network'])} ${String(body['keyId'])} ${String(body['validUntilMs'])} ${String(body['nonce'])}`

/** Approvals of agents and registrations of keys that no row settles: the venue took, refused or outlived these. */
async function ofGrants(database: Database, nowMs: number): Promise<Result<readonly UsableSignature[]>> {
  const rows = await database.read(async (db) => {
    const found = await sql<GrantRow>`
      SELECT seq, kind, body FROM history WHERE kind IN ${grantKinds} ORDER BY seq`.execute(db)
    return ok(found.rows)
  })
  if (!rows.ok) return rows
  const open = new Map<string, UsableSignature>()
  for (const { seq, kind, body: text } of rows.value) {
    const body = readCanonicalObject(text) ?? {}
    const key = keyOf(kind, body)
    if (kind === 'agent.sending')
      open.set(key, {
        row: seq,
        what: 'agent',
        of: `an agent of ${String(body['owner'])}`,
        requestId: null,
        untilMs: nonceOverAt(Number(body['nonce'])),
      })
    else if (kind === 'registration.signed')
      open.set(key, {
        row: seq,
        what: 'registration',
        of: `the API key ${String(body['keyId'])}`,
        requestId: null,
        untilMs: Number(body['validUntilMs']),
      })
    // A refused approval of an agent may be taken another time; it has no such effect as one that was carried out.
    else if (kind !== 'agent.settled' || body['outcome'] === 'approved' || body['outcome'] === 'over')
      open.delete(key)
  }
  return ok([...open.values()].filter(({ untilMs }) => nowMs < untilMs))
}

/** The signatures that could still be used at `nowMs`, by the rows that have them. Fails with `request.altered` or `store.*`. */
export async function usableSignatures(
  database: Database,
  nowMs: number,
): Promise<Result<readonly UsableSignature[]>> {
  const signed = await signedRows(database, nowMs)
  if (!signed.ok) return signed
  const grants = await ofGrants(database, nowMs)
  if (!grants.ok) return grants
  const usable: UsableSignature[] = [...grants.value]
  for (const row of signed.value) {
    const found = ofRequest(row, nowMs)
    if (!found.ok) return found
    usable.push(...found.value)
  }
  return ok(usable.toSorted((a, b) => a.row - b.row))
}
