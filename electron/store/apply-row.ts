/** Writes the tables anew from the rows of a verified history: what each kind of row says, and nothing else. */
import type BetterSqlite from 'better-sqlite3'
import { keptTerms } from '../../shared/revocation.ts'
import { isVenueId } from '../../shared/venues/registry.ts'
import { column, columns, marks, objectOf, type Apply } from './apply-columns.ts'
import { applyKeys } from './apply-key.ts'
import type { RequestsTable } from './schema.ts'

const accountFields =
  'id, name, venue, network, address, signer, path, vaultAddress, settings, createdAt'.split(', ')
const requestFields = 'id, accountId, venue, network, prepared, digest, signer, nonce, expiresAfter'.split(
  ', ',
)
const revocationFields = ['digest', 'signature', 'body']
const approvalFields = 'form, message, signature, signer'.split(', ')

function applyAccount(raw: BetterSqlite.Database): Apply {
  const add = raw.prepare(
    `INSERT INTO accounts (id, name, venue, network, address, signer, path, vault_address, settings, created_at)
     VALUES (${marks(10)})`,
  )
  return (_, body) => void add.run(columns(objectOf(body['account']), accountFields))
}

/** The allocator stays above every nonce that was ever used. */
const nonceUser = (raw: BetterSqlite.Database) =>
  raw.prepare(
    `INSERT OR IGNORE INTO used_nonces (signer, network, nonce, chosen_by, at) VALUES (?, ?, ?, 'desk', ?)`,
  )

function applyPrepared(raw: BetterSqlite.Database): Apply {
  const add = raw.prepare(
    `INSERT INTO requests (id, account_id, venue, network, prepared, digest, signer, nonce, expires_after, state,
       created_at, updated_at) VALUES (${marks(9)}, 'prepared', ?, ?)`,
  )
  const use = nonceUser(raw)
  return (row, body) => {
    const request = objectOf(body['request'])
    add.run(...columns(request, requestFields), row.at, row.at)
    const { signer, network, nonce } = request
    if (typeof nonce === 'string') use.run(signer, network, Number(nonce), row.at)
  }
}

function applyRenumbered(raw: BetterSqlite.Database): Apply {
  const use = raw.prepare(
    'INSERT OR REPLACE INTO market_numbers (venue, network, symbol, number) VALUES (?, ?, ?, ?)',
  )
  return (_, body) => void use.run(...columns(body, ['venue', 'network', 'market']), Number(body['number']))
}

function applyAgent(raw: BetterSqlite.Database): Apply {
  const use = nonceUser(raw)
  return (row, body) => void use.run(...columns(body, ['owner', 'network', 'nonce']), row.at)
}

/** The nonce of a registration is a time of the same line, in nanoseconds. */
function applyRegistration(raw: BetterSqlite.Database): Apply {
  const use = nonceUser(raw)
  return (row, { address, network, nonce }) => {
    if (typeof nonce === 'string' && /^\d{7,22}$/.test(nonce))
      use.run(column(address), column(network), Number(BigInt(nonce) / 1_000_000n), row.at)
  }
}

function applyRevocation(raw: BetterSqlite.Database): Apply {
  const add = raw.prepare(
    'INSERT INTO revocations (digest, signature, body, request_id, signed_at) VALUES (?, ?, ?, ?, ?)',
  )
  const find = raw.prepare<[string | null], RequestsTable>('SELECT * FROM requests WHERE id = ?')
  const use = nonceUser(raw)
  return (row, body) => {
    add.run(...columns(body, revocationFields), row.requestId, row.at)
    const request = find.get(row.requestId)
    const sent = body['body']
    if (!request || !isVenueId(request.venue) || typeof sent !== 'string') return
    const terms = keptTerms({ venue: request.venue }, sent)
    if (terms.ok && terms.value) use.run(request.signer, request.network, terms.value.nonce, row.at)
  }
}

function applyRevocationAnswer(raw: BetterSqlite.Database): Apply {
  const answer = raw.prepare('UPDATE revocations SET answered_at = ?, outcome = ? WHERE request_id = ?')
  return (row, body) => void answer.run(row.at, column(body['outcome']), row.requestId)
}

function applyApproval(raw: BetterSqlite.Database): Apply {
  const add = raw.prepare(
    `INSERT INTO approvals (form, message, signature, signer, request_id, at) VALUES (${marks(6)})`,
  )
  return (row, body) =>
    void add.run(...columns(objectOf(body['approval']), approvalFields), row.requestId, row.at)
}

function applyAnswer(raw: BetterSqlite.Database): Apply {
  const answer = raw.prepare(
    'UPDATE submissions SET answered_at = ?, http_status = ?, answer = ?, outcome = ? WHERE id = ?',
  )
  return (row, body) => {
    const values = columns(body, ['httpStatus', 'answer', 'outcome', 'submission'])
    answer.run(row.at, ...values)
  }
}

function applyStep(raw: BetterSqlite.Database): Apply {
  const step = raw.prepare(
    'UPDATE requests SET state = ?, updated_at = ?, detail = coalesce(?, detail) WHERE id = ?',
  )
  // A column with a signature is never named in an update again: its trigger forbids it.
  const sign = raw.prepare(
    'UPDATE requests SET state = ?, updated_at = ?, detail = coalesce(?, detail), signature = ? WHERE id = ?',
  )
  const send = raw.prepare('INSERT INTO submissions (id, body, request_id, started_at) VALUES (?, ?, ?, ?)')
  return (row, body) => {
    const state = row.kind.slice('request.'.length)
    const change = [state, row.at, column(body['detail'])]
    if (state === 'signed') sign.run(...change, column(body['signature']), row.requestId)
    else step.run(...change, row.requestId)
    if (state === 'sending')
      send.run(...columns(objectOf(body['submission']), ['id', 'body']), row.requestId, row.at)
  }
}

/** Writes the row itself, and what it says, into a database that has none of it yet. Rows come in order. */
export function createApply(raw: BetterSqlite.Database): Apply {
  const append = raw.prepare(
    `INSERT INTO history (at, kind, request_id, body, prev_hash, hash, seq) VALUES (${marks(7)})`,
  )
  // By the beginning of a kind; the first that fits counts. A kind that is not here changes no table: a permit to read
  // is of no use without its signature, which is in no history, and is signed again.
  const kinds: readonly (readonly [kind: string, apply: Apply])[] = [
    ['account.added', applyAccount(raw)],
    ['market.renumbered', applyRenumbered(raw)],
    ['request.prepared', applyPrepared(raw)],
    ['request.', applyStep(raw)],
    ['approval.signed', applyApproval(raw)],
    ['submission.answered', applyAnswer(raw)],
    ['revocation.signed', applyRevocation(raw)],
    ['revocation.answered', applyRevocationAnswer(raw)],
    ['agent.sending', applyAgent(raw)],
    ['registration.signed', applyRegistration(raw)],
    ...Object.entries(applyKeys(raw)),
  ]
  return (row, body) => {
    if (row.seq > 1) append.run(row.at, row.kind, row.requestId, row.body, row.prevHash, row.hash, row.seq)
    kinds.find(([kind]) => row.kind.startsWith(kind))?.[1](row, body)
  }
}
