/** Writes the API keys of a history: what is public of them, for a sealed record is in no history. */
import type BetterSqlite from 'better-sqlite3'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import { column, columns, marks, objectOf, type Apply } from './apply-columns.ts'

const keyFields = 'id, accountId, venue, kind, keyId, label, sealedBy, expiresAt, permissions'.split(', ')

/**
 * In place of the sealed record of a key that is in use. It opens as no key, so the desk says that there is none, and
 * "countersign keys rotate" puts one there.
 */
const notHere = ''

/** What happens to API keys, by the kind of the row. */
export function applyKeys(raw: BetterSqlite.Database): Readonly<Record<string, Apply>> {
  const insert = raw.prepare(
    `INSERT INTO api_keys (id, account_id, venue, kind, key_id, label, sealed_by, expires_at, permissions, created_at,
       sealed) VALUES (${marks(11)})`,
  )
  const replace = raw.prepare('UPDATE api_keys SET sealed = NULL, replaced_at = ? WHERE id = ?')
  const remove = raw.prepare('UPDATE api_keys SET sealed = NULL, removed_at = ? WHERE id = ?')
  const learn = raw.prepare('UPDATE api_keys SET expires_at = ?, permissions = ? WHERE id = ?')
  const add = (at: string, body: JsonObject) =>
    void insert.run(...columns(objectOf(body['key']), keyFields), at, notHere)
  return {
    'key.added': (row, body) => add(row.at, body),
    'key.rotated': (row, body) => {
      replace.run(row.at, column(body['replaced']))
      add(row.at, body)
    },
    'key.removed': (row, body) => void remove.run(row.at, column(body['key'])),
    'key.checked': (_, body) => void learn.run(columns(body, ['expiresAt', 'permissions', 'key'])),
  }
}
