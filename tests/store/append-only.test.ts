import BetterSqlite from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import { newStore, signedRequest, tempDir, valueOf } from './support.ts'

/** A connection as an attacker has it: nothing of ours set on it, not even foreign keys or recursive triggers. */
let raw: BetterSqlite.Database

beforeEach(async () => {
  const store = await newStore(tempDir())
  const { id } = await signedRequest(store)
  valueOf(await store.submissions.begin(id, '{"action":1}'))
  valueOf(await store.submissions.complete(id, { outcome: 'accepted', httpStatus: 200, answer: 'ok' }))
  valueOf(await store.requests.transition(id, 'sending', 'applied'))
  valueOf(await store.nonces.allocate('0xaa', 'testnet', 5))
  raw = new BetterSqlite(store.path)
  raw.pragma('foreign_keys = OFF')
  raw.pragma('recursive_triggers = OFF')
  return () => raw.close()
})

const contents = (): unknown =>
  ['meta', 'accounts', 'requests', 'submissions', 'used_nonces', 'history'].map((table) =>
    raw.prepare(`SELECT * FROM ${table}`).all(),
  )

describe('raw SQL is refused where a row must never change', () => {
  it.each([
    `UPDATE history SET body = '{}' WHERE seq = 3`,
    `UPDATE history SET seq = 99 WHERE seq = 3`,
    `UPDATE OR REPLACE history SET seq = 1 WHERE seq = 2`,
    `DELETE FROM history WHERE seq = (SELECT max(seq) FROM history)`,
    `DELETE FROM history`,
    `INSERT OR REPLACE INTO history SELECT 3, at, kind, request_id, '{}', prev_hash, hash FROM history WHERE seq = 3`,
    `INSERT INTO history SELECT 3, at, kind, request_id, '{}', prev_hash, hash FROM history WHERE seq = 3
      ON CONFLICT DO UPDATE SET body = excluded.body`,
    `INSERT INTO history SELECT seq + 9, at, kind, request_id, body, hash, hash FROM history ORDER BY seq DESC LIMIT 1`,
    `INSERT INTO history SELECT max(seq) + 1, at, kind, request_id, body, prev_hash, hash FROM history`,
    `INSERT INTO history SELECT 0, at, kind, request_id, body, prev_hash, hash FROM history WHERE seq = 1`,
    `UPDATE meta SET mode = 'real'`,
    `DELETE FROM meta`,
    `INSERT OR REPLACE INTO meta SELECT 1, 'real', chain_id, created_at FROM meta`,
    `UPDATE accounts SET address = '0xbb'`,
    `DELETE FROM accounts`,
    `INSERT OR REPLACE INTO accounts SELECT id, name, venue, network, '0xbb', signer, path, vault_address, settings,
      created_at FROM accounts`,
    `INSERT OR REPLACE INTO accounts SELECT 'other', upper(name), venue, network, '0xbb', signer, path, vault_address,
      settings, created_at FROM accounts`,
    ...[
      'id',
      'account_id',
      'venue',
      'network',
      'prepared',
      'digest',
      'signer',
      'nonce',
      'expires_after',
      'created_at',
    ].map((column) => `UPDATE requests SET ${column} = '0'`),
    `UPDATE requests SET signature = '0x02'`,
    `UPDATE requests SET signature = NULL`,
    `UPDATE requests SET state = 'prepared'`,
    `DELETE FROM requests`,
    `INSERT OR REPLACE INTO requests SELECT * FROM requests`,
    `INSERT OR REPLACE INTO requests SELECT 'other', account_id, venue, network, state, prepared, digest, signer, nonce,
      expires_after, signature, detail, created_at, updated_at FROM requests`,
    `UPDATE submissions SET body = '{}'`,
    `UPDATE submissions SET answer = 'no', outcome = 'refused'`,
    `UPDATE submissions SET answered_at = NULL, http_status = NULL, answer = NULL, outcome = NULL`,
    `DELETE FROM submissions`,
    `INSERT OR REPLACE INTO submissions SELECT * FROM submissions`,
    `INSERT OR REPLACE INTO submissions SELECT 'other', request_id, body, started_at, NULL, NULL, NULL, NULL FROM submissions`,
    `UPDATE used_nonces SET nonce = 1`,
    `DELETE FROM used_nonces`,
  ])('%s', (sql) => {
    const before = contents()
    expect(() => raw.exec(sql)).toThrow(
      /never|CHECK constraint|one row|only follow|is taken|was used|sent once/,
    )
    expect(contents()).toEqual(before)
  })
})

it('columns take only what they are made for', () => {
  expect(() => raw.exec(`INSERT INTO used_nonces VALUES ('0xaa', 'testnet', 'soon', 'desk', 'now')`)).toThrow(
    /cannot store TEXT value in INTEGER column/,
  )
  expect(() => raw.exec(`UPDATE requests SET state = 'done'`)).toThrow(/CHECK constraint/)
})
